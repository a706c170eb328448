using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Gives machines without limits of their own a share of what their server has: of all machines of the infrastructure there,
/// also where the plan is about some of them. Asks the server only where infra.yml has a policy.
/// </summary>
/// <param name="request">What is wanted.</param>
/// <param name="placement">Where the machines are.</param>
/// <param name="hosts">What the servers have.</param>
internal sealed class ResourceShares(EngineRequest request, Placement placement, Hosts hosts)
{
    private readonly List<PlannedAction> _faults = [];

    /// <summary>The objects, instances with their shares.</summary>
    /// <param name="desired">What is wanted without shares, in its place.</param>
    /// <param name="state">What Incus has.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<List<DesiredObject>> AddToAsync(List<DesiredObject> desired, LiveState state, CancellationToken ct)
    {
        var instances = desired.Where(d => d.Instance is not null && request.Covers(d.Id)).ToLookup(d => d.Member ?? "");
        if (request.ResourcePolicy is not { } policy || instances.Count == 0)
        {
            return desired;
        }

        var claims = request.Domains
            .SelectMany(d => d.Machines, (domain, machine) => Claim.Of(domain, machine))
            .ToLookup(c => placement.MemberOf(c.Id) ?? "");
        var changed = new Dictionary<ObjectId, DesiredObject>();
        foreach (var there in instances)
        {
            var member = there.Key.Length == 0 ? null : there.Key;
            if (state.Cluster is { } cluster && (member is null || cluster.Find(member) is null or { IsSilent: true }))
            {
                continue;
            }

            var shares = new ServerShares(policy, await hosts.ResourcesAsync(member, ct), [.. claims[there.Key]]);
            List<ServerShares.Resource> scarce = [.. shares.Overcommitted];
            if (scarce.Count > 0)
            {
                _faults.Add(Overcommitted(scarce, member, there));
            }

            foreach (var instance in there)
            {
                if (shares.Of(instance.Id) is { } share)
                {
                    changed[instance.Id] = scarce.Count == 0
                        ? instance.With(share)
                        : instance.Keeping(share, state.Objects.GetValueOrDefault(instance.Id));
                }
            }
        }

        return desired.ConvertAll(d => changed.GetValueOrDefault(d.Id, d));
    }

    /// <summary>The plan, with a fault for each server that has less than its machines are to get.</summary>
    public IReadOnlyList<PlannedAction> Check(IReadOnlyList<PlannedAction> plan) => Hosts.Stop(plan, _faults);

    // Told of the machine that has most by itself: most likely it is to be changed.
    private static PlannedAction Overcommitted(
        List<ServerShares.Resource> scarce, string? member, IEnumerable<DesiredObject> there)
    {
        var most = there.MaxBy(d => scarce[0].Own.GetValueOrDefault(d.Id))!;
        return new PlannedAction(most.Id, ActionKind.Update, [], "")
        {
            Desired = most,
            Fault = ToolDiagnostics.Overcommitted(most.Id, member, scarce.Select(resource => new ToolDiagnostics.Shortage(
                resource.Name,
                resource.Format(resource.Own.Values.Sum() + resource.Shares.Values.Sum(s => s.Amount)),
                resource.Format(resource.Total),
                resource.Format(Math.Max(0, resource.Free)),
                [
                    .. resource.Own.OrderByDescending(o => o.Value)
                        .Select(o => $"{o.Key.Name} {resource.Format(o.Value)}"),
                ]))),
        };
    }
}
