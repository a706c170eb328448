using System.Text.Json.Serialization;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Desired;

// Set and not init: the JSON source generator overwrites the default of an init member that is missing in the text.

/// <summary>One domain as its generated group variables say.</summary>
internal sealed record DomainSpec
{
    public const string Own = "own";

    public required string Name { get; set; }

    /// <summary>Its former name; null where it had no other.</summary>
    public string? Was { get; set; }

    public string Description { get; set; } = "";

    /// <summary>Whether its network and project may be deleted.</summary>
    public bool Ephemeral { get; set; }

    public required string IncusProject { get; set; }

    /// <summary><see cref="Own"/> where somebody may have a certificate for the project; null where nobody may.</summary>
    public string? IncusAccess { get; set; }

    /// <summary>Its server, as a remote of the incus client; null for that of the request.</summary>
    public string? IncusRemote { get; set; }

    public required NetworkSpec IncusNetwork { get; set; }

    public required AclSpec IncusNetworkAcl { get; set; }

    public IReadOnlyDictionary<string, ProfileSpec> IncusProfiles { get; set; } = new Dictionary<string, ProfileSpec>();

    public IReadOnlyList<MachineSpec> Machines { get; set; } = [];

    internal bool IsOwn => IncusAccess == Own;

    /// <summary>The value of an option of Incus that a machine has of its own or from its profiles, or null.</summary>
    internal string? ConfigOf(MachineSpec machine, string key) =>
        machine.InstanceConfig.GetValueOrDefault(key) is { Length: > 0 } own ? own : ProfilesGive(machine, key);

    /// <summary>All options of Incus that a machine has of its own or from its profiles, also those that others hide.</summary>
    internal IEnumerable<KeyValuePair<string, string>> ConfigOf(MachineSpec machine) => machine.InstanceProfiles
        .Select(name => IncusProfiles.GetValueOrDefault(name)).OfType<ProfileSpec>().SelectMany(profile => profile.Config)
        .Concat(machine.InstanceConfig);

    /// <summary>The value that a machine gets from its profiles, or null; later profiles win, as in Incus.</summary>
    internal string? ProfilesGive(MachineSpec machine, string key) => machine.InstanceProfiles
        .Select(name => IncusProfiles.GetValueOrDefault(name)?.Config.GetValueOrDefault(key))
        .LastOrDefault(value => !string.IsNullOrEmpty(value));

    /// <summary>The domain that its bridge and the rules of it are for: itself, or that whose copies share them.</summary>
    internal string NetworkOwner => IncusNetwork.SharedBy ?? Name;
}

/// <summary>A domain's bridge.</summary>
internal sealed record NetworkSpec
{
    /// <summary>Name of the bridge, at most 15 characters.</summary>
    public required string Name { get; set; }

    /// <summary>Such as <c>10.100.3.0/24</c>.</summary>
    public required string Subnet { get; set; }

    /// <summary>The bridge's own address, such as <c>10.100.3.254</c>.</summary>
    public required string Gateway { get; set; }

    /// <summary>First and last address that DHCP hands out, such as <c>10.100.3.100-10.100.3.199</c>.</summary>
    public required string DhcpRange { get; set; }

    /// <summary>The domain whose copies share the bridge, cut off from each other; null where it is one domain's own.</summary>
    public string? SharedBy { get; set; }

    /// <summary>What joins the bridges of a cluster's members; null where each is by itself.</summary>
    public TunnelSpec? Tunnel { get; set; }
}

/// <summary>A VXLAN between the members of a cluster.</summary>
internal sealed record TunnelSpec
{
    /// <summary>The interface of each member that it goes over.</summary>
    public required string Interface { get; set; }

    /// <summary>Its number, which no other network of the cluster has.</summary>
    public required int Id { get; set; }

    /// <summary>The multicast address by which the members find each other.</summary>
    public required string Group { get; set; }

    /// <summary>The members' port for it.</summary>
    public required int Port { get; set; }
}

