using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Model;

/// <summary>One infra.yml, typed. Values that were wrong in the file are absent here; diagnostics say so.</summary>
internal sealed record Infrastructure
{
    public required string ProjectName { get; init; }

    public required GlobalSettings Global { get; init; }

    /// <summary>The domains in the order of the file.</summary>
    public required IReadOnlyList<Domain> Domains { get; init; }

    /// <summary>Images of its own, in the order of the file.</summary>
    public IReadOnlyList<OwnImage> Images { get; init; } = [];

    /// <summary>
    /// The domain that exists while images are built, with a machine for each of them; none of <see cref="Domains"/>, and null
    /// without images. Like a domain that says nothing of it, it reaches what is outside of all domains.
    /// </summary>
    public Domain? ImageDomain => Images.Count == 0 ? null : new()
    {
        Name = new(InfraDialect.ImageDomain, Images[0].Name.At),
        Description = "Machines that images are built in",
        ClusterLink = Global.ClusterLink,
        Ephemeral = true,
        Machines = [.. Images.Select(i => i.Builder)],
    };

    /// <summary>The machines, and those that images are built in.</summary>
    public IEnumerable<Machine> Provisioned => Domains.SelectMany(d => d.Machines).Concat(Images.Select(i => i.Builder));

    /// <summary>The image of its own that a machine is made from, or null.</summary>
    public OwnImage? ImageOf(Machine machine) =>
        (machine.OsImage ?? Global.DefaultOsImage) is { } image ? FindImage(image.Value) : null;

    /// <summary>All images of its own, each after the one that it is made of.</summary>
    public IEnumerable<OwnImage> ImagesInOrder => ImagesFor(Images.Select(i => i.Builder)).Union(Images);

    /// <summary>The images of its own that some machines need, those that these are made of before them.</summary>
    public IReadOnlyList<OwnImage> ImagesFor(IEnumerable<Machine> machines)
    {
        List<OwnImage> needed = [];
        foreach (var machine in machines)
        {
            var way = new Stack<OwnImage>();
            for (var image = ImageOf(machine); image is not null && !needed.Contains(image); image = ImageOf(image.Builder))
            {
                way.Push(image);
            }

            needed.AddRange(way);
        }

        return needed;
    }

    /// <summary>The image of its own that has a name, or null.</summary>
    public OwnImage? FindImage(string name) => Images.FirstOrDefault(i => i.Name.Value == name);

    /// <summary>Allowed connections, in the order of the file.</summary>
    public required IReadOnlyList<NetworkPolicy> NetworkPolicies { get; init; }

    /// <summary>Folders of the host that several domains see.</summary>
    public required IReadOnlyList<SharedVolume> SharedVolumes { get; init; }

    /// <summary>The domains that are copies, by the name of the domain that they are copies of.</summary>
    public ILookup<string, Domain> CopiesByTemplate() =>
        Domains.Where(d => d.Copy is not null).ToLookup(d => d.Copy!.Template.Value, StringComparer.Ordinal);

    /// <summary>What a domain or machine is called now that was called <paramref name="former"/>; null when none was.</summary>
    public string? NewNameOf(string former) =>
        Domains.FirstOrDefault(d => d.Was?.Value == former)?.Name.Value
        ?? Domains.SelectMany(d => d.Machines).FirstOrDefault(m => m.Was?.Value.Name == former)?.Name.Value;

    /// <summary>
    /// What a command may name of what is enabled: domains, machines, and domains with copies for all of these.
    /// </summary>
    public IEnumerable<string> Names => Domains
        .Where(d => d.Enabled)
        .SelectMany(d => new[] { d.Copy?.Template.Value, d.Name.Value }.OfType<string>()
            .Concat(d.Machines.Select(m => m.Name.Value)))
        .Distinct(StringComparer.Ordinal);

    /// <summary>Whether a machine is rebuilt when there is a newer image.</summary>
    public bool FollowsImage(Domain domain, Machine machine) =>
        (machine.ImagePolicy ?? domain.ImagePolicy ?? Global.ImagePolicy) == InfraDialect.Follow;

