using System.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Health;

/// <summary>Looks whether instances are healthy, and waits until they are; several at the same time, in bounded number.</summary>
/// <param name="store">The server.</param>
/// <param name="onWaiting">Called with a sentence that says what is being waited for.</param>
internal sealed class HealthWatch(IIncusStore store, Action<string> onWaiting) : IDisposable
{
    private const int AtOnce = 16;
    private const int JournalLines = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    // The second one for machines without systemd.
    private static readonly string[][] Journals =
    [
        ["journalctl", "--no-pager", "--quiet", "--lines", $"{JournalLines}"],
        ["tail", "-n", $"{JournalLines}", "/var/log/messages"],
    ];

    private readonly SemaphoreSlim _places = new(AtOnce);

    public void Dispose() => _places.Dispose();

    /// <summary>What stands against the health of an instance that runs, now; null where nothing does.</summary>
    public async Task<string?> AskAsync(HealthProbe probe, CancellationToken ct) =>
        await IsHealthyAsync(probe, ct) ? null : await AnswerAsync(probe, ct);

    /// <summary>The same once its time is up; null as soon as nothing stands against it.</summary>
    public async Task<string?> WaitAsync(HealthProbe probe, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        for (var pause = FirstPause; !await IsHealthyAsync(probe, ct); pause = Shorter(pause * 2, LongestPause))
        {
            if (pause == FirstPause)
            {
                onWaiting($"Waiting until {probe.Id} is healthy, for at most {probe.Within.TotalSeconds:0} seconds.");
            }

            var left = probe.Within - clock.Elapsed;
            if (left <= TimeSpan.Zero)
            {
                return await AnswerAsync(probe, ct);
            }

            await Task.Delay(Shorter(pause, left), ct);
        }

        return null;
    }

    /// <summary>The last lines of an instance's journal; empty where it has none.</summary>
    public async Task<IReadOnlyList<string>> JournalAsync(ObjectId id, CancellationToken ct)
    {
        foreach (var command in Journals)
        {
            if (await RunAsync(id, command, reads: true, ct) is { ExitCode: 0, Output: var text })
            {
                return text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            }
        }

        return [];
    }

    // Nothing is written on the server for a look whose answer nobody reads.
    private async Task<bool> IsHealthyAsync(HealthProbe probe, CancellationToken ct) =>
        (await RunAsync(probe.Id, probe.Command, reads: false, ct)).ExitCode == 0;

    private async Task<string?> AnswerAsync(HealthProbe probe, CancellationToken ct) =>
        await RunAsync(probe.Id, probe.Command, reads: true, ct) is { ExitCode: not 0 } outcome ? probe.AnswerOf(outcome) : null;

    private async Task<CommandOutcome> RunAsync(ObjectId id, IReadOnlyList<string> command, bool reads, CancellationToken ct)
    {
        await _places.WaitAsync(ct);
        try
        {
            return await store.ExecuteAsync(id, command, reads, ct);
        }
        finally
        {
            _places.Release();
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