/// <summary>The rules of a domain's bridge; what none allows is rejected.</summary>
internal sealed record AclSpec
{
    /// <summary>That of the bridge.</summary>
    public required string Name { get; set; }

    /// <summary>The domains at the other end of its policies: their rules change together with these.</summary>
    public IReadOnlyList<string> Partners { get; set; } = [];

    public required IReadOnlyList<AclRuleSpec> Ingress { get; set; }

    public required IReadOnlyList<AclRuleSpec> Egress { get; set; }
}

/// <summary>What a rule matches; what it leaves out is any.</summary>
internal sealed record AclRuleSpec
{
    public string? Description { get; set; }

    /// <summary><c>allow</c>, or <c>reject</c>, which goes before all that is allowed.</summary>
    public string Action { get; set; } = AclRule.Allow;

    /// <summary>Subnets, addresses and ranges, joined by commas.</summary>
    public string? Source { get; set; }

    public string? Destination { get; set; }

    public string? Protocol { get; set; }

    public string? DestinationPort { get; set; }

    public string? IcmpType { get; set; }
}

/// <summary>A profile.</summary>
internal sealed record ProfileSpec
{
    public string Description { get; set; } = "";

    public IReadOnlyDictionary<string, string> Config { get; set; } = new Dictionary<string, string>();

    /// <summary>Options by device name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Devices { get; set; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();
}

/// <summary>One machine: the <c>instance_*</c> variables of its host.</summary>
internal sealed record MachineSpec
{
    public const string Pin = "pin";
    public const string Follow = "follow";

    public required string InstanceName { get; set; }

    /// <summary><c>lxc</c> or <c>vm</c>.</summary>
    public string InstanceType { get; set; } = "lxc";

    [JsonIgnore]
    public bool IsVirtualMachine => InstanceType == "vm";

    public string InstanceDescription { get; set; } = "";

    /// <summary>An alias, or a remote of the incus client, a colon and an alias there.</summary>
    public string? InstanceOsImage { get; set; }

    /// <summary><c>pin</c> or <c>follow</c>: whether it is rebuilt when there is a newer image.</summary>
    public string InstanceImagePolicy { get; set; } = Pin;

    /// <summary>Its address on the domain's bridge; null leaves it to DHCP.</summary>
    public string? InstanceIp { get; set; }

    /// <summary>The machines of other domains that it may reach: addresses by name.</summary>
    public IReadOnlyDictionary<string, string> InstanceHosts { get; set; } = new Dictionary<string, string>();

    public bool InstanceEphemeral { get; set; }

    /// <summary><c>running</c>, <c>stopped</c> or <c>any</c>.</summary>
    public string InstanceState { get; set; } = "running";

    /// <summary>
    /// Its former name, after its former project and a slash where that was another; null where it had no other.
    /// </summary>
    public string? InstanceWas { get; set; }

    /// <summary>What it was in Incus, or null.</summary>
    internal ObjectId? FormerIn(string project) => InstanceWas?.Split('/') switch
    {
        null => null,
        [var other, var name] => Model.ObjectId.Instance(other, name),
        [.. var rest] => Model.ObjectId.Instance(project, string.Join('/', rest)),
    };

    /// <summary>In a cluster, a member or <c>@</c> and a group; null leaves the choice to the engine.</summary>
    public string? InstanceTarget { get; set; }

    /// <summary>In a cluster, what it has in common with machines that are to be on other members; null for nothing.</summary>
    public string? InstanceSpread { get; set; }

    /// <summary>Whether it gets the host's GPU, unless a device or profile already gives it one.</summary>
    public bool InstanceGpu { get; set; }

    /// <summary>Profiles in order of application.</summary>
    public IReadOnlyList<string> InstanceProfiles { get; set; } = [Model.ObjectId.DefaultProfile];

    public IReadOnlyDictionary<string, string> InstanceConfig { get; set; } = new Dictionary<string, string>();

    /// <summary>Options by device name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> InstanceDevices { get; set; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>Folders of the Incus host that Apply makes where they are missing; devices mount them.</summary>
    public IReadOnlyList<string> InstanceCreatedFolders { get; set; } = [];