    /// <summary>Of a domain; null where it has none. With addressing the default counts, since it selected the subnet.</summary>
    public string? TrustLevelOf(Domain domain) =>
        domain.TrustLevel?.Value ?? (Global.Addressing is null ? null : InfraDialect.DefaultTrustLevel);

    /// <summary>The domains that are switched off, and those that their networks are for.</summary>
    public IEnumerable<string> Disabled =>
        Domains.Where(d => !d.Enabled).SelectMany(d => new[] { d.NetworkOwner.Value, d.Name.Value }).Distinct();

    /// <summary>These names, each of a domain with copies as the names of its copies.</summary>
    public IEnumerable<string> WithCopies(IEnumerable<string> names)
    {
        var copies = CopiesByTemplate();
        return names.SelectMany(name => copies.Contains(name) ? copies[name].Select(c => c.Name.Value) : [name]);
    }

    /// <summary>The same, and the domains that the networks of those with these names are for.</summary>
    public IEnumerable<string> WithNetworks(IEnumerable<string> names)
    {
        var all = WithCopies(names).ToHashSet(StringComparer.Ordinal);
        return all.Union(Domains.Where(d => all.Contains(d.Name.Value)).Select(d => d.NetworkOwner.Value));
    }
}

/// <summary>The section <c>global</c>.</summary>
internal sealed record GlobalSettings
{
    public required SourceLocation At { get; init; }

    /// <summary>First two octets of every subnet, or null with <see cref="Addressing"/>.</summary>
    public Located<string>? BaseSubnet { get; init; }

    /// <summary>Addresses by trust level, or null.</summary>
    public Located<ZoneAddressing>? Addressing { get; init; }

    /// <summary>Image of machines that name none.</summary>
    public Located<string>? DefaultOsImage { get; init; }

    /// <summary><c>pin</c> or <c>follow</c>; null is <c>pin</c>.</summary>
    public string? ImagePolicy { get; init; }

    /// <summary>Kept for the user's roles.</summary>
    public string? DefaultConnection { get; init; }

    /// <summary>Kept for the user's roles.</summary>
    public string? DefaultUser { get; init; }

    /// <summary>The interface that joins the bridges of each domain on the members of a cluster, or null.</summary>
    public string? ClusterLink { get; init; }

    /// <summary>Whether several machines may use the GPU.</summary>
    public bool GpuIsShared { get; init; }

    /// <summary>The folder of the host with the persistent data of machines.</summary>
    public string PersistentDataBase { get; init; } = InfraDialect.DefaultDataBase;

    /// <summary>How machines share what their servers have; null where Apply gives them no shares.</summary>
    public ResourcePolicy? ResourcePolicy { get; init; }
}

/// <summary>The section <c>global.resource_policy</c>, in its own words.</summary>
/// <param name="ReservedCpu">A number of CPUs or a percentage.</param>
/// <param name="ReservedMemory">A size or a percentage.</param>
/// <param name="Mode">Whether weights count.</param>
/// <param name="CpuMode">How containers get their share of CPU.</param>
/// <param name="MemoryEnforce">What happens to containers beyond their share of memory.</param>
/// <param name="Overcommit">Whether limits of machines' own leave the shares as they are.</param>
internal sealed record ResourcePolicy(
    string ReservedCpu, string ReservedMemory, string Mode, string CpuMode, string MemoryEnforce, bool Overcommit);

/// <summary>The section <c>global.addressing</c>; subnets are <c>10.(ZoneBase + offset).sequence.0/24</c>.</summary>
/// <param name="ZoneBase">Second octet of the trust level admin.</param>
/// <param name="ZoneStep">Written for files of AnKLuMe, or null.</param>
internal sealed record ZoneAddressing(int ZoneBase, Located<int>? ZoneStep);

