using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Live;

/// <summary>How a command in an instance ended.</summary>
/// <param name="ExitCode">Its own; -1 where Incus could not start it.</param>
/// <param name="Output">What it wrote to its standard output, if that was to be read.</param>
/// <param name="Errors">What it wrote to its standard error, or why it could not be started.</param>
internal sealed record CommandOutcome(int ExitCode, string Output, string Errors);

/// <summary>Runs commands in instances, by Incus and without a shell.</summary>
/// <param name="client">Speaks to Incus.</param>
internal sealed class InstanceCommands(IncusClient client)
{
    /// <summary>Runs one and waits for its end.</summary>
    /// <param name="id">The instance.</param>
    /// <param name="command">A program and its arguments.</param>
    /// <param name="reads">Whether the output is read, by exit code; null where Incus is not even to keep it.</param>
    /// <param name="ct">Ends the waiting, not the command.</param>
    public async Task<CommandOutcome> RunAsync(
        ObjectId id, IReadOnlyList<string> command, Predicate<int>? reads, CancellationToken ct)
    {
        ExecResult result;
        try
        {
            result = await client.ExecAsync(id, command, keepsOutput: reads is not null, ct);
        }
        catch (IncusErrorException e)
        {
            // Such as a program that is not there.
            return new CommandOutcome(-1, "", e.Message);
        }

        var code = result.Return!.Value;
        return new CommandOutcome(code, await TakeAsync("1"), await TakeAsync("2"));

        async Task<string> TakeAsync(string stream)
        {
            if (result.Output?.GetValueOrDefault(stream) is not { } file)
            {
                return "";
            }

            var url = Urls.InProject(file, id.Project);
            var text = reads!(code) ? await client.GetTextAsync(url, ct) : "";

            // Incus would keep it for days.
            await client.DeleteAsync(url, ct);
            return text;
        }
    }
}
