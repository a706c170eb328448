using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Importing;

/// <summary>One project as a domain, if Apply would leave it as it is.</summary>
internal sealed class ProjectSurvey
{
    private const int MostChanges = 3;

    private readonly LiveHost _host;
    private readonly DomainForm _form;
    private readonly DiskPools _pools;
    private readonly StoragePools _server;
    private readonly string _project;
    private readonly List<KeyValuePair<ObjectId, IncusObject>> _instances;

    /// <param name="host">What Incus has.</param>
    /// <param name="form">What a domain is like.</param>
    /// <param name="server">The server's pools.</param>
    /// <param name="project">The project.</param>
    public ProjectSurvey(LiveHost host, DomainForm form, StoragePools server, string project)
    {
        (_host, _form, _server, _project) = (host, form, server, project);
        _pools = new DiskPools(server, host.State.Objects);
        _instances = [.. Of(ObjectKind.Instance)];
    }

    public List<Note> Notes { get; } = [];

    public List<LeftOut> LeftOut { get; } = [];

    private IReadOnlyDictionary<ObjectId, IncusObject> Objects => _host.State.Objects;

    /// <summary>Its description, or null where it is left out.</summary>
    public DomainSpec? Run()
    {
        if (WhyNot() is { } reason)
        {
            return Refuse(reason);
        }

        var bridge = Objects[ObjectId.Network(_form.Bridge(_project))];
        var domain = Describe(bridge, _form.NetworkOf(bridge)!);
        var wanted = DesiredState.Of([domain], _pools).Where(d => d.Id.Kind != ObjectKind.Acl).ToList();
        var missing = wanted.Where(d => !Objects.ContainsKey(d.Id)).Select(d => $"Apply would create {d.Id}.");
        var broken = wanted.Where(d => Objects.ContainsKey(d.Id))
            .SelectMany(d => Promise.Broken(d, Objects[d.Id]), (d, c) => Promise.Sentence(d.Id, c));
        if (missing.Concat(broken).ToList() is [_, ..] reasons)
        {
            return Refuse(Join(reasons));
        }

        var profiles = wanted.Where(d => d.Id.Kind == ObjectKind.Profile)
            .ToDictionary(d => d.Id.Name, d => Promise.After(d, Objects[d.Id]), StringComparer.Ordinal);
        if (_instances.SelectMany(i => Reaching(i.Key, i.Value, profiles)).ToList() is [_, ..] reaching)
        {
            return Refuse(Join(reaching));
        }

        var machines = new MachineSurvey(_host, _form, _pools, domain, profiles);
        domain = domain with { Machines = [.. _instances.Select(i => Machine(machines, i.Value)).OfType<MachineSpec>()] };
        domain = domain with { IncusAccess = IsOwn(domain) ? DomainSpec.Own : null };
        Notes.AddRange(ProjectRemarks.Of(Objects, domain, Project(domain)).Select(text => new Note(_project, null, null, text)));
        return domain;
    }

    // Whether Incus allows there exactly what it allows the holder of a certificate.
    private bool IsOwn(DomainSpec domain)
    {
        var project = Project(domain with { IncusAccess = DomainSpec.Own });
        return !Promise.Broken(project, Objects[project.Id]).Any();
    }

    private DesiredObject Project(DomainSpec domain) =>
        DesiredState.Of([domain], _pools).Single(d => d.Id.Kind == ObjectKind.Project);

    private MachineSpec? Machine(MachineSurvey survey, IncusObject instance)
    {
        var (machine, notes, broken) = survey.Run(instance);
        if (machine is null)
        {
            LeftOut.Add(new LeftOut(_project, instance.Name, Join(broken)));
            return null;
        }

        Notes.AddRange(notes.Select(text => new Note(_project, null, instance.Name, text)));
        return machine;
    }

    private DomainSpec? Refuse(string reason)
    {
        LeftOut.Add(new LeftOut(_project, null, reason));
        Notes.Clear();
        return null;
    }

    private static string Join(IReadOnlyCollection<string> changes) => string.Join(' ', changes.Take(MostChanges))
        + (changes.Count > MostChanges ? $" And {changes.Count - MostChanges} more." : "")
        + " Change that in Incus when it suits you, and import again.";

