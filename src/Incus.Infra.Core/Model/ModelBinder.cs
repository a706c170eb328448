using System.Globalization;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Model;

/// <summary>
/// Turns nodes into the model, in which <see cref="CopyExpansion"/> then makes the copies. Values of the wrong type count as
/// absent: <see cref="ShapeChecker"/> has told them, and the rules can still look at everything else in the same run.
/// </summary>
internal static class ModelBinder
{
    public static Infrastructure Bind(YamlMapping root)
    {
        var global = BindGlobal(root);
        return new()
        {
            ProjectName = root.Text("project_name")?.Value ?? "",
            Global = global,
            Domains =
            [
                .. root.Children("domains").Select(e => BindDomain(e.Name, e.Body) with { ClusterLink = global.ClusterLink }),
            ],
            Images =
            [
                .. root.Children("images").Select(i => new OwnImage(
                    BindMachine(i.Name, i.Body) with { OsImage = i.Body.Text("from"), IsBuilder = true },
                    i.Body.Integer("keep")?.Value ?? InfraDialect.DefaultKeptImages)),
            ],
            NetworkPolicies = [.. root.Mappings("network_policies").Select(BindPolicy)],
            SharedVolumes = BindSharedVolumes(root),
        };
    }

    private static List<SharedVolume> BindSharedVolumes(YamlMapping root)
    {
        var folder = Base(root.Mapping("global"), "shared_volumes_base", InfraDialect.DefaultSharesBase);
        return
        [
            .. root.Children("shared_volumes").Where(v => Forms.FolderName.Accepts(v.Name.Value)).Select(v => new SharedVolume(
                v.Name,
                v.Body.Text("source", Forms.AbsolutePath)?.Value ?? $"{folder}/{v.Name.Value}",
                v.Body.Text("path", Forms.AbsolutePath)?.Value ?? InfraDialect.SharedPath + v.Name.Value,
                [
                    .. v.Body.Entries("consumers").Select(c => new Consumer(
                        new(c.Key.Text, c.Key.Location), c.Value is YamlScalar { Text: InfraDialect.MayWrite })),
                ])
            {
                Shift = v.Body.Boolean("shift") ?? true,
                Propagate = v.Body.Boolean("propagate") == true ? v.Body.Find("propagate")!.Location : null,
                Create = v.Body.Boolean("create") ?? false,
            }),
        ];
    }

    private static string Base(YamlMapping? global, string key, string otherwise) =>
        (global?.Text(key, Forms.AbsolutePath)?.Value ?? otherwise).TrimEnd('/');

    private static List<PersistentData> BindPersistentData(YamlMapping body) =>
    [
        .. body.Children("persistent_data").Where(d => Forms.FolderName.Accepts(d.Name.Value)).Select(d => new PersistentData(
            d.Name, d.Body.Text("path", Forms.AbsolutePath) ?? new("", d.Name.At), d.Body.Text("kind")?.Value)
        {
            IsReadOnly = d.Body.Boolean("readonly") ?? false,
            Create = d.Body.Boolean("create") == true ? d.Body.Find("create")!.Location : null,
            Size = d.Body.Text("size"),
            Pool = d.Body.Text("pool"),
        }),
    ];

    private static GlobalSettings BindGlobal(YamlMapping root)
    {
        var global = root.Find("global") as YamlMapping ?? new YamlMapping(root.Location, [], 1);
        return new GlobalSettings
        {
            At = global.Location,
            BaseSubnet = global.Text("base_subnet", Forms.Base),
            Addressing = global.Mapping("addressing") is { } addressing
                ? new(
                    new ZoneAddressing(
                        addressing.Integer("zone_base")?.Value ?? InfraDialect.DefaultZoneBase,
                        addressing.Integer("zone_step")),
                    addressing.Location)
                : null,
            DefaultOsImage = global.Text("default_os_image"),
            ImagePolicy = BindImagePolicy(global),
            DefaultConnection = global.Text("default_connection")?.Value,
            DefaultUser = global.Text("default_user")?.Value,
            ClusterLink = global.Mapping("cluster")?.Text("link", Forms.Interface)?.Value,
            GpuIsShared = global.Text("gpu_policy")?.Value == "shared",
            PersistentDataBase = Base(global, "persistent_data_base", InfraDialect.DefaultDataBase),
            ResourcePolicy = BindResourcePolicy(global),
        };
    }

    private static ResourcePolicy? BindResourcePolicy(YamlMapping global)
    {
        if (global.Find("resource_policy") is null || global.Boolean("resource_policy") == false)
        {
            return null;
        }

        var body = global.Mapping("resource_policy");
        var reserve = body?.Mapping("host_reserve");
        return new ResourcePolicy(
            Reserved("cpu"),
            Reserved("memory"),
            body?.Text("mode")?.Value ?? InfraDialect.Proportional,
            body?.Text("cpu_mode")?.Value ?? InfraDialect.Allowance,
            body?.Text("memory_enforce")?.Value ?? InfraDialect.Soft,
            body?.Boolean("overcommit") ?? false);

        string Reserved(string key) => (reserve?.Find(key) as YamlScalar)?.Text ?? InfraDialect.DefaultReserve;
    }

