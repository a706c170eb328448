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

    /// <summary>Where shared volumes are that name no folder.</summary>
    internal const string DefaultSharesBase = "/srv/anklume/shares";

    /// <summary>Where persistent data is on the host.</summary>
    internal const string DefaultDataBase = "/srv/anklume/data";

    /// <summary>Where a shared volume that names no path is mounted, followed by its name.</summary>
    internal const string SharedPath = "/shared/";

    /// <summary>Persistent data in a folder of the host.</summary>
    internal const string OnHost = "host";

    /// <summary>Persistent data in a custom storage volume.</summary>
    internal const string InVolume = "volume";

    /// <summary>Who may write to a shared volume.</summary>
    internal const string MayWrite = "rw";

    /// <summary>First octet of all subnets by trust level.</summary>
    internal const int BaseOctet = 10;

    /// <summary>Second octet of the trust level admin where addressing names none.</summary>
    internal const int DefaultZoneBase = 100;

    /// <summary>The distance of two trust levels, whatever <c>zone_step</c> says.</summary>
    internal const int ZoneStep = 10;

    /// <summary>The part of a server's CPUs and of its memory that no machine gets, where resource_policy names none.</summary>
    internal const string DefaultReserve = "20%";

    /// <summary>Shares by weight.</summary>
    internal const string Proportional = "proportional";

    /// <summary>Shares of CPU as percentages.</summary>
    internal const string Allowance = "allowance";

    /// <summary>Shares of memory that may be exceeded.</summary>
    internal const string Soft = "soft";

    private const int MaxReservedCpus = 4096;

    /// <summary>Who logs in by ssh where access names nobody.</summary>
    internal const string DefaultSshUser = "root";

    /// <summary>The state of a machine that names none.</summary>
    internal const string Running = "running";

    /// <summary>Of a machine that Apply stops, and does nothing in.</summary>
    internal const string Stopped = "stopped";

    /// <summary>Of a machine that people start and stop.</summary>
    internal const string AnyState = "any";

    /// <summary>The policy of a machine that keeps the image that it was made from.</summary>
    internal const string Pin = "pin";

    /// <summary>The policy of a machine that is rebuilt when there is a newer image.</summary>
    internal const string Follow = "follow";

    /// <summary>How long a machine may take to be healthy where health does not say it.</summary>
    internal const string DefaultHealthLimit = "60s";

    /// <summary>Most copies of a domain: the subnets of a trust level.</summary>
    internal const int MaxCopies = 255;

    /// <summary>One network for all copies of a domain.</summary>
    internal const string SharedNetwork = "shared";

    /// <summary>The domain of the machines that images are built in.</summary>
    internal const string ImageDomain = "images";

    /// <summary>How many versions of an image the server keeps where it does not say it: the newest and the one before.</summary>
    internal const int DefaultKeptImages = 2;

    /// <summary>What a domain is, for those who write infra.yml and for those who write C#.</summary>
    internal const string DomainIs =
        "A domain is a subnet and an Incus project with its machines; only network_policies lets others reach them.";

    /// <summary>A key that only files of AnKLuMe's rewrite in Python have.</summary>
    internal const string KeyOfOtherFormat = "schema_version";

    /// <summary>The prefix of keys that are the user's own and never checked.</summary>
    public const string UserKeyPrefix = "x-";

    private static readonly BooleanShape Boolean = new();

    private static readonly ChoiceShape ImagePolicy = new(Pin, Follow);

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

    private static readonly ObjectShape PersistentData = new(
        new Field("path", Forms.AbsolutePath, "Mount point in the machine.") { Required = true },
        new Field("kind", new ChoiceShape(OnHost, InVolume),
            "host: a folder of the host, <domain>/<machine>/<name> in persistent_data_base. volume: a custom storage volume. "
            + "If omitted, host, and volume in a domain with a remote."),
        new Field("readonly", Boolean, "Whether the machine may only read it.") { Default = "false" },
        new Field("create", Boolean,
            "Of kind host: whether Apply creates the folder, which works where Incus is on this machine.")
        { Default = "false" },
        new Field("size", Forms.Size, "Of kind volume: size limit, such as 10GiB. Without it the pool decides."),
        new Field("pool", Forms.Name, "Of kind volume: storage pool.") { Default = DefaultPool });

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

    private static readonly ObjectShape DeclaredFile = new(
        new Field("dest", Forms.FilePath, "The file; folders that are missing above it are made.") { Required = true },
        new Field("source", Forms.ProjectPath, "Project file with the content, copied byte for byte."),
        new Field("content", Forms.Text, "The content itself, as it is."),
        new Field("template", Forms.ProjectPath,
            "Project file with a Jinja template of the content; it may use all variables of the machine."),
        new Field("owner", Forms.UserName, "User that it belongs to.") { Default = "root" },
        new Field("group", Forms.UserName, "Group that it belongs to.") { Default = "root" },
        new Field("mode", Forms.FileMode, "Permissions.") { Default = "0644" },
        new Field("restart", Forms.ServiceName, "Service that is restarted when the content has changed."))
    { Alternatives = [Alternatives.ExactlyOne("source", "content", "template")] };

    private static readonly ObjectShape DeclaredUser = new(
        new Field("name", Forms.UserName, "Name of the user; made with a home if missing.") { Required = true },
        new Field("shell", Forms.AbsolutePath, "Login shell. If omitted, that of a new user is the machine's default."),
        new Field("groups", new ListShape(Forms.UserName),
            "All groups that the user is in besides its own. If omitted, they are left as they are."),
        new Field("ssh_keys", new ListShape(Forms.SshKey),
            "All public keys in its authorized_keys, or project files of them. If omitted, that file is left as it is."));

    private static readonly ObjectShape DeclaredService = new(
        new Field("name", Forms.ServiceName, "The service.") { Required = true },
        new Field("enabled", Boolean, "Whether it starts with the machine. If omitted, left as it is."),
        new Field("state", new ChoiceShape("started", "stopped"), "Whether it runs. If omitted, left as it is."))
    { Alternatives = [Alternatives.AtLeastOne("enabled", "state")] };

    private static readonly Alternatives StepKinds =
        Alternatives.ExactlyOne("apt", "pip", "git", "script", "files", "users", "services");

    internal static readonly ListShape Provision = new(new ObjectShape(
        new Field("name", Forms.Line, "Name of the step in messages; unique in the machine."),
        new Field("apt", AptStep, "Debian packages."),
        new Field("pip", PipStep, "Python packages, in a virtual environment."),
        new Field("git", GitStep, "A checkout."),
        new Field("script", ScriptStep, "A script, run as root."),
        new Field("files", new ListShape(DeclaredFile, Minimum: 1), "Files with their content."),
        new Field("users", new ListShape(DeclaredUser, Minimum: 1), "Users, with groups and public keys."),
        new Field("services", new ListShape(DeclaredService, Minimum: 1), "Services of systemd, enabled and started."))
    { Alternatives = [StepKinds] });

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
        new Field("image_policy", ImagePolicy,
            "pin: the machine keeps the image that it was made from; Plan tells of a newer one. follow: Apply rebuilds it from a "
            + "newer one. If omitted, the domain's value."),
        new Field("ephemeral", Boolean,
            "false protects the machine from deletion. If omitted, the domain's value."),
        new Field("state", new ChoiceShape(Running, Stopped, AnyState),
            "running: Apply starts the machine. stopped: Apply stops it, and does nothing in it. any: Apply starts it when it "
            + "makes it, and from then on it is as people leave it.")
        { Default = Running },
        new Field("was", Forms.FormerMachine,
            "Former name of the machine in this domain: Apply renames it, with its volumes, and keeps data, address and "
            + "snapshots. Or domain/name of one that another domain had: Apply moves it, to an address of this domain."),
        new Field("target", Forms.ClusterTarget,
            "In a cluster, the member that the machine is made on, or @ and a group of members. If omitted, the domain's value."),
        new Field("spread", Forms.ObjectName,
            "In a cluster, machines with the same value are made on different members, as far as there are any. Of one domain "
            + "only with global.cluster.link."),
        new Field("gpu", Boolean, "Whether the machine gets the host's GPUs; global.gpu_policy limits how many machines may.")
        { Default = "false" },
        new Field("profiles", new ListShape(Forms.ObjectName),
            "Profiles of the domain, or 'default', in order of application."),
        new Field("config", Config, "Incus configuration keys, such as security.nesting: true."),
        new Field("devices", Devices, "Incus devices by name, each with its type and options."),
        new Field("storage_volumes", new MapShape(Forms.ObjectName, "Volume name", StorageVolume),
            "Custom storage volumes to create and attach."),
        new Field("persistent_data", new MapShape(Forms.FolderName, "Name of persistent data", PersistentData),
            "Data that stays when the machine is reset, replaced or destroyed."),
        new Field("ports", new MapShape(Forms.PortName, "Port name", Forms.PortForward),
            "Ports of the Incus host that lead to ports of the machine, such as ssh: auto or web: 8080:80. "
            + "For auto, the build chooses one and keeps it in infra.lock.yml."),
        new Field("roles", new ListShape(Forms.RoleName),
            "Ansible roles that provision the machine, in order: from the folder roles, else from incus.infra, or by full name. "
            + "Those of Galaxy are namespace.role."),
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
        new Field("weight", new IntegerShape(1, int.MaxValue),
            "How many parts of CPU and memory the machine gets under global.resource_policy.")
        { Default = "1" },
        Foreign("export_apps"),
        Foreign("services"))
    {
        Habits = new Dictionary<string, string>(
            StepKinds.Keys.Select(kind => KeyValuePair.Create(kind, $"{kind} in a step under 'provision'")))
        {
            ["image"] = "os_image",
            ["memory"] = MemoryLimit,
            ["ram"] = MemoryLimit,
            ["cpu"] = CpuLimit,
            ["cpus"] = CpuLimit,
            ["disk"] = "size under 'devices', 'root'",
            ["packages"] = "packages under 'apt' in a step under 'provision'",
            ["volumes"] = "storage_volumes",
            ["depends_on"] = "needs",
        },
    };

    internal static readonly ObjectShape Image = new(
        new Field("description", Forms.Text, "Purpose of the image."),
        new Field("from", Forms.Image, "What it is made of: an image such as images:debian/13, or another one of this file.")
        { Required = true },
        new Field("type", MachineType, "What machines it is for: system containers (lxc) or virtual machines (vm).")
        { Default = "lxc" },
        new Field("roles", new ListShape(Forms.RoleName), "Ansible roles, as those of a machine."),
        new Field("provision", Provision, "Steps after the roles, as those of a machine."),
        new Field("vars", new MapShape(Forms.VariableName, "Variable name", new AnyShape()),
            "Ansible variables for its roles. Templates and !vault values stay unchanged."),
        new Field("keep", new IntegerShape(1, 100), "How many versions of it the server keeps, the newest among them.")
        { Default = $"{DefaultKeptImages}" });

    private static readonly ObjectShape Access = new(
        new Field("ssh_keys", new ListShape(Forms.SshKey, Minimum: 1),
            "Who may log in by ssh to its machines: public keys, or project files of them. Apply installs the server."),
        new Field("user", Forms.UserName, "The user that they log in as; made if missing.") { Default = DefaultSshUser },
        new Field("incus", new ChoiceShape("own"),
            "own: Incus restricts the project of the domain, and the target Access hands out certificates for it."))
    { Alternatives = [Alternatives.AtLeastOne("ssh_keys", "incus")] };

    internal static readonly ObjectShape Domain = new(
        new Field("description", Forms.Text, "Purpose of the domain."),
        new Field("was", Forms.DomainName,
            "Former name of the domain: Apply moves its machines, with their volumes, and keeps data, addresses and snapshots."),
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
        new Field("image_policy", ImagePolicy, "What a newer image means for its machines. If omitted, global.image_policy."),
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

    private static readonly ObjectShape ResourcePolicy = new(
        new Field("host_reserve", new ObjectShape(
            new Field("cpu", new EitherShape(new IntegerShape(1, MaxReservedCpus), Forms.Percentage), "CPUs.")
            { Default = DefaultReserve },
            new Field("memory", Forms.SizeOrPercentage, "Memory.") { Default = DefaultReserve }),
            "What no machine gets a share of."),
        new Field("mode", new ChoiceShape(Proportional, "equal"), "Shares by weight, or equal ones.") { Default = Proportional },
        new Field("cpu_mode", new ChoiceShape(Allowance, "count"),
            "Whether a container's share of CPU is limits.cpu.allowance, which counts when CPUs are scarce, or whole CPUs.")
        { Default = Allowance },
        new Field("memory_enforce", new ChoiceShape(Soft, "hard"),
            "What a container meets beyond its share of memory (limits.memory.enforce): soft slows it down, hard gives no more.")
        { Default = Soft },
        new Field("overcommit", Boolean,
            "true: limits of machines' own are not subtracted from what is shared, and may exceed what the server has.")
        { Default = "false" });

    internal static readonly ObjectShape Global = new(
        new Field("base_subnet", Forms.Base, "First two octets of every domain's subnet; the third is its subnet_id."),
        new Field("addressing", new ObjectShape(
            new Field("base_octet", new IntegerShape(BaseOctet, BaseOctet), "First octet.")
            { Default = $"{BaseOctet}" },
            new Field("zone_base", new IntegerShape(0, 205), "Second octet of the trust level admin.")
            { Default = $"{DefaultZoneBase}" },
            new Field("zone_step", new IntegerShape(1, 255),
                "Accepted for compatibility with AnKLuMe, which ignores it too: the distance between trust levels is fixed.")
            { Default = $"{ZoneStep}" }),
            "Addresses by trust level: 10.<zone_base + offset>.<sequence>.0/24."),
        new Field("default_os_image", Forms.Image, "Image for machines without os_image."),
        new Field("image_policy", ImagePolicy, "What a newer image means for machines whose domains do not say it.")
        { Default = Pin },
        new Field("default_connection", Forms.NonEmpty, "Kept for your own roles as variable default_connection."),
        new Field("default_user", Forms.NonEmpty, "Kept for your own roles as variable default_user."),
        new Field("gpu_policy", new ChoiceShape("exclusive", "shared"), "Whether one or several machines may use the same GPU.")
        { Default = "exclusive" },
        new Field("cluster", new ObjectShape(
            new Field("link", Forms.Interface,
                "Interface of every member of a cluster that joins the bridges of each domain, by VXLAN, so that its machines "
                + "can be on several members.")
            { Required = true }),
            "What joins the members of a cluster; without effect on a single server."),
        new Field("resource_policy", new EitherShape(Boolean, ResourcePolicy),
            "Gives each machine without limits of its own a share of its server's CPU and memory; true for the defaults.")
        { Default = "false" },
        new Field("shared_volumes_base", Forms.AbsolutePath, "Folder on the host that contains shared volumes.")
        { Default = DefaultSharesBase },
        new Field("persistent_data_base", Forms.AbsolutePath, "Folder on the host that contains persistent data.")
        { Default = DefaultDataBase },
        Foreign("firewall_mode"),
        Foreign("ai_access_policy"),
        Foreign("ai_access_default"),
        Foreign("ai_vram_flush"),
        Foreign("nesting_prefix"));

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
        new Field("path", Forms.AbsolutePath, "Mount point in the consumers. If omitted, the volume's name in /shared."),
        new Field("shift", Boolean, "Whether containers see the owners of files as the host does.") { Default = "true" },
        new Field("propagate", Boolean, "Whether containers that may write see what the host mounts below the folder, too.")
        { Default = "false" },
        new Field("create", Boolean, "Whether Apply creates the folder, which works where Incus is on this machine.")
        { Default = "false" },
        new Field("consumers", new MapShape(Forms.DomainName, "Consumer", new ChoiceShape("ro", MayWrite)),
            "Domains and machines that mount the folder, read-only or read-write. A domain stands for all its machines; a "
            + "machine's own entry wins.")
        { Required = true });

    public static ObjectShape Root { get; } = new(
        new Field("project_name", Forms.NonEmpty, "Name of the infrastructure.") { Required = true },
        new Field("global", Global, "Settings for all domains.") { Required = true },
        new Field("domains", new MapShape(Forms.DomainName, "Domain name", Domain),
            DomainIs)
        { Required = true },
        new Field("images", new MapShape(Forms.MachineName, "Image name", Image),
            "Images of your own, which Apply builds when what they are made of changes; os_image names them."),
        new Field("network_policies", new ListShape(NetworkPolicy),
            "Allowed connections between domains, to the host, and from outside; all others are rejected."),
        new Field("shared_volumes", new MapShape(Forms.FolderName, "Volume name", SharedVolume),
            "Folders of the host that domains and machines mount."),
        Foreign("desktop"));

    private static Field Foreign(string name) =>
        new(name, new AnyShape(), "A key of AnKLuMe that is ignored.") { Effect = Effect.Foreign };
}
