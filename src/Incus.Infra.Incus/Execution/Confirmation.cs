using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Incus.Execution;

/// <summary>
/// Looks at what an Apply made: success is what the server shows afterwards, not what it answered. What is left to do on an
/// object that was changed was not done.
/// </summary>
/// <param name="request">What is wanted.</param>
/// <param name="store">The server.</param>
/// <param name="before">What it had before.</param>
internal sealed class Confirmation(EngineRequest request, IIncusStore store, LiveState before)
{
    private const string StillThere = "it still exists";

    /// <summary>
    /// The results, those that the server does not confirm among them as failures; reads nothing when nothing was done.
    /// </summary>
    public Task<IReadOnlyList<ActionResult>> OfAsync(IReadOnlyList<ActionResult> results, CancellationToken ct) =>
        JudgeAsync(results, async () =>
        {
            var planner = new Planner(request with { Repair = false }, store);
            var plan = await planner.PlanAgainAsync(before, results.Select(r => r.Id), ct);
            var left = plan.Actions.Where(a => a.IsWork).ToList();
            var granted = await GrantedAsync(store, request.Infrastructure, results, ct);
            var byId = left.ToLookup(a => a.Id);
            var bySuccessor = left.ToLookup(a => a.Successor);
            return result => granted.Contains(result.Id) ? StillThere
                : byId[result.Id].Concat(bySuccessor[result.Id]).FirstOrDefault(a => !IsForNextRun(a, result)) is { } action
                    ? Describe(action)
                    : null;
        });

    /// <summary>The results of a Destroy likewise: what the server still shows is not deleted.</summary>
    public static Task<IReadOnlyList<ActionResult>> OfRemovalAsync(
        IIncusStore store, Removal removal, IReadOnlyList<ActionResult> results, CancellationToken ct) =>
        JudgeAsync(results, async () =>
        {
            var granted = await GrantedAsync(store, removal.Infrastructure, results, ct);
            var deleted = results.Select(r => r.Id).Where(id => KindTraits.Kinds.Contains(id.Kind)).ToHashSet();
            var others = removal.Seen.Objects.Keys
                .Where(id => id.Traits.Home == Home.Server && !deleted.Contains(id)).ToHashSet();
            var now = await store.ReadAsync(deleted.Select(id => id.Kind).ToHashSet(), others, ct);
            return result => now.Objects.ContainsKey(result.Id) || granted.Contains(result.Id) ? StillThere : null;
        });

    // What was handed out and is still good; asked only where some of it was taken back.
    private static async Task<HashSet<ObjectId>> GrantedAsync(
        IIncusStore store, Infrastructure infrastructure, IReadOnlyList<ActionResult> results, CancellationToken ct) =>
        results.Any(r => r.Id.Kind is ObjectKind.Certificate or ObjectKind.Token)
            ? [.. (await store.ReadGrantsAsync(infrastructure, ct)).Select(g => g.Id)]
            : [];

    // What is found out says of a result what speaks against it, or null.
    private static async Task<IReadOnlyList<ActionResult>> JudgeAsync(
        IReadOnlyList<ActionResult> results, Func<Task<Func<ActionResult, string?>>> findOutAsync)
    {
        var failed = results.Where(r => r.Error is not null).Select(r => r.Id).ToHashSet();
        if (!results.Any(IsDone))
        {
            return results;
        }

        Func<ActionResult, Diagnostic?> fault;
        try
        {
            var found = await findOutAsync();
            fault = result => found(result) is { } words ? ToolDiagnostics.NotConfirmed(result.Id, words) : null;
        }
        catch (FaultException e)
        {
            fault = result => ToolDiagnostics.NotSeen(result.Id, e.Message);
        }

        return
        [
            .. results.Select(r => IsDone(r) && fault(r) is { } error
                ? r with { Status = ActionStatus.Failed, Error = error }
                : r),
        ];

        bool IsDone(ActionResult result) => result.Status == ActionStatus.Done && !failed.Contains(result.Id);
    }

    // A change can be what allows the replacement, and what is made where its volume is, or renamed, moves from there.
    private static bool IsForNextRun(PlannedAction left, ActionResult done) => left.Kind switch
    {
        ActionKind.Replace => done.Action is not (ActionKind.Create or ActionKind.Replace),
        ActionKind.Rebuild => done.Action is not ActionKind.Rebuild,
        ActionKind.Move => done.Action is ActionKind.Create or ActionKind.Rename,
        _ => false,
    };

    private static string Describe(PlannedAction left) => left.Kind switch
    {
        ActionKind.Create => "it does not exist",
        ActionKind.Delete when left.Successor is not null => $"the old one still exists, as '{left.Id.Name}'",
        ActionKind.Delete => StillThere,
        ActionKind.Replace or ActionKind.Start or ActionKind.Stop or ActionKind.Rename or ActionKind.Rebuild =>
            left.Reason,
        _ when left.Changes.IsEmpty => $"it is not as planned: {left.Reason}",
        _ => $"it is not as planned: {string.Join(", ", left.Changes.Select(c => c.Property))}",
    };
}
