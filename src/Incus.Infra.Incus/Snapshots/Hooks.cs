using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Snapshots;

/// <summary>Runs the commands that snapshots have before and after them.</summary>
/// <param name="client">Speaks to Incus.</param>
internal sealed class Hooks(IncusClient client)
{
    private const int LongestWords = 300;

    private readonly InstanceCommands _commands = new(client);

    /// <summary>Runs commands one after the other, until one fails.</summary>
    /// <param name="id">The instance.</param>
    /// <param name="stage"><c>pre</c> or <c>post</c>.</param>
    /// <param name="commands">Each a program and its arguments.</param>
    /// <param name="ct">Once cancelled, no further one starts; a running one is awaited, because Incus does not end it.</param>
    /// <returns>Why one failed, else null.</returns>
    public async Task<Diagnostic?> RunAsync(
        ObjectId id, string stage, IReadOnlyList<IReadOnlyList<string>> commands, CancellationToken ct)
    {
        foreach (var command in commands)
        {
            ct.ThrowIfCancellationRequested();
            var (exitCode, words) = await RunAsync(id, command, CancellationToken.None);
            if (exitCode != 0)
            {
                // The program alone: its arguments may hold a secret.
                return ToolDiagnostics.HookFailed(id, stage, command[0], exitCode, words);
            }
        }

        return null;
    }

    private async Task<(int ExitCode, string Words)> RunAsync(ObjectId id, IReadOnlyList<string> command, CancellationToken ct)
    {
        var outcome = await _commands.RunAsync(id, command, code => code != 0, ct);
        var words = (outcome.Output + outcome.Errors).Trim();
        return (outcome.ExitCode, words.Length > LongestWords ? "…" + words[^LongestWords..] : words);
    }
}
