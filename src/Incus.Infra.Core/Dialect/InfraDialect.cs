namespace Incus.Infra.Core.Dialect;

/// <summary>Every key of infra.yml: the one place where the language is defined.</summary>
internal static class InfraDialect
{
    /// <summary>Trust levels with the offset that each adds to <c>zone_base</c>, most trusted first.</summary>
    public static readonly IReadOnlyDictionary<string, int> TrustLevels = new Dictionary<string, int>
    {
        ["admin"] = 0,
        ["trusted"] = 10,
        ["semi-trusted"] = 20,
        ["untrusted"] = 40,
        ["disposable"] = 50,
    };

    /// <summary>The trust level of a domain that names none.</summary>
    public const string DefaultTrustLevel = "semi-trusted";

    /// <summary>The storage pool of a volume that names none.</summary>
    internal const string DefaultPool = "default";

    /// <summary>First octet of all subnets where addressing names none.</summary>
    internal const int DefaultBaseOctet = 10;

    /// <summary>Second octet of the trust level admin where addressing names none.</summary>
    internal const int DefaultZoneBase = 100;

    /// <summary>The distance of two trust levels, whatever <c>zone_step</c> says.</summary>
    internal const int ZoneStep = 10;

    /// <summary>Who logs in by ssh where access names nobody.</summary>
    internal const string DefaultSshUser = "root";

    /// <summary>How long a machine may take to be healthy where health does not say it.</summary>
    internal const string DefaultHealthLimit = "60s";

    /// <summary>Most copies of a domain: the subnets of a trust level.</summary>
    internal const int MaxCopies = 255;

    /// <summary>One network for all copies of a domain.</summary>
    internal const string SharedNetwork = "shared";

    /// <summary>What a domain is, for those who write infra.yml and for those who write C#.</summary>
    internal const string DomainIs =
        "A domain is a subnet and an Incus project with its machines; only network_policies lets others reach them.";

    /// <summary>A key that only files of AnKLuMe's rewrite in Python have.</summary>
    internal const string KeyOfOtherFormat = "schema_version";

    /// <summary>The prefix of keys that are the user's own and never checked.</summary>
    public const string UserKeyPrefix = "x-";

    private static readonly BooleanShape Boolean = new();

    private static readonly MapShape Config = new(Forms.ConfigKey, "Configuration key", new ScalarShape());

    private static readonly MapShape Devices = new(Forms.ObjectName, "Device name",
        new MapShape(Forms.ConfigKey, "Device option", new ScalarShape()));

    private static readonly ObjectShape Profile = new(
        new Field("description", Forms.Text, "Purpose of the profile."),
        new Field("config", Config, "Incus configuration keys, such as limits.memory: 2GiB."),
        new Field("devices", Devices, "Incus devices by name, each with its type and options."));

    private static readonly ObjectShape StorageVolume = new(
        new Field("path", Forms.AbsolutePath, "Mount point of the volume in the machine.") { Required = true },
        new Field("size", Forms.Size, "Size limit of the volume, such as 10GiB. Without it the pool decides."),
        new Field("pool", Forms.Name, "Storage pool that holds the volume.") { Default = DefaultPool },
        new Field("keep", Boolean, "Whether Reset leaves the volume as it is.") { Default = "false" });

    private static readonly ListShape Commands = new(new ListShape(Forms.NonEmpty, Minimum: 1));

    private static readonly ObjectShape Snapshots = new(
        new Field("schedule", Forms.Cron, "When Incus takes a snapshot: five cron fields, or a word such as @daily."),
        new Field("expiry", Forms.Expiry, "How long a snapshot is kept, such as 60m, 24h, 30d or 2w."),
        new Field("pattern", Forms.SnapshotPattern, "How Incus names the snapshots of its schedule, in its template syntax."),
        new Field("keep", new IntegerShape(1, 1000), "How many snapshots of the target Snapshots are kept."),
        new Field("pre", Commands,
            "Commands to run in the machine before a snapshot of the target Snapshots, each a list of arguments. "
            + "If one fails, no snapshot is taken."),
        new Field("post", Commands, "Commands to run in the machine afterwards, even if the snapshot failed."));

    private static readonly ObjectShape Health = new(
        new Field("http", Forms.HttpProbe, "A port of the machine and a path that must answer with a status from 200 to 399."),
        new Field("tcp", new IntegerShape(1, 65535), "A port of the machine that something must listen on."),
        new Field("command", new ListShape(Forms.NonEmpty, Minimum: 1),
            "A program in the machine and its arguments, which must end with exit code 0 within 10 seconds."),
        new Field("within", Forms.Seconds, "How long Apply and Reset wait for it.") { Default = DefaultHealthLimit })
    { Alternatives = [Alternatives.ExactlyOne("http", "tcp", "command")] };