/// <summary>A subnet, an Incus project and its machines.</summary>
internal sealed record Domain
{
    /// <summary>Name of the Ansible group and of the Incus project.</summary>
    public required Located<string> Name { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Its former name, or null.</summary>
    public Located<string>? Was { get; init; }

    public bool Enabled { get; init; } = true;

    /// <summary>What it is to be copied for; null from <see cref="CopyExpansion"/> on.</summary>
    public Copies? Copies { get; init; }

    /// <summary>Which copy it is, or null.</summary>
    public Copy? Copy { get; init; }

    /// <summary>
    /// Where it says that all copies share one network, or null; from <see cref="CopyExpansion"/> on only what is a copy.
    /// </summary>
    public SourceLocation? SharedNetwork { get; init; }

    /// <summary>The domain that its network is for: of copies that share one that in infra.yml, else itself.</summary>
    public Located<string> NetworkOwner => SharedNetwork is not null && Copy is { } copy ? copy.Template : Name;

    /// <summary><see cref="GlobalSettings.ClusterLink"/>.</summary>
    public string? ClusterLink { get; init; }

    /// <summary>
    /// Whether its bridge reaches the other members of a cluster. One that copies share does not: they are cut off from each
    /// other at the ports of the bridge, and the tunnel is a port that leads around.
    /// </summary>
    public bool IsLinked => ClusterLink is not null && SharedNetwork is null;

    /// <summary>The name of its bridge.</summary>
    public string Bridge => NetworkName.Of(NetworkOwner.Value, IsLinked);

    /// <summary>Third octet of the subnet where the user fixed it.</summary>
    public Located<int>? SubnetId { get; init; }

    public Located<string>? TrustLevel { get; init; }

    /// <summary>What its machines may open outside all domains.</summary>
    public OutsideAccess Outside { get; init; }

    public bool Ephemeral { get; init; }

    /// <summary><c>pin</c> or <c>follow</c>; null means as <see cref="GlobalSettings.ImagePolicy"/>.</summary>
    public string? ImagePolicy { get; init; }

    /// <summary>Who else gets into its machines, or null.</summary>
    public Access? Access { get; init; }

    /// <summary>Its server, as a remote of the incus client; null for the one that the command line means.</summary>
    public Located<string>? Remote { get; init; }

    /// <summary>Whether its server is another one than that of this machine, as far as infra.yml says.</summary>
    public bool IsElsewhere => Remote is { Value: not "local" };

    /// <summary>The member of a cluster for its machines, or <c>@</c> and a group; null leaves the choice to Apply.</summary>
    public Located<string>? Target { get; init; }

    public IReadOnlyList<Profile> Profiles { get; init; } = [];

    /// <summary>Declared snapshots of its machines, or null.</summary>
    public SnapshotPolicy? Snapshots { get; init; }

    /// <summary>Whether the first complete Apply takes the snapshots that Reset goes back to.</summary>
    public bool HasBaseline { get; init; }

    public IReadOnlyList<Machine> Machines { get; init; } = [];

    /// <summary>
    /// Which machine one of its own was, or null. One that does not say it has come with the domain, where that had another name.
    /// </summary>
    public FormerMachine? FormerOf(Machine machine) => machine.Was is { Value: var was }
        ? was with { Domain = was.Domain ?? Was?.Value ?? Name.Value }
        : Was is { } former ? new FormerMachine(former.Value, machine.Name.Value) : null;
}

/// <summary>A machine by a name that it no longer has.</summary>
/// <param name="Domain">Its domain then; null where that is not said.</param>
/// <param name="Name">Its name then.</param>
internal sealed record FormerMachine(string? Domain, string Name)
{
    public static FormerMachine Parse(string text) =>
        text.Split('/') is [var domain, var name] ? new(domain, name) : new(null, text);

    /// <summary>As infra.yml has it.</summary>
    public override string ToString() => Domain is null ? Name : $"{Domain}/{Name}";
}

/// <summary>An Incus profile.</summary>
internal sealed record Profile(
    Located<string> Name, string Description, IReadOnlyList<Setting> Config, IReadOnlyList<Device> Devices);

/// <summary>A key and the string that Incus stores for it.</summary>
internal sealed record Setting(Located<string> Key, Located<string> Value);

/// <summary>An Incus device and its options, <c>type</c> among them.</summary>
internal sealed record Device(Located<string> Name, IReadOnlyList<Setting> Options)
{
    /// <summary>The value of option <paramref name="key"/>, or null.</summary>
    public Located<string>? Option(string key) => Options.FirstOrDefault(o => o.Key.Value == key)?.Value;

