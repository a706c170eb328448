using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Incus;

/// <summary>
/// Makes an Incus look as infra.yml says. Plan and Apply share everything but the last step: Apply makes a plan and
/// carries it out.
/// </summary>
internal sealed class Engine
{
    private readonly IIncusStore _store;

    /// <param name="client">Speaks to it.</param>
    /// <param name="server">What it says about itself.</param>
    public Engine(IncusClient client, ServerInfo server)
        : this(new IncusStore(client, server.Environment?.ServerClustered == true))
    {
    }

    internal Engine(IIncusStore store) => _store = store;

    /// <summary>What Apply would do. Sends no request that changes anything.</summary>
    /// <exception cref="ToolFaultException">Incus does not answer.</exception>
    /// <exception cref="IncusErrorException">Incus rejects a request to read.</exception>
    public async Task<IReadOnlyList<ActionResult>> PlanAsync(EngineRequest request, CancellationToken ct)
    {
        var plan = await new Planner(request, _store).PlanAsync(ct);
        return Foresee(plan.Actions);
    }

    /// <summary>
    /// Plans and carries it out. Waits first for another Apply on the same machine and for what a killed one left to the
    /// server.
    /// </summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="target">The way to the server.</param>
    /// <param name="server">What the server says about itself; one Apply at a time works on it.</param>
    /// <param name="onWaiting">Called with a sentence that says what is being waited for.</param>
    /// <param name="progress">Told when an action begins and ends.</param>
    /// <param name="ct">Once cancelled, nothing new begins; what has not begun is reported as stopped.</param>
    /// <exception cref="ToolFaultException">Incus does not answer when the plan is made.</exception>
    /// <exception cref="IncusErrorException">Incus rejects a request to read.</exception>
    public async Task<IReadOnlyList<ActionResult>> ApplyAsync(
        EngineRequest request,
        IncusTarget target,
        ServerInfo server,
        Action<string> onWaiting,
        Action<Progress> progress,
        CancellationToken ct)
    {
        using var held = await ApplyLock.AcquireAsync(target, server, onWaiting, ct);
        return await ApplyAsync(request, onWaiting, progress, ct);
    }

    internal async Task<IReadOnlyList<ActionResult>> ApplyAsync(
        EngineRequest request, Action<string> onWaiting, Action<Progress> progress, CancellationToken ct)
    {
        await _store.SettleAsync(request.Infrastructure, onWaiting, ct);
        var plan = await new Planner(request, _store).PlanAsync(ct);
        if (plan.Actions.Any(a => a.StopsAll))
        {
            return Foresee(plan.Actions);
        }

        if (plan.Actions.Any(a => a.WasInterrupted))
        {
            await _store.WaitForBridgesAsync(onWaiting, ct);
        }

        var precaution = new Precaution(_store, request.SnapshotBefore, TimeProvider.System);
        var runner = new ActionRunner(_store, new ObjectPlanner(request.Infrastructure, request.AllowReplace), precaution);
        var results = await new Executor(runner, precaution, request.Parallel, progress).RunAsync(plan.Actions, ct);

        // A run that was stopped, or whose server is gone, has failed anyway.
        return results.Any(r => r.Status == ActionStatus.Stopped)
            ? results
            : await new Confirmation(request, _store, plan.Seen).OfAsync(results, ct);
    }

    // What needs an object that must not be made is left as it is, as the executor would leave it.
    private static List<ActionResult> Foresee(IReadOnlyList<PlannedAction> plan)
    {
        var results = new List<ActionResult>();
        var unmade = new List<ActionResult>();
        var begins = !plan.Any(a => a.StopsAll);
        foreach (var action in plan)
        {
            var failed = unmade.Find(r => action.Needs.Contains(r.Id));
            var result = action switch
            {
                { Fault: { } fault } => ActionResult.OfFault(action, fault),
                { IsWork: false } => ActionResult.Of(action, ActionStatus.Skipped),
                _ when failed is not null => ActionResult.Of(
                    action, ActionStatus.Blocked, ToolDiagnostics.Blocked(action.Id, failed.Id)),
                _ => ActionResult.Of(action, begins ? ActionStatus.Planned : ActionStatus.Blocked),
            };
            results.Add(result);
            if (result.Blocks)
            {
                unmade.Add(result);
            }
        }

        return results;
    }
}
