namespace Incus.Infra.Testing;

/// <summary>
/// Runs a command in an instance with its output kept in files. What <c>incus exec</c> prints was seen to get lost on a busy
/// machine, with success (Incus 6.0.4; canonical/lxd issues 11422 and 11890 tell the same).
/// </summary>
internal static class RecordedCommand
{
    /// <summary>What it wrote to its standard output, without the last line's end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has both its outputs.</exception>
    public static async Task<string> RunAsync(string socket, string project, string instance, IReadOnlyList<string> command)
    {
        using var incus = new RestApi(socket);
        var body = new Dictionary<string, object> { ["command"] = command, ["record-output"] = true };
        var ended = await incus.OperateAsync(HttpMethod.Post, $"/1.0/instances/{instance}/exec?project={project}", body);

        var result = ended.GetProperty("metadata");
        var code = result.GetProperty("return").GetInt32();
        var (output, errors) = (await TakeAsync("1"), await TakeAsync("2"));
        return code == 0
            ? output.TrimEnd('\n')
            : throw new InvalidOperationException($"'{string.Join(' ', command)}' failed with {code}:\n{output}{errors}");

        Task<string> TakeAsync(string stream) =>
            incus.TakeFileAsync($"{result.GetProperty("output").GetProperty(stream).GetString()}?project={project}");
    }
}
