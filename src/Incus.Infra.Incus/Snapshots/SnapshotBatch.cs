using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;

namespace Incus.Infra.Incus.Snapshots;

/// <summary>Does one thing to many instances, some at the same time; what fails stops no other.</summary>
/// <param name="snapshot">Name of the snapshot, for results.</param>
/// <param name="total">How many instances there are.</param>
/// <param name="progress">Told when an instance's part has ended.</param>
internal sealed class SnapshotBatch(string snapshot, int total, Action<SnapshotProgress> progress)
{
    private const int Parallel = 8;

    private readonly Lock _telling = new();
    private int _ended;

    /// <summary>Returns what became of each instance, in their order.</summary>
    /// <param name="choices">The instances.</param>
    /// <param name="refuse">Why nothing may be done to an instance, or null.</param>
    /// <param name="act">Does it.</param>
    /// <param name="ct">Once cancelled, nothing new begins; what runs is left to the server.</param>
    public async Task<IReadOnlyList<SnapshotResult>> RunAsync(
        IReadOnlyList<Choice> choices, Func<Choice, Diagnostic?> refuse, Func<Choice, Task> act, CancellationToken ct)
    {
        using var places = new SemaphoreSlim(Parallel);
        return await Task.WhenAll(choices.Select(async choice =>
        {
            var result = await RunAsync(choice, refuse, act, places, ct);
            lock (_telling)
            {
                progress(new SnapshotProgress(result, ++_ended, total));
            }

            return result;
        }));
    }

    private async Task<SnapshotResult> RunAsync(
        Choice choice, Func<Choice, Diagnostic?> refuse, Func<Choice, Task> act, SemaphoreSlim places, CancellationToken ct)
    {
        if (refuse(choice) is { } refusal)
        {
            return Result(ActionStatus.Blocked, refusal);
        }

        try
        {
            await places.WaitAsync(ct);
            try
            {
                await act(choice);
                return Result(ActionStatus.Done, null);
            }
            finally
            {
                places.Release();
            }
        }
        catch (OperationCanceledException)
        {
            return Result(ActionStatus.Stopped, ToolDiagnostics.SnapshotStopped(choice.Id));
        }
        catch (IncusErrorException e)
        {
            return Result(ActionStatus.Failed, ToolDiagnostics.SnapshotFailed(choice.Id, snapshot, e.Message));
        }
        catch (ToolFaultException e)
        {
            return Result(ActionStatus.Failed, e.Diagnostic);
        }

        SnapshotResult Result(ActionStatus status, Diagnostic? error) => new(choice.Id, snapshot, status, error);
    }
}
