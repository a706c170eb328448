using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Health;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Incus.Execution;

/// <summary>
/// Carries out a plan: what does not depend on each other at the same time, in bounded number. A failure stops only what
/// needs the failed object, and that of a bridge the changes of other bridges.
/// </summary>
/// <param name="runner">Carries out one action.</param>
/// <param name="precaution">Knows the way back from what failed.</param>
/// <param name="readiness">Knows whether what a starting instance needs is healthy.</param>
/// <param name="parallel">How many at the same time.</param>
/// <param name="progress">Told when an action begins and ends.</param>
internal sealed class Executor(
    ActionRunner runner, Precaution precaution, Readiness readiness, int parallel, Action<Progress> progress)
{
    private const int LastPhase = 10;
    private const int AfterAll = LastPhase + 1;

    // Source: proxy.go in Incus. What follows is the proxy's own word, or that of a second process, which only knows that the
    // first one ended.
    private const string ProxyFailed = "starting proxy device";

    // Source: disk.go and driver_lxc.go in Incus; the second one is of one sentence at the start and of another one later.
    private const string NoFolder = "Missing source path";
    private const string NoShift = "dmapping abilities";

    private readonly Lock _telling = new();
    private int _ended;
    private int _total;

    // Of those that change. Its rules may be away, or Incus may still be at work on it.
    private ObjectId? _failedBridge;

    /// <summary>Does what is work and returns what became of every action, in the order of the plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="ct">
    /// Once cancelled, nothing new begins; what runs is left to the server. The same happens when the server is gone: one
    /// that is started again has enough to do with what it finds.
    /// </param>
    public async Task<IReadOnlyList<ActionResult>> RunAsync(IReadOnlyList<PlannedAction> plan, CancellationToken ct)
    {
        _total = plan.Count(a => a.IsWork);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var places = new SemaphoreSlim(parallel);
        using var networkPlace = new SemaphoreSlim(1);
        var begun = new Dictionary<(ObjectId Id, bool GivesUp), Task<ActionResult>>();
        var results = new Dictionary<PlannedAction, ActionResult>(ReferenceEqualityComparer.Instance);
        foreach (var phase in plan.GroupBy(Phase).OrderBy(g => g.Key))
        {
            foreach (var (action, result) in await RunPhaseAsync([.. phase], begun, PlaceFor, stop))
            {
                results.Add(action, result);
            }
        }

        return [.. plan.Select(a => results[a])];

        // Two bridges at once would look at each other's interfaces come and go. And while Incus sets one up again, its rules
        // are away for a moment, in which those of the bridge at the other end still hold. It does not delete an ACL when
        // another one vanishes meanwhile.
        SemaphoreSlim PlaceFor(PlannedAction action) =>
            action is { Id.Kind: ObjectKind.Network } or { Id.Kind: ObjectKind.Acl, Kind: ActionKind.Delete }
                ? networkPlace
                : places;
    }

    // Instances first: a machine that takes over the address of one that left needs it free. The rules of bridges before
    // these, which Incus sets up again for a change, but those that wait for bridges to lose their tunnels. Then what others
    // get is given up. Bridges next, before the interfaces of instances that start come and go. What those that left used
    // comes last, and then what else a project no longer allows.
    // Who is to leave a project is out before it allows more.
    private static int Phase(PlannedAction action) => action switch
    {
        { Successor: not null } => 4,
        { Kind: ActionKind.Delete, Id.Kind: ObjectKind.Instance or ObjectKind.Certificate or ObjectKind.Token } => 0,
        { Tightens: true } => AfterAll,
        { Kind: ActionKind.Delete, Id.Kind: var kind } => LastPhase - (int)kind,
        { Id.Kind: ObjectKind.Acl, Desired.DependsOn: [_, ..] } => 4,
        { Id.Kind: ObjectKind.Acl } => 1,
        { GivesUp: true } => 2,
        { Id.Kind: ObjectKind.Network } => 3,
        _ => 4,
    };

    private async Task<(PlannedAction Action, ActionResult Result)[]> RunPhaseAsync(
        List<PlannedAction> actions,
        Dictionary<(ObjectId Id, bool GivesUp), Task<ActionResult>> begun,
        Func<PlannedAction, SemaphoreSlim> placeFor,
        CancellationTokenSource stop)
    {
        var tasks = new List<Task<(PlannedAction, ActionResult)>>();
        foreach (var action in actions)
        {
            // The plan is in the order of dependency: what this action needs has begun. Of a project nothing is deleted
            // unless all that may have used it has gone or let go of it.
            var needed = action is { Kind: ActionKind.Delete, Id.Traits.Home: not Home.Server, Successor: null }
                ? begun.Keys.Where(b => (b.Id.Traits.Home != Home.Server && b.Id.Project == action.Id.Project)
                    || action.Users.Contains(b.Id))
                : action.Needs.Select(id => (id, GivesUp: false)).Concat(action.TakesFrom.Select(id => (id, GivesUp: true)));
            var task = RunAsync(action, [.. needed.Where(begun.ContainsKey).Select(n => begun[n])], placeFor(action), stop);
            if (action.IsWork || action.Fault is not null)
            {
                begun[(action.Id, action.GivesUp)] = task;
            }

            tasks.Add(Pair(action, task));
        }

        return await Task.WhenAll(tasks);

        static async Task<(PlannedAction, ActionResult)> Pair(PlannedAction action, Task<ActionResult> task) =>
            (action, await task);
    }

    private async Task<ActionResult> RunAsync(
        PlannedAction action, List<Task<ActionResult>> needed, SemaphoreSlim place, CancellationTokenSource stop)
    {
        if (action.Fault is { } fault)
        {
            return ActionResult.OfFault(action, fault);
        }

        if (!action.IsWork)
        {
            return ActionResult.Of(action, ActionStatus.Skipped);
        }

        var failed = (await Task.WhenAll(needed)).FirstOrDefault(r => r.Blocks);
        var result = failed is null
            ? await RunAsync(action, place, stop)
            : ActionResult.Of(action, ActionStatus.Blocked, ToolDiagnostics.Blocked(action.Id, failed.Id));
        if (result.Error is { } error && precaution.WayBack(action.Id) is { } wayBack)
        {
            result = result with { Error = error with { Message = $"{error.Message.TrimEnd('.')}. {wayBack}" } };
        }

        Tell(result, ended: true);
        return result;
    }

    private async Task<ActionResult> RunAsync(PlannedAction action, SemaphoreSlim place, CancellationTokenSource stop)
    {
        try
        {
            if (action.Starts && await readiness.FindUnhealthyAsync(action.Needs, stop.Token) is var (need, answer))
            {
                return ActionResult.Of(action, ActionStatus.Blocked, ToolDiagnostics.NeedNotHealthy(action.Id, need, answer));
            }

            await place.WaitAsync(stop.Token);
            try
            {
                if (action.ChangesBridge && _failedBridge is { } failed)
                {
                    return ActionResult.Of(action, ActionStatus.Blocked, ToolDiagnostics.Blocked(action.Id, failed));
                }

                Tell(ActionResult.Of(action, ActionStatus.Planned), ended: false);
                await runner.RunAsync(action, stop.Token);
                return ActionResult.Of(action, ActionStatus.Done);
            }
            catch (FaultException) when (action.ChangesBridge)
            {
                _failedBridge = action.Id;
                throw;
            }
            finally
            {
                place.Release();
            }
        }
        catch (OperationCanceledException)
        {
            return ActionResult.Of(action, ActionStatus.Stopped, ToolDiagnostics.Stopped(action.Id));
        }
        catch (IncusErrorException e)
        {
            return ActionResult.Of(action, ActionStatus.Failed, FaultOf(action, e.Message));
        }
        catch (ToolFaultException e)
        {
            if (e is ConnectionFaultException)
            {
                await stop.CancelAsync();
            }

            return ActionResult.Of(action, ActionStatus.Failed, ToolDiagnostics.Of(action.Id, e.Diagnostic));
        }
    }

    private static Diagnostic FaultOf(PlannedAction action, string reason)
    {
        var missing = (action.Desired?.Folders ?? [])
            .Where(f => reason.Contains($"{NoFolder} \"{f.Path}\"", StringComparison.Ordinal)).ToList();
        return missing.Count > 0
            ? ToolDiagnostics.FolderMissing(
                action.Id, missing, action.Desired!.Member, FolderGuard.FormersOf(action, missing))
            : reason.Contains(NoShift, StringComparison.Ordinal) ? ToolDiagnostics.CannotShift(action.Id, reason)
            : reason.Contains(ProxyFailed, StringComparison.Ordinal) && action.Desired is { } desired
                ? ToolDiagnostics.PortNotOpened(action.Id, MachinePorts.ListenersOf(desired), reason)
            : ToolDiagnostics.ObjectFailed(action.Id, action.Kind.ToString(), reason);
    }

    private void Tell(ActionResult result, bool ended)
    {
        lock (_telling)
        {
            _ended += ended ? 1 : 0;
            progress(new Progress(result, _ended, _total));
        }
    }
}