    private static readonly ListShape Words = new(Forms.Word, Minimum: 1);

    private static readonly ObjectShape AptRepository = new(
        new Field("name", Forms.Name, "Name of the repository's files in the machine.") { Required = true },
        new Field("uris", Words, "Addresses of the repository.") { Required = true },
        new Field("suites", Words, "Suites, such as trixie; a suite that ends with / has no components.") { Required = true },
        new Field("components", Words, "Components, such as main."),
        new Field("key", Forms.ProjectPath, "Project file with the signing key, ASCII-armored.")
        { Required = true });

    private static readonly ObjectShape AptStep = new(
        new Field("packages", new ListShape(Forms.AptPackage, Minimum: 1), "Packages, optionally as name=version."),
        new Field("repositories", new ListShape(AptRepository, Minimum: 1), "Additional repositories."))
    { Alternatives = [Alternatives.AtLeastOne("packages", "repositories")] };

    private static readonly ObjectShape PipStep = new(
        new Field("venv", Forms.AbsolutePath, "Virtual environment; created if missing.") { Required = true },
        new Field("packages", new ListShape(Forms.PythonPackage, Minimum: 1), "Packages, optionally with versions."),
        new Field("requirements", Forms.ProjectPath, "Project file in pip's requirements format."),
        new Field("index_url", Forms.Url, "Package index to use instead of pip's default."),
        new Field("find_links", Forms.UrlOrPath, "Folder in the machine, or web page, with additional packages."),
        new Field("no_index", Boolean, "Whether packages come only from find_links.") { Default = "false" })
    { Alternatives = [Alternatives.AtLeastOne("packages", "requirements")] };

    private static readonly ObjectShape GitStep = new(
        new Field("repo", Forms.Word, "Address of the repository.") { Required = true },
        new Field("dest", Forms.AbsolutePath, "Folder for the checkout.") { Required = true },
        new Field("version", Forms.Word, "Branch, tag or commit.") { Default = "HEAD" },
        new Field("update", Boolean, "Whether an existing checkout follows its branch.") { Default = "true" });

    private static readonly ObjectShape ScriptStep = new(
        new Field("file", Forms.ProjectPath, "Script file in the project."),
        new Field("inline", Forms.NonEmpty, "The script itself; sh runs it unless it starts with a line such as #!/bin/bash."),
        new Field("creates", Forms.AbsolutePath, "File that the script creates; it runs only if the file is missing."),
        new Field("version", Forms.Line, "Runs the script once for each new version."),
        new Field("environment",
            new MapShape(Forms.EnvironmentName, "Environment variable", new TextShape { IsTemplate = true }),
            "Environment variables. Templates are evaluated, so they can refer to secrets."))
    { Alternatives = [Alternatives.ExactlyOne("file", "inline"), Alternatives.AtLeastOne("creates", "version")] };

    internal static readonly ListShape Provision = new(new ObjectShape(
        new Field("name", Forms.Line, "Name of the step in messages; unique in the machine."),
        new Field("apt", AptStep, "Debian packages."),
        new Field("pip", PipStep, "Python packages, in a virtual environment."),
        new Field("git", GitStep, "A checkout."),
        new Field("script", ScriptStep, "A script, run as root."))
    { Alternatives = [Alternatives.ExactlyOne("apt", "pip", "git", "script")] });

    private const string MemoryLimit = "limits.memory under 'config'";

    private const string CpuLimit = "limits.cpu under 'config'";

    private static readonly ChoiceShape MachineType = new("lxc", "vm")
    {
        Habits = new Dictionary<string, string>
        {
            ["container"] = "lxc",
            ["virtual-machine"] = "vm",
        },
    };