    /// <summary>The same, where an empty text is no value, as in Incus.</summary>
    internal Located<string>? Given(string key) => Option(key) is { Value.Length: > 0 } value ? value : null;

    internal bool IsFolderOfHost =>
        Given("type")?.Value == "disk" && Given("pool") is null && Given("source")?.Value[0] == '/';

    internal bool IsRootDisk => Given("type")?.Value == "disk" && Given("path")?.Value == "/" && Given("source") is null;
}

/// <summary>A custom storage volume of a machine.</summary>
/// <param name="Name">Its name in the machine.</param>
/// <param name="Path">Where it is mounted.</param>
/// <param name="Size">Its limit, or null.</param>
/// <param name="Pool">The pool that it is in.</param>
/// <param name="Keep">Whether Reset leaves it as it is.</param>
internal sealed record StorageVolume(Located<string> Name, Located<string> Path, string? Size, string Pool, bool Keep = false)
{
    /// <summary>Whether nothing but a person deletes it.</summary>
    public bool IsPersistent { get; init; }

    public bool IsReadOnly { get; init; }
}

/// <summary>Data that outlives its machine.</summary>
/// <param name="Name">Its name in the machine.</param>
/// <param name="Path">Where it is mounted.</param>
/// <param name="Kind"><see cref="InfraDialect.OnHost"/> or <see cref="InfraDialect.InVolume"/>, or null for neither.</param>
internal sealed record PersistentData(Located<string> Name, Located<string> Path, string? Kind)
{
    public bool IsReadOnly { get; init; }

    /// <summary>Where it says that Apply creates the folder, or null.</summary>
    public SourceLocation? Create { get; init; }

    public Located<string>? Size { get; init; }

    public Located<string>? Pool { get; init; }

    /// <summary>Whether a machine of a domain has it in a volume.</summary>
    public bool IsVolumeIn(Domain domain) => Kind is { } kind ? kind == InfraDialect.InVolume : domain.IsElsewhere;
}

/// <summary>A variable of the user, handed to Ansible as it is.</summary>
internal sealed record Variable(Located<string> Name, YamlNode Value);

/// <summary>A container or virtual machine.</summary>
internal sealed record Machine
{
    /// <summary>Name of the instance and of the Ansible host, unique in the whole file.</summary>
    public required Located<string> Name { get; init; }

    /// <summary>Its name in infra.yml where its domain is a copy, or null.</summary>
    public string? TemplateName { get; init; }

    public string Description { get; init; } = "";

    /// <summary>A virtual machine, not a container; null where the file is wrong about it.</summary>
    public bool? IsVirtualMachine { get; init; }

    /// <summary>Address where the user fixed it.</summary>
    public Located<string>? Ip { get; init; }

    public Located<string>? OsImage { get; init; }

    /// <summary><c>pin</c> or <c>follow</c>; null means as its domain.</summary>
    public string? ImagePolicy { get; init; }

    /// <summary>Whether it may be deleted; null means as its domain.</summary>
    public bool? Ephemeral { get; init; }

    /// <summary><c>running</c>, <c>stopped</c> or <c>any</c>.</summary>
    public string State { get; init; } = InfraDialect.Running;

    /// <summary>Its former name, or null.</summary>
    public Located<FormerMachine>? Was { get; init; }

    /// <summary>The member of a cluster, or <c>@</c> and a group; null means as its domain.</summary>
    public Located<string>? Target { get; init; }

    /// <summary>A label; machines that share it are to be on different members of a cluster.</summary>
    public Located<string>? Spread { get; init; }

    /// <summary>Where the machine asks for a GPU, or null when it does not.</summary>
    public SourceLocation? Gpu { get; init; }

    /// <summary>Profiles in order of application; null means <c>default</c> alone.</summary>
    public IReadOnlyList<Located<string>>? Profiles { get; init; }

    public IReadOnlyList<Setting> Config { get; init; } = [];

