using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Takes certificates and tokens back, before anything else in their projects changes: one that is no longer restricted would
/// give whoever has a certificate for it the host.
/// </summary>
/// <param name="store">The server.</param>
internal sealed class Revocations(IIncusStore store)
{
    private static readonly string Mark = Property.Config(OwnProject.Restricted).ToString();

    /// <summary>Whether somebody may have been let into a project.</summary>
    public static bool WasOwn(Ownership owner) => owner.Applied.ContainsKey(Mark);

    /// <summary>The plan with the deletions of all that was handed out for some projects before it.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="projects">The projects, by the domain that each was made for.</param>
    /// <param name="infrastructure">Whose.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<IReadOnlyList<PlannedAction>> AddToAsync(
        IReadOnlyList<PlannedAction> plan,
        ILookup<string, ObjectId> projects,
        Infrastructure infrastructure,
        CancellationToken ct)
    {
        if (projects.Count == 0)
        {
            return plan;
        }

        var grants = (await store.ReadGrantsAsync(infrastructure, ct)).Where(g => projects.Contains(g.Domain)).ToList();
        return
        [
            .. grants.Select(g => new PlannedAction(
                g.Id, ActionKind.Delete, [], $"it is for the project of domain '{Excerpt.Of(g.Domain)}'")),
            .. plan.Select(a => a.Id.Kind == ObjectKind.Project && a.IsWork
                ? After(a, [.. grants.Where(g => projects[g.Domain].Contains(a.Id)).Select(g => g.Id)])
                : a),
        ];
    }

    private static PlannedAction After(PlannedAction action, IReadOnlyList<ObjectId> revoked) => action with
    {
        Desired = action.Desired is { } desired ? desired with { DependsOn = [.. desired.DependsOn, .. revoked] } : null,
        Users = [.. action.Users, .. revoked],
    };
}
