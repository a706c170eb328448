using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Networks and projects for a client that is restricted to some: taken as they are, compared as far as Incus shows them, and
/// where they are not as infra.yml wants them, with the commands for an administrator. The rules of networks are hidden.
/// </summary>
/// <param name="request">Whose they are.</param>
/// <param name="state">What the client sees.</param>
/// <param name="store">The server.</param>
internal sealed class GivenObjects(EngineRequest request, LiveState state, IIncusStore store)
{
    private const string Restricted = "restricted";
    private const string Networks = "restricted.networks.access";

    /// <summary>A fault for each given object that is not as wanted.</summary>
    /// <param name="restriction">What the client is restricted to.</param>
    /// <param name="desired">What infra.yml wants of the kinds that are looked at.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<IReadOnlyList<PlannedAction>> CheckAsync(
        Restriction restriction, IEnumerable<DesiredObject> desired, CancellationToken ct)
    {
        var faults = new List<PlannedAction?>();
        var given = desired.Where(d => Restriction.Gives(d.Id.Kind)).ToLookup(d => (d.Domain, d.Id.Kind));
        foreach (var domain in request.Domains)
        {
            var acl = given[(domain.Name, ObjectKind.Acl)].FirstOrDefault();
            foreach (var network in given[(domain.Name, ObjectKind.Network)])
            {
                faults.Add(await CheckNetworkAsync(network, acl, domain.IncusProject, restriction, ct));
            }

            faults.AddRange(given[(domain.Name, ObjectKind.Project)]
                .Select(project => CheckProject(project, domain.IncusNetwork.Name, restriction)));
        }

        return [.. faults.OfType<PlannedAction>()];
    }

    private async Task<PlannedAction?> CheckNetworkAsync(
        DesiredObject network, DesiredObject? acl, string project, Restriction restriction, CancellationToken ct)
    {
        if (!state.Objects.ContainsKey(network.Id))
        {
            return Refused(network, ActionKind.Create, "is not there", restriction,
            [
                .. acl is null ? Array.Empty<string>() : [AdministratorCommand.CreateAcl(acl)],
                .. AdministratorCommand.CreateNetwork(network, state.Cluster),
            ]);
        }

        if (!restriction.Projects.Contains(project))
        {
            return null; // Its addresses are shown to who uses it.
        }

        var wanted = network.Properties[AddressHandover.Subnet];
        var found = await store.ReadAddressesAsync(network.Id, project, ct);
        var settings = AdministratorCommand.ConfigOf(network).Where(p => p.Key.StartsWith("ipv4.", StringComparison.Ordinal));
        return found.Contains(wanted) ? null : Refused(
            network,
            ActionKind.Update,
            $"has {(found.Count == 0 ? "no address" : $"the addresses {string.Join(", ", found)}")} instead of {wanted}",
            restriction,
            [AdministratorCommand.Set(network.Id, settings)]);
    }

    private PlannedAction? CheckProject(DesiredObject project, string network, Restriction restriction)
    {
        if (!state.Objects.TryGetValue(project.Id, out var live))
        {
            var projects = restriction.Projects.Union(request.Domains.Select(d => d.IncusProject), StringComparer.Ordinal);
            return Refused(project, ActionKind.Create, "is not there, or is not one of them", restriction,
                [AdministratorCommand.CreateProject(project), AdministratorCommand.Grant(restriction.Certificate, projects)]);
        }

        if (Ownership.Of(project.Id, live) is { } owner && !owner.BelongsTo(request.Infrastructure))
        {
            return Refused(project, ActionKind.Update, ToolDiagnostics.OwnedByOther(project.Id, owner.Infrastructure));
        }

        var config = live.Config ?? [];
        var wanted = AdministratorCommand.ConfigOf(project).Where(p => config.GetValueOrDefault(p.Key) != p.Value).ToList();
        if (IncusBoolean.IsTrue(config.GetValueOrDefault(Restricted))
            && config.GetValueOrDefault(Networks) is { Length: > 0 } networks
            && !networks.Split(',', StringSplitOptions.TrimEntries).Contains(network))
        {
            wanted.Add(KeyValuePair.Create(Networks, $"{networks},{network}"));
        }

        return wanted.Count == 0 ? null : Refused(
            project,
            ActionKind.Update,
            $"has other values of {string.Join(", ", wanted.Select(p => p.Key))}",
            restriction,
            [AdministratorCommand.Set(project.Id, wanted)]);
    }

    private static PlannedAction Refused(
        DesiredObject desired, ActionKind kind, string what, Restriction restriction, IEnumerable<string> commands) =>
        Refused(desired, kind, ToolDiagnostics.AdministratorNeeded(desired.Id, what, restriction.Projects, commands));

    private static PlannedAction Refused(DesiredObject desired, ActionKind kind, Diagnostic fault) =>
        new(desired.Id, kind, [], "") { Desired = desired, Fault = fault };
}
