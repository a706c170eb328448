namespace Incus.Infra.Testing;

/// <summary>
/// Runs a command in an instance with its output kept in files. <c>incus exec</c> loses it, with success, where the command
/// ends before the client has answered Incus's first ping: its websocket library (gorilla/websocket 1.5.0, conn.go,
/// SetPingHandler) takes the failed answer for the end of what there is to read.
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