    private static NetworkPolicy BindPolicy(YamlMapping body)
    {
        var ports = body.Find("ports") as YamlSequence;
        return new NetworkPolicy
        {
            At = body.Location,
            Description = body.Text("description")?.Value,
            From = body.Text("from"),
            To = body.Text("to"),
            // AnKLuMe, too, takes a list of ports for those of TCP.
            Traffic = new Traffic(
                body.Text("protocol")?.Value ?? (ports is null ? null : "tcp"),
                ports is null ? null : [.. body.Integers("ports").Distinct().Order()]),
            PortsAt = ports?.Location,
            BidirectionalAt = body.Boolean("bidirectional") == true ? body.Find("bidirectional")!.Location : null,
        };
    }

    private static OutsideAccess BindOutside(YamlMapping body, string? trustLevel) =>
        (body.Text("outside")?.Value, trustLevel) switch
        {
            ("all", _) => OutsideAccess.All,
            ("internet", _) => OutsideAccess.Internet,
            ("none", _) => OutsideAccess.None,
            (_, "untrusted" or "disposable") => OutsideAccess.Internet,
            _ => OutsideAccess.All,
        };

    private static Domain BindDomain(Located<string> name, YamlMapping body) => new()
    {
        Name = name,
        Description = body.Text("description")?.Value ?? "",
        Was = body.Text("was", Forms.DomainName),
        Enabled = body.Boolean("enabled") ?? true,
        Copies = BindCopies(body),
        SharedNetwork = body.Text("network") is { Value: InfraDialect.SharedNetwork, At: var at } ? at : null,
        SubnetId = body.Integer("subnet_id"),
        TrustLevel = body.Text("trust_level") is { } level && InfraDialect.TrustLevels.ContainsKey(level.Value)
            ? level
            : null,
        Outside = BindOutside(body, body.Text("trust_level")?.Value),
        Ephemeral = body.Boolean("ephemeral") ?? false,
        ImagePolicy = BindImagePolicy(body),
        Access = body.Find("access") is YamlMapping access ? BindAccess(access) : null,
        Remote = body.Text("remote", Forms.Remote),
        Target = body.Text("target", Forms.ClusterTarget),
        Profiles = [.. body.Children("profiles").Select(p => new Profile(
            p.Name, p.Body.Text("description")?.Value ?? "", BindSettings(p.Body, "config"), BindDevices(p.Body)))],
        Snapshots = BindSnapshots(body),
        HasBaseline = body.Text("reset") is not null,
        Machines = [.. body.Children("machines").Select(m => BindMachine(m.Name, m.Body))],
    };

    private static Access BindAccess(YamlMapping body) => new(
        body.Location,
        [.. body.Texts("ssh_keys").Where(k => Forms.SshKey.Accepts(k.Value))],
        body.Text("user", Forms.UserName)?.Value ?? InfraDialect.DefaultSshUser,
        body.Text("incus")?.At);

    private static Copies? BindCopies(YamlMapping body) => body.Find("copies") switch
    {
        YamlScalar { Type: ScalarType.Integer } count
            when body.Integer("copies") is { Value: >= 1 and <= InfraDialect.MaxCopies } number =>
            new(count.Location, body.Weight) { Count = number.Value },
        YamlSequence names => new(names.Location, body.Weight)
        {
            Names = [.. body.Texts("copies").Where(n => Forms.DomainName.Accepts(n.Value))],
        },
        YamlScalar when body.Text("copies", Forms.CsvPath) is { } file => new(file.At, body.Weight) { File = file.Value },
        null => null,
        // Told already; as one, so that no other fault follows from it.
        var wrong => new(wrong.Location, body.Weight) { Count = 1 },
    };