    internal static readonly ObjectShape Machine = new(
        new Field("description", Forms.Text, "Purpose of the machine."),
        new Field("type", MachineType, "A system container (lxc) or a virtual machine (vm).")
        { Default = "lxc" },
        new Field("ip", Forms.Ipv4,
            "Fixed address, .1 to .99 or .200 to .253 of the domain's subnet. If omitted, the build chooses one up to .99 and "
            + "keeps it in infra.lock.yml."),
        new Field("os_image", Forms.Image, "Image, such as images:debian/13. If omitted, global.default_os_image."),
        new Field("ephemeral", Boolean,
            "false protects the machine from deletion. If omitted, the domain's value."),
        new Field("target", Forms.ClusterTarget,
            "In a cluster, the member that the machine is made on, or @ and a group of members. If omitted, the domain's value."),
        new Field("spread", Forms.ObjectName,
            "In a cluster, machines of different domains with the same value are made on different members, as far as there "
            + "are any."),
        new Field("gpu", Boolean, "Whether the machine gets the host's GPUs; global.gpu_policy limits how many machines may.")
        { Default = "false" },
        new Field("profiles", new ListShape(Forms.ObjectName),
            "Profiles of the domain, or 'default', in order of application."),
        new Field("config", Config, "Incus configuration keys, such as security.nesting: true."),
        new Field("devices", Devices, "Incus devices by name, each with its type and options."),
        new Field("storage_volumes", new MapShape(Forms.ObjectName, "Volume name", StorageVolume),
            "Custom storage volumes to create and attach."),
        new Field("ports", new MapShape(Forms.PortName, "Port name", Forms.PortForward),
            "Ports of the Incus host that lead to ports of the machine, such as ssh: auto or web: 8080:80. "
            + "For auto, the build chooses one and keeps it in infra.lock.yml."),
        new Field("roles", new ListShape(Forms.RoleName),
            "Ansible roles that provision the machine, in order: from the folder roles, else from incus.infra, or by full name."),
        new Field("provision", Provision, "Steps to provision the machine after its roles, in order."),
        new Field("health", Health, "When the machine is ready; Apply fails if it is not."),
        new Field("needs", new ListShape(Forms.MachineName, Minimum: 1),
            "Machines that are started, provisioned and healthy before it."),
        new Field("vars", new MapShape(Forms.VariableName, "Variable name", new AnyShape()),
            "Ansible variables of the machine for its roles. Templates and !vault values stay unchanged."),
        new Field("boot_autostart", new EitherShape(Boolean, new ChoiceShape("last-state")),
            "Whether the machine starts with the host (boot.autostart). last-state, the default: only if it ran before."),
        new Field("boot_priority", new IntegerShape(0, 100),
            "Machines with a higher value start first (boot.autostart.priority).")
        { Default = "0" },
        new Field("snapshots", Snapshots, "Declared snapshots; omitted settings come from the domain."),
        new Field("snapshots_schedule", Forms.Cron, "When Incus takes a snapshot (snapshots.schedule)."),
        new Field("snapshots_expiry", Forms.Expiry, "How long a scheduled snapshot is kept (snapshots.expiry)."),
        new Field("weight", new IntegerShape(1, int.MaxValue), "Share of the host's resources.")
        { Default = "1", Effect = Effect.None },
        Foreign("persistent_data"),
        Foreign("export_apps"),
        Foreign("services"))
    {
        Habits = new Dictionary<string, string>
        {
            ["image"] = "os_image",
            ["memory"] = MemoryLimit,
            ["ram"] = MemoryLimit,
            ["cpu"] = CpuLimit,
            ["cpus"] = CpuLimit,
        },
    };

    private static readonly ObjectShape Access = new(
        new Field("ssh_keys", new ListShape(Forms.SshKey, Minimum: 1),
            "Who may log in by ssh to its machines: public keys, or project files of them. Apply installs the server."),
        new Field("user", Forms.UserName, "The user that they log in as; made if missing.") { Default = DefaultSshUser },
        new Field("incus", new ChoiceShape("own"),
            "own: Incus restricts the project of the domain, and the target Access hands out certificates for it."))
    { Alternatives = [Alternatives.AtLeastOne("ssh_keys", "incus")] };

    internal static readonly ObjectShape Domain = new(
        new Field("description", Forms.Text, "Purpose of the domain."),
        new Field("enabled", Boolean, "false writes no files for the domain, but keeps its addresses.")
        { Default = "true" },
        new Field("copies", new EitherShape(
                new IntegerShape(1, MaxCopies), new EitherShape(new ListShape(Forms.DomainName, Minimum: 1), Forms.CsvPath)),
            "Makes a domain of each: how many, their names, or a CSV file of the project with their names in its first column."),
        new Field("network", new ChoiceShape("own", SharedNetwork),
            "Of a domain with copies: own, a network for each copy, or shared, one for all, cut off from each other.")
        { Default = "own" },
        new Field("subnet_id", new IntegerShape(0, 254),
            "Third octet of the subnet. Required with global.base_subnet; with global.addressing the build chooses one."),
        new Field("trust_level", new ChoiceShape([.. TrustLevels.Keys]),
            "How far the domain is trusted; with global.addressing it selects the second octet.")
        { Default = DefaultTrustLevel },
        new Field("outside", new ChoiceShape("all", "internet", "none"),
            "What its machines may open outside all domains: all, internet for public addresses only, or none. "
            + "If omitted, internet for untrusted and disposable, and all otherwise."),
        new Field("ephemeral", Boolean, "false protects the domain and its machines from deletion.")
        { Default = "false" },
        new Field("access", Access, "Who else gets into its machines, and how."),
        new Field("remote", Forms.Remote,
            "The server of the domain, as a remote of the incus client. If omitted, IncusRemote or the local server."),
        new Field("target", Forms.ClusterTarget,
            "In a cluster, the member that the domain's machines are made on, or @ and a group of members. If omitted, Apply "
            + "chooses one."),
        new Field("profiles", new MapShape(Forms.ObjectName, "Profile name", Profile), "Incus profiles of the domain."),
        new Field("snapshots", Snapshots, "Declared snapshots for all machines of the domain."),
        new Field("reset", new ChoiceShape("baseline"),
            "baseline: the first complete Apply takes a snapshot of each machine and its volumes, which Reset goes back to."),
        new Field("machines", new MapShape(Forms.MachineName, "Machine name", Machine), "The domain's machines."),
        Foreign("ai_provider"),
        Foreign("ai_sanitize"),
        Foreign("file_portal"),
        Foreign("wallpaper"),
        Foreign("panel_color"),
        Foreign("pinned_apps"));