    public IReadOnlyDictionary<string, VolumeSpec> InstanceStorageVolumes { get; set; } =
        new Dictionary<string, VolumeSpec>();

    /// <summary>Ports of the host that lead to it, by name.</summary>
    public IReadOnlyDictionary<string, PortSpec> InstancePorts { get; set; } = new Dictionary<string, PortSpec>();

    /// <summary>How to tell that it is ready; null where it is when it runs.</summary>
    public HealthSpec? InstanceHealth { get; set; }

    /// <summary>Machines that are started before it.</summary>
    public IReadOnlyList<string> InstanceNeeds { get; set; } = [];

    /// <summary>
    /// <c>true</c>, <c>false</c> or <c>last-state</c>: whether it starts with the host; null is Incus's default.
    /// </summary>
    public string? InstanceBootAutostart { get; set; }

    /// <summary>Start order; null leaves Incus's default.</summary>
    public string? InstanceBootPriority { get; set; }

    /// <summary>Its parts of what the machines of its server share.</summary>
    public int InstanceWeight { get; set; } = 1;

    /// <summary>When snapshots are taken, as Incus reads it; null for never.</summary>
    public string? InstanceSnapshotsSchedule { get; set; }

    /// <summary>How long snapshots are kept, as Incus reads it; null for ever.</summary>
    public string? InstanceSnapshotsExpiry { get; set; }

    /// <summary>How Incus names the snapshots that it takes itself; null leaves Incus's default.</summary>
    public string? InstanceSnapshotsPattern { get; set; }

    /// <summary>How many declared snapshots are kept; null for all.</summary>
    public int? InstanceSnapshotsKeep { get; set; }

    /// <summary>Commands before a declared snapshot, each a program and its arguments; null for none.</summary>
    public IReadOnlyList<IReadOnlyList<string>>? InstanceSnapshotsPre { get; set; }

    /// <summary>Commands after a declared snapshot; null for none.</summary>
    public IReadOnlyList<IReadOnlyList<string>>? InstanceSnapshotsPost { get; set; }
}

/// <summary>A custom volume of a machine.</summary>
internal sealed record VolumeSpec
{
    /// <summary>Such as <c>10GiB</c>; null for no limit.</summary>
    public string? Size { get; set; }

    public required string Path { get; set; }

    /// <summary>The storage pool; <c>default</c> means the server's first choice where no pool has that name.</summary>
    public string Pool { get; set; } = "default";

    /// <summary>Whether it outlives its machine: only a person deletes it.</summary>
    public bool Persistent { get; set; }

    public bool Readonly { get; set; }
}

/// <summary>How to tell that a machine is ready: exactly one of the first three says it.</summary>
internal sealed record HealthSpec
{
    /// <summary>A colon, a port and a path.</summary>
    public string? Http { get; set; }

    /// <summary>A port that something must listen on.</summary>
    public int? Tcp { get; set; }

    /// <summary>A program and its arguments, which must end with exit code 0.</summary>
    public IReadOnlyList<string>? Command { get; set; }

    /// <summary>Seconds that the machine may take.</summary>
    public int Within { get; set; } = 60;

    /// <summary>Whether Ansible provisions the machine, so that it may become healthy only after the engine has run.</summary>
    public bool Provisioned { get; set; }
}

/// <summary>A port of the Incus host that leads to one of a machine.</summary>
internal sealed record PortSpec
{
    /// <summary>An address of the host; <c>0.0.0.0</c> is all of them.</summary>
    public string Address { get; set; } = "0.0.0.0";

    public required int HostPort { get; set; }

    /// <summary>The port of the machine.</summary>
    public required int Port { get; set; }

    /// <summary><c>tcp</c> or <c>udp</c>.</summary>
    public string Protocol { get; set; } = "tcp";

    /// <summary>Whether the host forwards the packets, instead of a process that passes the connections on.</summary>
    public bool Nat { get; set; }
}
