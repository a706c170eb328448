using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Incus.Tests;

/// <summary>Plans and applies to an Incus in memory.</summary>
internal static class Applying
{
    public static IReadOnlyList<ActionResult> Plan(this MemoryIncus incus, EngineRequest request) =>
        new Engine(incus).PlanAsync(request, CancellationToken.None).GetAwaiter().GetResult();

    public static IReadOnlyList<ActionResult> Apply(this MemoryIncus incus, EngineRequest request) =>
        new Engine(incus).ApplyAsync(request, _ => { }, _ => { }, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Destroys, confirmed.</summary>
    public static IReadOnlyList<ActionResult> Destroy(this MemoryIncus incus, RemovalRequest request) =>
        new Engine(incus).DestroyAsync(request, (_, _) => true, _ => { }, _ => { }, CancellationToken.None)
            .GetAwaiter().GetResult();

    /// <summary>Applies and expects that nothing fails.</summary>
    public static MemoryIncus With(this MemoryIncus incus, EngineRequest request)
    {
        incus.Apply(request).Where(r => r.Error is not null).Select(r => r.Error!.Message).ShouldBeEmpty();
        incus.Changes.Clear();
        return incus;
    }

    /// <summary>Such as <c>update instance 'web' in project 'home': done</c>.</summary>
    public static IEnumerable<string> Lines(this IEnumerable<ActionResult> results) =>
        results.Select(r => $"{r.Action} {r.Id}: {r.Status}".ToLowerInvariant());

    /// <summary>Such as <c>config.limits.cpu: 1 -> 2 (Wanted)</c>.</summary>
    public static IEnumerable<string> Values(this ActionResult result) =>
        result.Changes.Select(c => $"{c.Key}: {c.Old} -> {c.New} ({c.Cause})");
}