    internal static readonly ObjectShape Global = new(
        new Field("base_subnet", Forms.Base, "First two octets of every domain's subnet; the third is its subnet_id."),
        new Field("addressing", new ObjectShape(
            new Field("base_octet", new IntegerShape(DefaultBaseOctet, DefaultBaseOctet), "First octet.")
            { Default = $"{DefaultBaseOctet}" },
            new Field("zone_base", new IntegerShape(0, 205), "Second octet of the trust level admin.")
            { Default = $"{DefaultZoneBase}" },
            new Field("zone_step", new IntegerShape(1, 255),
                "Accepted for compatibility with AnKLuMe, which ignores it too: the distance between trust levels is fixed.")
            { Default = $"{ZoneStep}" }),
            "Addresses by trust level: 10.<zone_base + offset>.<sequence>.0/24."),
        new Field("default_os_image", Forms.Image, "Image for machines without os_image."),
        new Field("default_connection", Forms.NonEmpty, "Kept for your own roles as variable default_connection."),
        new Field("default_user", Forms.NonEmpty, "Kept for your own roles as variable default_user."),
        new Field("gpu_policy", new ChoiceShape("exclusive", "shared"), "Whether one or several machines may use the same GPU.")
        { Default = "exclusive" },
        new Field("shared_volumes_base", Forms.AbsolutePath, "Folder on the host that contains shared volumes.")
        { Default = "/srv/anklume/shares", Effect = Effect.None },
        Foreign("persistent_data_base"),
        Foreign("firewall_mode"),
        Foreign("ai_access_policy"),
        Foreign("ai_access_default"),
        Foreign("ai_vram_flush"),
        Foreign("nesting_prefix"),
        Foreign("resource_policy"));

    private static readonly ObjectShape NetworkPolicy = new(
        new Field("description", Forms.Text, "Why the traffic is allowed."),
        new Field("from", Forms.NonEmpty,
            "Who opens the connection: a domain, a machine, 'internet', or an IPv4 network such as 192.168.1.0/24.")
        { Required = true },
        new Field("to", Forms.NonEmpty, "Who accepts it: the same, or 'host' for the host at the gateway of the domain.")
        { Required = true },
        new Field("ports", new EitherShape(new ChoiceShape("all"), new ListShape(new IntegerShape(1, 65535), Minimum: 1)),
            "Allowed ports, or all.")
        { Default = "all" },
        new Field("protocol", new ChoiceShape("tcp", "udp", "icmp"),
            "Allowed protocol. If omitted, tcp for a list of ports, and every protocol without one."),
        new Field("bidirectional", Boolean, "Whether the other side may open connections too.") { Default = "false" });

    private static readonly ObjectShape SharedVolume = new(
        new Field("source", Forms.AbsolutePath, "Folder on the host. If omitted, the volume's name in shared_volumes_base."),
        new Field("path", Forms.AbsolutePath, "Mount point in the consumers.") { Required = true },
        new Field("shift", Boolean, "Whether user IDs are shifted to the consumer's.") { Default = "true" },
        new Field("propagate", Boolean, "Whether mounts below the source propagate.") { Default = "false" },
        new Field("consumers", new MapShape(Forms.DomainName, "Consumer", new ChoiceShape("ro", "rw")),
            "Domains and machines that mount the folder, read-only or read-write.")
        { Required = true });

    public static ObjectShape Root { get; } = new(
        new Field("project_name", Forms.NonEmpty, "Name of the infrastructure.") { Required = true },
        new Field("global", Global, "Settings for all domains.") { Required = true },
        new Field("domains", new MapShape(Forms.DomainName, "Domain name", Domain),
            DomainIs)
        { Required = true },
        new Field("network_policies", new ListShape(NetworkPolicy),
            "Allowed connections between domains, to the host, and from outside; all others are rejected."),
        new Field("shared_volumes", new MapShape(Forms.Name, "Volume name", SharedVolume),
            "Folders of the host that several domains share.")
        { Effect = Effect.None },
        Foreign("desktop"));

    private static Field Foreign(string name) =>
        new(name, new AnyShape(), "A key of AnKLuMe that is ignored.") { Effect = Effect.Foreign };
}
