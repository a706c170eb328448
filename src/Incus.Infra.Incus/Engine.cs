using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Health;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Incus;

/// <summary>
/// Makes an Incus look as infra.yml says, or takes away what it made. Plan and Apply share everything but the last step: Apply
/// makes a plan and carries it out.
/// </summary>
internal sealed class Engine
{
    private readonly IIncusStore _store;

    /// <param name="client">Speaks to it.</param>
    /// <param name="server">What it says about itself.</param>
    public Engine(IncusClient client, ServerInfo server)
        : this(new IncusStore(client, server))
    {
    }

    internal Engine(IIncusStore store) => _store = store;

    /// <summary>What Apply would do. Sends no request that changes anything.</summary>
    /// <exception cref="ToolFaultException">Incus does not answer.</exception>
    /// <exception cref="IncusErrorException">Incus rejects a request to read.</exception>
    public async Task<IReadOnlyList<ActionResult>> PlanAsync(EngineRequest request, CancellationToken ct)
    {
        var plan = await new Planner(request, _store, tellsPinned: true).PlanAsync(ct);
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
        using var readiness = new Readiness(request.Domains, _store, onWaiting);
        var results = await new Executor(runner, precaution, readiness, request.Parallel, progress).RunAsync(plan.Actions, ct);

        // A run that was stopped, or whose server is gone, has failed anyway.
        return results.Any(r => r.Status == ActionStatus.Stopped)
            ? results
            : await new Confirmation(request, _store, plan.Seen).OfAsync(results, ct);
    }

    /// <summary>Plans a removal, shows it, and carries it out where that is confirmed; waits first as Apply does.</summary>
    /// <param name="request">What is to go.</param>
    /// <param name="confirm">
    /// Given the name of the infrastructure and what would become of each object; whether to go on. Until then nothing but
    /// requests to read is sent.
    /// </param>
    /// <param name="target">The way to the server.</param>
    /// <param name="server">What the server says about itself; one Apply or Destroy at a time works on it.</param>
    /// <param name="onWaiting">Called with a sentence that says what is being waited for.</param>
    /// <param name="progress">Told when an action begins and ends.</param>
    /// <param name="ct">Once cancelled, nothing new begins; what has not begun is reported as stopped.</param>
    /// <returns>What became of each object; where it was not confirmed, what would have.</returns>
    /// <exception cref="ToolFaultException">Incus does not answer, or the request does not fit what it has.</exception>
    /// <exception cref="IncusErrorException">Incus rejects a request to read.</exception>
    public async Task<IReadOnlyList<ActionResult>> DestroyAsync(
        RemovalRequest request,
        Func<string, IReadOnlyList<ActionResult>, bool> confirm,
        IncusTarget target,
        ServerInfo server,
        Action<string> onWaiting,
        Action<Progress> progress,
        CancellationToken ct)
    {
        using var held = await ApplyLock.AcquireAsync(target, server, onWaiting, ct);
        return await DestroyAsync(request, confirm, onWaiting, progress, ct);
    }

    internal async Task<IReadOnlyList<ActionResult>> DestroyAsync(
        RemovalRequest request,
        Func<string, IReadOnlyList<ActionResult>, bool> confirm,
        Action<string> onWaiting,
        Action<Progress> progress,
        CancellationToken ct)
    {
        var planner = new RemovalPlanner(request, _store);
        var owner = await planner.FindOwnerAsync(ct);
        await _store.SettleAsync(owner, onWaiting, ct);
        var removal = await planner.PlanAsync(owner, ct);
        var foreseen = Foresee(removal.Actions);
        if (!confirm(removal.Infrastructure.Name, foreseen))
        {
            return foreseen;
        }

        var precaution = new Precaution(_store, SnapshotBefore.Never, TimeProvider.System);
        var runner = new ActionRunner(_store, new ObjectPlanner(owner, allowReplace: false), precaution);
        using var readiness = new Readiness([], _store, onWaiting);
        var results = await new Executor(runner, precaution, readiness, request.Parallel, progress).RunAsync(removal.Actions, ct);
        return results.Any(r => r.Status == ActionStatus.Stopped)
            ? results
            : await Confirmation.OfRemovalAsync(_store, removal, results, ct);
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