    private static Machine BindMachine(Located<string> name, YamlMapping body) => new()
    {
        Name = name,
        Description = body.Text("description")?.Value ?? "",
        IsVirtualMachine = body.Find("type") is null ? false : body.Text("type")?.Value switch
        {
            "lxc" => false,
            "vm" => true,
            _ => null,
        },
        Ip = body.Text("ip", Forms.Ipv4),
        OsImage = body.Text("os_image"),
        ImagePolicy = BindImagePolicy(body),
        Ephemeral = body.Boolean("ephemeral"),
        State = body.Text("state")?.Value is (InfraDialect.Stopped or InfraDialect.AnyState) and var state
            ? state
            : InfraDialect.Running,
        Was = body.Text("was", Forms.FormerMachine) is { } was ? new(FormerMachine.Parse(was.Value), was.At) : null,
        Target = body.Text("target", Forms.ClusterTarget),
        Spread = body.Text("spread", Forms.ObjectName),
        Gpu = body.Boolean("gpu") == true ? body.Find("gpu")!.Location : null,
        Profiles = body.Find("profiles") is YamlSequence ? [.. body.Texts("profiles")] : null,
        Config = BindSettings(body, "config"),
        Devices = BindDevices(body),
        StorageVolumes =
        [
            .. body.Children("storage_volumes").Select(v => new StorageVolume(
                v.Name,
                v.Body.Text("path") ?? new("", v.Name.At),
                v.Body.Text("size")?.Value,
                v.Body.Text("pool")?.Value ?? InfraDialect.DefaultPool,
                v.Body.Boolean("keep") ?? false)),
        ],
        PersistentData = BindPersistentData(body),
        Ports =
        [
            .. body.Entries("ports")
                .Select(p => (Name: new Located<string>(p.Key.Text, p.Key.Location), p.Value))
                .Where(p => Forms.PortName.Accepts(p.Name.Value)
                    && p.Value is YamlScalar { Type: ScalarType.Text } text && Forms.PortForward.Accepts(text.Text))
                .Select(p => PortForward.Of(p.Name, new(((YamlScalar)p.Value).Text, p.Value.Location))),
        ],
        Roles = [.. body.Texts("roles")],
        Provision = [.. body.Mappings("provision")],
        Health = body.Find("health") is YamlMapping health ? BindHealth(health) : null,
        Needs = [.. body.Texts("needs").Where(n => Forms.MachineName.Accepts(n.Value))],
        Vars = [.. body.Entries("vars").Select(v => new Variable(new(v.Key.Text, v.Key.Location), v.Value))],
        BootAutostart = BindAutostart(body),
        BootPriority = body.Integer("boot_priority")?.Value,
        Weight = body.Integer("weight"),
        Snapshots = BindSnapshots(body),
        SnapshotsFields = body.Find("snapshots_schedule") is null && body.Find("snapshots_expiry") is null
            ? null
            : new SnapshotPolicy
            {
                Schedule = body.Text("snapshots_schedule"),
                Expiry = body.Text("snapshots_expiry", Forms.Expiry),
            },
    };

    private static string? BindImagePolicy(YamlMapping body) =>
        body.Text("image_policy")?.Value is (InfraDialect.Pin or InfraDialect.Follow) and var policy ? policy : null;

    private static Health BindHealth(YamlMapping body)
    {
        var within = body.Text("within", Forms.Seconds)?.Value ?? InfraDialect.DefaultHealthLimit;
        return new Health(
            body.Location,
            body.Text("http", Forms.HttpProbe)?.Value,
            body.Integer("tcp")?.Value,
            body.Find("command") is YamlSequence ? [.. body.Texts("command").Select(t => t.Value)] : null,
            int.Parse(within.AsSpan(..^1), CultureInfo.InvariantCulture) * (within.EndsWith('m') ? 60 : 1));
    }

    private static Located<string>? BindAutostart(YamlMapping body) => body.Boolean("boot_autostart") switch
    {
        true => new("true", body.Find("boot_autostart")!.Location),
        false => new("false", body.Find("boot_autostart")!.Location),
        null => body.Text("boot_autostart"),
    };

    private static SnapshotPolicy? BindSnapshots(YamlMapping owner) =>
        owner.Find("snapshots") is YamlMapping { Entries.Count: > 0 } body
            ? new SnapshotPolicy
            {
                Schedule = body.Text("schedule"),
                Expiry = body.Text("expiry", Forms.Expiry),
                Pattern = body.Text("pattern", Forms.SnapshotPattern)?.Value,
                Keep = body.Integer("keep")?.Value,
                Pre = BindCommands(body, "pre"),
                Post = BindCommands(body, "post"),
            }
            : null;

    private static List<IReadOnlyList<string>>? BindCommands(YamlMapping body, string key) =>
        body.Find(key) is YamlSequence commands
            ?
            [
                .. commands.Items.OfType<YamlSequence>()
                    .Select(c => (IReadOnlyList<string>)[.. c.Items.OfType<YamlScalar>().Select(a => a.Text)]),
            ]
            : null;

    private static List<Device> BindDevices(YamlMapping parent) =>
        [.. parent.Children("devices").Select(d => new Device(d.Name, BindSettings(d.Body)))];

    private static List<Setting> BindSettings(YamlMapping parent, string key) =>
        parent.Find(key) is YamlMapping mapping ? BindSettings(mapping) : [];

    private static List<Setting> BindSettings(YamlMapping mapping) =>
    [
        .. mapping.Entries
            .Where(e => e.Value is YamlScalar { Type: not ScalarType.Null })
            .Select(e => new Setting(
                new(e.Key.Text, e.Key.Location),
                new(AsIncusStoresIt((YamlScalar)e.Value), e.Value.Location))),
    ];

    /// <summary>Incus stores strings only, and booleans in lower case.</summary>
    private static string AsIncusStoresIt(YamlScalar scalar) => scalar.Type == ScalarType.Boolean
        ? bool.Parse(scalar.Text) ? "true" : "false"
        : scalar.Text;
}