    // What can be said without comparing.
    private string? WhyNot()
    {
        var name = _form.Bridge(_project);
        var ours = Of(ObjectKind.Profile).Concat(Of(ObjectKind.Volume)).Concat(_instances)
            .Append(KeyValuePair.Create(ObjectId.OfProject(_project), Objects[ObjectId.OfProject(_project)]))
            .Concat(Objects.Where(o => o.Key == ObjectId.Network(name)))
            .Select(o => Ownership.Of(o.Key, o.Value))
            .FirstOrDefault(owner => owner is not null);
        if (ours is not null)
        {
            return $"The infrastructure '{Excerpt.Of(ours.Infrastructure.Name)}' already manages it: use its infra.yml.";
        }

        if (_project == ObjectId.DefaultProject)
        {
            return "Incus's own project cannot be a domain. Create projects for its machines, and move each with 'incus stop' "
                + "and 'incus move --target-project'.";
        }

        if (Objects.GetValueOrDefault(ObjectId.Network(name)) is not { } bridge)
        {
            return $"A domain has a bridge of its own, here '{Excerpt.Of(name)}', and there is none"
                + (Bridges().ToList() is [_, ..] used ? $": its machines are on {string.Join(", ", used)}" : "")
                + ". Create it, and move the cards of the machines to it.";
        }

        if (bridge.Type is not (null or "bridge") || bridge.IsHalfMade || bridge.IsUnavailable)
        {
            return $"Its network '{Excerpt.Of(name)}' is not a working bridge: type {bridge.Type}, status {bridge.Status}.";
        }

        if (_form.NetworkOf(bridge) is null)
        {
            var address = bridge.Config?.GetValueOrDefault("ipv4.address") ?? "no IPv4 address";
            return $"Its bridge '{Excerpt.Of(name)}' has the address '{Excerpt.Of(address)}', but a domain's bridge has "
                + $".{_form.Gateway} of an IPv4 /24: set ipv4.address, then restart its machines, which use the old gateway "
                + "until then.";
        }

        var acl = ObjectId.Acl(name);
        var others = ProjectRemarks.UsersOf(Objects, acl).Where(user => user != ObjectId.Network(name)).ToList();
        return others is [var other, ..]
            ? $"Apply would replace the rules of {acl}, which {other} uses too. Rename the ACL."
            : null;
    }

    private IEnumerable<string> Bridges() => _instances
        .SelectMany(i => (i.Value.ExpandedDevices ?? []).Values)
        .Where(d => d.GetValueOrDefault("type") == "nic")
        .Select(d => d.GetValueOrDefault("network") ?? d.GetValueOrDefault("parent"))
        .OfType<string>()
        .Distinct()
        .Order(StringComparer.Ordinal)
        .Select(Excerpt.Of);

    private DomainSpec Describe(IncusObject bridge, NetworkSpec network)
    {
        var project = Objects[ObjectId.OfProject(_project)];
        var description = project.Description ?? "";
        if (Secrets.MayHave(description) || bridge.Description is not (null or "") && bridge.Description != description)
        {
            Notes.Add(new Note(_project, null, null, Secrets.MayHave(description)
                ? "The description of the project is left out: it may contain a secret."
                : "The description is left out: those of the project and of its bridge differ, and a domain has one for both."));
            description = "";
        }

        return new DomainSpec
        {
            Name = _project,
            Description = description,
            IncusProject = _project,
            IncusNetwork = network,
            IncusNetworkAcl = new AclSpec { Name = network.Name, Ingress = [], Egress = [] },
            IncusProfiles = Of(ObjectKind.Profile)
                .Select(p => (p.Key, Profile: Profile(p.Key.Name, p.Value, network.Name)))
                .Where(p => !p.Key.IsDefaultProfile || p.Profile is not { Description: "", Config.Count: 0, Devices.Count: 0 })
                .ToDictionary(p => p.Key.Name, p => p.Profile, StringComparer.Ordinal),
        };
    }

    private ProfileSpec Profile(string name, IncusObject live, string bridge)
    {
        var visible = new VisibleValues(text => Notes.Add(new Note(_project, name, null, text)));
        var devices = visible.Devices(live);
        if (name == ObjectId.DefaultProfile)
        {
            Leave(devices, NetworkCard.Name, NetworkCard.On(bridge));
            Leave(devices, RootDisk.Name, RootDisk.In(_server.Default));
        }

        var description = visible.Description(live);
        return new ProfileSpec
        {
            Description = description == Promise.DefaultDescription(_project) ? "" : description,
            Config = visible.Config(live),
            Devices = devices,
        };
    }

    // What every project has anyway.
    private static void Leave(
        Dictionary<string, IReadOnlyDictionary<string, string>> devices, string name, Dictionary<string, string> given)
    {
        if (devices.TryGetValue(name, out var device) && device.Count == given.Count && !device.Except(given).Any())
        {
            devices.Remove(name);
        }
    }

    // A machine that infra.yml does not get must not get anything from a profile either.
    private static IEnumerable<string> Reaching(
        ObjectId id, IncusObject instance, Dictionary<string, IncusObject> profiles) =>
        Promise.Broken(instance, instance, (instance.Profiles ?? []).Where(profiles.ContainsKey).Select(p => profiles[p]))
            .Select(c => Promise.Sentence(id, c));

    private IEnumerable<KeyValuePair<ObjectId, IncusObject>> Of(ObjectKind kind) => Objects
        .Where(o => o.Key.Kind == kind && o.Key.Project == _project)
        .OrderBy(o => o.Key.Name, StringComparer.Ordinal)
        .ThenBy(o => o.Key.Pool, StringComparer.Ordinal);
}