    /// <summary>From <see cref="GivenFolders"/> on also those of shared volumes and of persistent data on the host.</summary>
    public IReadOnlyList<Device> Devices { get; init; } = [];

    /// <summary>From <see cref="GivenFolders"/> on also those of <see cref="PersistentData"/>.</summary>
    public IReadOnlyList<StorageVolume> StorageVolumes { get; init; } = [];

    public IReadOnlyList<PersistentData> PersistentData { get; init; } = [];

    /// <summary>Those of the folders of the host that it has as devices that Apply may create.</summary>
    public IReadOnlyList<string> CreatedFolders { get; init; } = [];

    /// <summary>Ports of the host that lead to it.</summary>
    public IReadOnlyList<PortForward> Ports { get; init; } = [];

    /// <summary>Roles in order.</summary>
    public IReadOnlyList<Located<string>> Roles { get; init; } = [];

    /// <summary>Installation steps in order, as the user wrote them.</summary>
    public IReadOnlyList<YamlMapping> Provision { get; init; } = [];

    /// <summary>How to tell that it is ready, or null.</summary>
    public Health? Health { get; init; }

    /// <summary>Machines that are ready before it.</summary>
    public IReadOnlyList<Located<string>> Needs { get; init; } = [];

    public IReadOnlyList<Variable> Vars { get; init; } = [];

    /// <summary>
    /// <c>true</c>, <c>false</c> or <c>last-state</c>: whether it starts with the host; null is Incus's default.
    /// </summary>
    public Located<string>? BootAutostart { get; init; }

    /// <summary>Start order; null leaves Incus's default.</summary>
    public int? BootPriority { get; init; }

    /// <summary>Its parts of what machines share; null is one.</summary>
    public Located<int>? Weight { get; init; }

    /// <summary>Its own section <c>snapshots</c>, or null.</summary>
    public SnapshotPolicy? Snapshots { get; init; }

    /// <summary>The fields <c>snapshots_schedule</c> and <c>snapshots_expiry</c>, or null.</summary>
    public SnapshotPolicy? SnapshotsFields { get; init; }

    /// <summary>Whether an image is built in it.</summary>
    public bool IsBuilder { get; init; }

    /// <summary>As a message begins.</summary>
    internal string Label => $"{(IsBuilder ? "Image" : "Machine")} '{Name.Value}'";

    /// <summary>Whether it says how to tell that it is ready, and is to run.</summary>
    internal bool MustBeHealthy => Health is not null && State == InfraDialect.Running;

    /// <summary>Whether Ansible has anything to do in it.</summary>
    internal bool IsProvisioned => State != InfraDialect.Stopped && Roles.Count + Provision.Count > 0;

    /// <summary>What the machine itself says of snapshots, or null.</summary>
    internal SnapshotPolicy? OwnSnapshots => Snapshots?.Or(SnapshotsFields) ?? SnapshotsFields;

    /// <summary>Declared snapshots, with what the machine does not say taken from its domain; null without any.</summary>
    public SnapshotPolicy? SnapshotsIn(Domain domain) => OwnSnapshots?.Or(domain.Snapshots) ?? domain.Snapshots;
}

/// <summary>A folder of the host that domains share.</summary>
/// <param name="Name">Its name in infra.yml.</param>
/// <param name="Source">The folder.</param>
/// <param name="Path">Where it is mounted.</param>
/// <param name="Consumers">Who mounts it.</param>
internal sealed record SharedVolume(Located<string> Name, string Source, string Path, IReadOnlyList<Consumer> Consumers)
{
    /// <summary>Whether containers see the owners of files as the host does.</summary>
    public bool Shift { get; init; }

    /// <summary>Where it says that what is mounted below the folder is seen, too, or null.</summary>
    public SourceLocation? Propagate { get; init; }

    /// <summary>Whether Apply may create the folder.</summary>
    public bool Create { get; init; }
}

/// <summary>Who mounts a shared volume.</summary>
/// <param name="Name">A domain, one with copies for all of these, or a machine.</param>
/// <param name="MayWrite">Or only read.</param>
internal sealed record Consumer(Located<string> Name, bool MayWrite);
