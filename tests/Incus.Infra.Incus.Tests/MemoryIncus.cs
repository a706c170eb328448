using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Tests;

/// <summary>
/// An Incus that is a dictionary: with tags, with the rules that the engine relies on, and with faults on demand.
/// </summary>
internal sealed class MemoryIncus : IIncusStore
{
    private const string AclKey = "security.acls";
    private const string BaseImageKey = "volatile.base_image";

    private readonly Lock _lock = new();
    private int _version;

    public Dictionary<ObjectId, (IncusObject Object, string ETag)> Objects { get; } = [];

    /// <summary>Which changes it answers with success and does not make.</summary>
    public Func<string, ObjectId, bool> Lies { get; set; } = (_, _) => false;

    /// <summary>Called before each change, to fail it or to write in between.</summary>
    public Action<string, ObjectId> BeforeChange { get; set; } = (_, _) => { };

    /// <summary>Called when a request to create, update or delete has arrived; it is carried out when this has ended.</summary>
    public Func<string, ObjectId, Task> Meanwhile { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Called before all objects are read.</summary>
    public Action BeforeRead { get; set; } = () => { };

    public List<string> Changes { get; } = [];

    /// <summary>What was read: the kinds that were listed, and single objects.</summary>
    public List<string> Reads { get; } = [];

    public List<(ObjectId Id, SnapshotView Snapshot)> Snapshots { get; } = [];

    /// <summary>Images that came from no server, each with its project.</summary>
    public List<(string Project, string Name)> OwnImages { get; } = [];

    public List<string> Exported { get; } = [];

    /// <summary>All that it shows, where that is to take no time.</summary>
    public LiveState? Shown { get; set; }

    /// <summary>Its members; null where it is a single server.</summary>
    public Cluster? Cluster { get; set; }

    /// <summary>What its client is restricted to, or null.</summary>
    public Restriction? Restriction { get; set; }

    public StoragePools Pools { get; set; } = new("default", ["default"]);

    public Dictionary<string, IPNetwork[]> HostInterfaces { get; } = [];

    /// <summary>Interfaces of members of the cluster.</summary>
    public HashSet<(string Member, string Name)> MemberInterfaces { get; } = [];

    /// <summary>How often somebody asked whether members have an interface.</summary>
    public int InterfaceReads { get; private set; }

    public List<GpuCard> GpuCards { get; } = [];

    public int Cpus { get; set; } = 8;

    /// <summary>The bytes of memory of the server, or of a member.</summary>
    public Func<string?, long> BytesOf { get; set; } = _ => 16L << 30;

    /// <summary>What was handed out for projects.</summary>
    public List<Grant> Grants { get; } = [];

    /// <summary>How often somebody asked for them.</summary>
    public int GrantReads { get; private set; }

    /// <summary>How often somebody asked what the server has.</summary>
    public int ResourceReads { get; private set; }

    /// <summary>The folders of its host; null where that is another machine.</summary>
    public HashSet<string>? Folders { get; set; }

    public bool? HasFolder(string path, string? member) => Folders?.Contains(path);

    public void MakeFolder(string path)
    {
        Changes.Add($"make {path}");
        Folders!.Add(path);
    }

    /// <summary>How a command in an instance ends.</summary>
    public Func<ObjectId, IReadOnlyList<string>, CommandOutcome> Executes { get; set; } = (_, _) => new(0, "", "");

    public Task<CommandOutcome> ExecuteAsync(ObjectId id, IReadOnlyList<string> command, bool reads, CancellationToken ct)
    {
        lock (_lock)
        {
            return Task.FromResult(this[id].IsUp ? Executes(id, command) : new(-1, "", "Instance is not running"));
        }
    }

    /// <summary>Changes an object behind the engine's back.</summary>
    public void Edit(ObjectId id, Func<IncusObject, IncusObject> edit)
    {
        lock (_lock)
        {
            Put(id, edit(Objects[id].Object));
        }
    }

    /// <summary>Makes all marks those of version 0.1.0.</summary>
    public void Age()
    {
        foreach (var id in Objects.Keys.ToList())
        {
            Edit(id, o => o with
            {
                Config = o.Config!.Where(c => c.Key is not ("user.infra.id" or "user.infra.object")).ToDictionary(),
            });
        }
    }

    /// <summary>As <c>incus copy</c> does: everything goes along but the uuid of an instance.</summary>
    public void Copy(ObjectId from, ObjectId to)
    {
        var config = new Dictionary<string, string>(Objects[from].Object.Config!);
        if (to.Kind == ObjectKind.Instance)
        {
            config["volatile.uuid"] = Guid.NewGuid().ToString();
        }

        Put(to, Objects[from].Object with { Config = config });
    }

    public void Put(ObjectId id, IncusObject content)
    {
        lock (_lock)
        {
            Objects[id] = (content with { Name = id.Name, Project = id.Project }, NextTag());
        }
    }

    public IncusObject this[ObjectId id] => Objects[id].Object;

    /// <summary>Whether something uses an object; a project's own profile does not count.</summary>
    public bool IsUsed(ObjectId id) => OwnImages.Exists(i => ObjectId.OfProject(i.Project) == id)
        || UsersOf(id).Exists(url => Urls.Parse(url) != ObjectId.Profile(id.Name, ObjectId.DefaultProfile)
            || id.Kind != ObjectKind.Project);

    /// <summary>What each instance was started with: its own values and those of its profiles.</summary>
    public Dictionary<ObjectId, ImmutableSortedDictionary<Property, string>> StartedWith { get; } = [];

    /// <summary>Starts an instance behind the engine's back.</summary>
    public void Started(ObjectId id)
    {
        lock (_lock)
        {
            Edit(id, o => WithConfig(o, "volatile.last_state.power", "RUNNING") with
            {
                Status = "Running",
                LastUsedAt = DateTimeOffset.UnixEpoch.AddSeconds(++_version),
            });
            StartedWith[id] = Properties.Expanded(View(id));
        }
    }

    public Task<LiveState> ReadAsync(IReadOnlySet<ObjectKind> kinds, IReadOnlySet<ObjectId> except, CancellationToken ct)
    {
        BeforeRead();
        Reads.AddRange(kinds.Select(kind => KindTraits.Of(kind).Word));
        return Task.FromResult(Shown ?? new LiveState(
            Objects.Where(o => (kinds.Contains(o.Key.Kind) || IsAlwaysRead(o.Key.Kind)) && !except.Contains(o.Key))
                .Where(o => IsSeen(o.Key))
                .ToDictionary(o => o.Key, o => IsHidden(o.Key) ? new IncusObject { Name = o.Key.Name } : View(o.Key)),
            Pools,
            Cluster)
        {
            Restriction = Restriction,
        });
    }

    private bool IsSeen(ObjectId id) => Restriction is not { Projects: var projects }
        || (id.Kind == ObjectKind.Project ? projects.Contains(id.Name) : id.Kind != ObjectKind.Acl);

    private bool IsHidden(ObjectId id) => Restriction is not null && id.Kind == ObjectKind.Network;

    public Task<IReadOnlyList<string>> ReadAddressesAsync(ObjectId network, string project, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<string>>(
            Objects[network].Object.Config?.GetValueOrDefault("ipv4.address") is { } address ? [address] : []);

    private bool IsAlwaysRead(ObjectKind kind) =>
        kind == ObjectKind.Profile || (Cluster is not null && kind is (ObjectKind.Volume or ObjectKind.Instance));

    public Task<IReadOnlyDictionary<string, IReadOnlyList<IPNetwork>>> ReadInterfacesAsync(
        IReadOnlySet<string> except, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<string, IReadOnlyList<IPNetwork>>>(
            HostInterfaces.ToDictionary(i => i.Key, i => (IReadOnlyList<IPNetwork>)i.Value));

    public Task<IReadOnlyList<string>> MembersWithInterfaceAsync(string name, CancellationToken ct)
    {
        InterfaceReads++;
        return Task.FromResult<IReadOnlyList<string>>(
            [.. Cluster!.Members.Select(m => m.ServerName).Where(m => MemberInterfaces.Contains((m, name)))]);
    }

    public Task<ServerResources> ReadResourcesAsync(string? member, CancellationToken ct)
    {
        ResourceReads++;
        return Task.FromResult(new ServerResources
        {
            Cpu = new ResourceTotal(Cpus),
            Memory = new ResourceTotal(BytesOf(member)),
            Gpu = new GpuResources { Cards = GpuCards },
        });
    }

    public Task SettleAsync(Infrastructure infrastructure, Action<string> onWaiting, CancellationToken ct) => Task.CompletedTask;

    public Task WaitForBridgesAsync(Action<string> onWaiting, CancellationToken ct)
    {
        Changes.Add("wait for bridges");
        return Task.CompletedTask;
    }

    public Task WaitUntilAvailableAsync(ObjectId network, CancellationToken ct) => SetStatus("wait for", network, "Created");

    public Task<Tagged<IncusObject>?> FindAsync(ObjectId id, CancellationToken ct)
    {
        lock (_lock)
        {
            Reads.Add(id.ToString());
            return Task.FromResult(
                Grants.Exists(g => g.Id == id) ? new Tagged<IncusObject>(new IncusObject(), ETag: null)
                : Objects.TryGetValue(id, out var found) ? new Tagged<IncusObject>(View(id), found.ETag) : null);
        }
    }

    /// <summary>Images that it has not, and whose remote nobody knows.</summary>
    public HashSet<string> MissingImages { get; } = [];

    public Task<Diagnostic?> FindFormFaultAsync(ObjectId id, InstanceForm form, CancellationToken ct) => Task.FromResult(
        form.Image is null ? ToolDiagnostics.ImageMissing(id)
        : MissingImages.Contains(form.Image) ? ToolDiagnostics.NoImage(form.Image, form.Type)
        : null);

    /// <summary>The fingerprint of the newest image by its name; of others nothing is known.</summary>
    public Dictionary<string, string> NewestImages { get; } = [];

    /// <summary>Which images somebody asked for.</summary>
    public List<string> AskedImages { get; } = [];

    /// <summary>Why remotes do not answer; null where they do.</summary>
    public string? Offline { get; set; }

    public Task<NewestImage> FindNewestImageAsync(ObjectId id, InstanceForm form, string? architecture, CancellationToken ct)
    {
        AskedImages.Add(form.Image!);
        return Task.FromResult(new NewestImage(Offline is null ? NewestImages.GetValueOrDefault(form.Image!) : null, Offline));
    }

    public Task<string> EnsureImageAsync(ObjectId id, InstanceForm form, CancellationToken ct)
    {
        BeforeChange("image", id);
        return Task.FromResult(NewestImages.GetValueOrDefault(form.Image!, ""));
    }

    public Task CopyAsync(ObjectId id, IncusObject copy, CancellationToken ct)
    {
        if (Change("copy", id))
        {
            var to = id with { Name = copy.Name };
            Refuse(this[id].IsUp, 400, "The instance is running");
            Refuse(Objects.ContainsKey(to), 409, $"{to} already exists");
            var source = this[id];
            var config = new Dictionary<string, string>(source.Config!) { ["volatile.uuid"] = Guid.NewGuid().ToString() };
            foreach (var (key, value) in copy.Config!)
            {
                config[key] = value;
            }

            var devices = new Dictionary<string, Dictionary<string, string>>(source.Devices!);
            foreach (var (name, options) in copy.Devices!)
            {
                devices[name] = options;
            }

            var made = source with { Config = config, Devices = devices };
            Check(to, made);
            Put(to, made);
            lock (_lock)
            {
                Snapshots.AddRange(Snapshots.FindAll(s => s.Id == id).Select(s => (to, s.Snapshot)));
            }
        }

        return Task.CompletedTask;
    }

    public Task RebuildAsync(ObjectId id, string fingerprint, CancellationToken ct)
    {
        if (Change("rebuild", id))
        {
            Refuse(this[id].IsUp, 400, "Instance must be stopped to be rebuilt");
            Refuse(Snapshots.Exists(s => s.Id == id), 400, "Cannot remove an instance volume that has snapshots");
            HostsFiles.Remove(id);
            Edit(id, o => WithConfig(o, BaseImageKey, fingerprint));
        }

        return Task.CompletedTask;
    }

    public Task PublishAsync(ObjectId builder, IReadOnlyDictionary<string, string> properties, CancellationToken ct)
    {
        if (Change("publish", builder))
        {
            Refuse(this[builder].IsUp, 400, "Instance must be stopped");
            var id = ObjectId.Image(ObjectIdentity.ImageIn(properties["user.infra.object"])!);
            Put(id, new IncusObject
            {
                Config = new(properties),
                Type = this[builder].Type,
                Versions = new ImageVersions(IsNamed: false, (Objects.GetValueOrDefault(id).Object?.Versions?.Count ?? 0) + 1),
            });
        }

        return Task.CompletedTask;
    }

    public Task KeepImageAsync(ObjectId id, string description, int keep, CancellationToken ct)
    {
        if (Change("keep", id))
        {
            Edit(id, o => o with { Versions = new ImageVersions(IsNamed: true, Math.Min(keep, o.Versions!.Count)) });
        }

        return Task.CompletedTask;
    }

    public async Task CreateAsync(ObjectId id, IncusObject content, InstanceForm? form, string? member, CancellationToken ct)
    {
        await Meanwhile("create", id);
        if (!Change("create", id))
        {
            return;
        }

        Refuse(Objects.ContainsKey(id), 409, $"{id} already exists");
        Refuse(id.Kind > ObjectKind.Project && !Objects.ContainsKey(ObjectId.OfProject(id.Project)), 404, "Project not found");
        Check(id, content);
        Put(id, content with { Type = form?.Type, Location = member });
        if (form is not null)
        {
            Edit(id, o => o with { Status = "Stopped" });
            if (NewestImages.TryGetValue(form.Image!, out var fingerprint))
            {
                Edit(id, o => WithConfig(o, BaseImageKey, fingerprint));
            }

            if (form.State != RunState.Stopped)
            {
                BeforeChange("boot", id);
                Started(id);
            }
        }

        if (id.Kind == ObjectKind.Project)
        {
            Put(ObjectId.Profile(id.Name, ObjectId.DefaultProfile), new IncusObject { Config = [], Devices = [] });
        }
    }

    public async Task UpdateAsync(ObjectId id, IncusObject content, string? etag, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        await Meanwhile("update", id);
        if (Change("update", id))
        {
            var before = Objects[id];
            Refuse(before.ETag != etag, 412, "ETag doesn't match");
            Check(id, content);
            Put(id, content);
            Refuse(
                id.Kind == ObjectKind.Profile && Objects.Keys.Any(HasOtherMemory),
                400,
                "The following instances failed to update (profile change still saved)");
            if (HasOtherMemory(id))
            {
                Objects[id] = before;
                Refuse(true, 400, "Cannot increase memory size beyond boot time size when VM is running");
            }
        }
    }

    // That of a virtual machine is what it was started with.
    private bool HasOtherMemory(ObjectId id) => View(id) is { Type: InstanceForm.VirtualMachine, IsUp: true }
        && MemoryLimitOf(StartedWith[id]) != MemoryLimitOf(Properties.Expanded(View(id)));

    private static string? MemoryLimitOf(ImmutableSortedDictionary<Property, string> values) =>
        values.GetValueOrDefault(Property.Config("limits.memory"));

    public Task RenameAsync(ObjectId id, string name, CancellationToken ct)
    {
        if (!Change("rename", id))
        {
            return Task.CompletedTask;
        }

        var renamed = id with { Name = name };
        Refuse(this[id].IsUp, 400, "Renaming of running instance not allowed");
        Refuse(Objects.ContainsKey(renamed), 409, $"Name \"{name}\" already in use");
        var users = Objects.Keys.Where(o => id.Kind == ObjectKind.Volume && Uses(o, this[o], id)).ToList();
        Refuse(users.Exists(o => this[o].IsUp), 400, "Volume is still in use by running instances");
        lock (_lock)
        {
            Replace(id, renamed, this[id]);
            foreach (var user in users)
            {
                Edit(user, o => o with
                {
                    Devices = o.Devices!.ToDictionary(
                        d => d.Key,
                        d => d.Value.GetValueOrDefault("source") == id.Name ? new(d.Value) { ["source"] = name } : d.Value),
                });
            }
        }

        return Task.CompletedTask;
    }

    public Task ChangeProjectAsync(ObjectId id, string project, IncusObject changes, CancellationToken ct)
    {
        if (Change("move", id))
        {
            var moved = ObjectId.Instance(project, id.Name);
            var content = this[id] with
            {
                Config = With(this[id].Config, changes.Config!).Where(c => c.Value.Length > 0).ToDictionary(),
                Devices = With(this[id].Devices, changes.Devices!),
                Profiles = changes.Profiles,
                LastUsedAt = DateTimeOffset.UnixEpoch,
            };
            Refuse(content.IsUp, 400, "Instance must be stopped to be moved across projects");
            Refuse(Objects.ContainsKey(moved), 409, $"Name \"{id.Name}\" already in use");
            Refuse(
                this[id].Devices!.Values.Any(d => d.ContainsKey("source") && d.ContainsKey("pool")),
                400,
                "Device uses a custom volume which isn't available in the project");
            Check(moved, content);
            Replace(id, moved, content);
        }

        return Task.CompletedTask;
    }

    public Task ChangeProjectAsync(ObjectId id, ObjectId to, CancellationToken ct)
    {
        if (Change("move", id))
        {
            Refuse(Objects.ContainsKey(to), 409, "Volume by that name already exists");
            Refuse(UsersOf(id).Count > 0, 400, "Volume is still in use");
            Replace(id, to, this[id]);
        }

        return Task.CompletedTask;
    }

    private static Dictionary<string, T> With<T>(Dictionary<string, T>? own, Dictionary<string, T> others) =>
        others.Concat((own ?? []).Where(o => !others.ContainsKey(o.Key))).ToDictionary();

    private void Replace(ObjectId id, ObjectId by, IncusObject content)
    {
        lock (_lock)
        {
            Put(by, content);
            Objects.Remove(id);
            var taken = Snapshots.FindAll(s => s.Id == id);
            Snapshots.RemoveAll(s => s.Id == id);
            Snapshots.AddRange(taken.Select(s => (by, s.Snapshot)));
        }
    }

    public Task MoveAsync(ObjectId id, string to, CancellationToken ct)
    {
        if (Change("move", id))
        {
            Refuse(this[id].IsUp, 400, "Instance must be stopped");
            Refuse(this[id].Location == to, 400, "Target must be different than instance's current location");
            Edit(id, o => o with { Location = to });
        }

        return Task.CompletedTask;
    }

    public Task MoveVolumeAsync(MovingVolume volume, CancellationToken ct)
    {
        var id = volume.Id;
        if (this[id].Location != volume.To || this[id].AlsoOn is not null)
        {
            Change("move", id);
            Edit(id, o => o with { Location = volume.To, AlsoOn = null, Description = "", Config = [] });
        }

        Change("restore", id);
        Edit(id, o => o with { Description = volume.Description, Config = volume.Config });
        return Task.CompletedTask;
    }

    public Task TakeVolumeBackAsync(MovingVolume volume, CancellationToken ct) => MoveVolumeAsync(volume.Back, ct);

    public Task StartAsync(ObjectId id, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (this[id].IsPaused)
        {
            return SetStatus("start", id, "Running");
        }

        if (Change("start", id))
        {
            Refuse(this[id].IsUp, 400, "The instance is already running");
            Check(id, this[id]);
            Refuse(
                Cluster is not null && (this[id].Devices ?? []).Values.Any(d => d.GetValueOrDefault("source") is { } source
                    && Objects.GetValueOrDefault(ObjectId.Volume(id.Project, d["pool"], source)).Object is { } volume
                    && volume.Location != this[id].Location),
                400,
                "Storage volume not found");
            Started(id);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(ObjectId id, bool force, CancellationToken ct)
    {
        if (!Change("stop", id))
        {
            return Task.CompletedTask;
        }

        Refuse(!this[id].IsUp, 400, "The instance is already stopped");
        Edit(id, o => o with { Status = "Stopped" });
        if (this[id].Ephemeral == true)
        {
            Objects.Remove(id);
        }

        return Task.CompletedTask;
    }

    public async Task DeleteAsync(ObjectId id, CancellationToken ct)
    {
        await Meanwhile("delete", id);
        if (!Change("delete", id))
        {
            return;
        }

        Grants.RemoveAll(g => g.Id == id);
        if (!Objects.TryGetValue(id, out var found))
        {
            return;
        }

        Refuse(found.Object.IsUp, 400, "Instance is running");
        Refuse(View(id).IsDeleteProtected, 400, "Instance is protected");
        var ownProfile = ObjectId.Profile(id.Project, ObjectId.DefaultProfile);
        var users = UsersOf(id).Where(url => id.Kind != ObjectKind.Project || Urls.Parse(url) != ownProfile).ToList();
        Refuse(users.Count > 0 && Objects[id].Object.Status != "Pending", 400, $"{id} is in use by {string.Join(", ", users)}");
        Objects.Remove(id);
        Snapshots.RemoveAll(s => s.Id == id);
        if (id.Kind == ObjectKind.Project)
        {
            Objects.Remove(ownProfile);
            OwnImages.RemoveAll(i => i.Project == id.Name);
        }
    }

    /// <summary>The lines in the hosts files of instances.</summary>
    public Dictionary<ObjectId, string> HostsFiles { get; } = [];

    public Task WriteHostsAsync(ObjectId id, string lines, CancellationToken ct)
    {
        Refuse(!this[id].IsUp, 400, "Instance is not running");
        if (HostsFiles.GetValueOrDefault(id, "") != lines && Change("name others in", id))
        {
            HostsFiles[id] = lines;
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<SnapshotView>> SnapshotsAsync(ObjectId id, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<SnapshotView>>([.. Snapshots.Where(s => s.Id == id).Select(s => s.Snapshot)]);

    public Task<IReadOnlyDictionary<ObjectId, TakenSnapshots>> CountSnapshotsAsync(CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<ObjectId, TakenSnapshots>>(Snapshots.GroupBy(s => s.Id)
            .ToDictionary(of => of.Key, of => new TakenSnapshots(of.Count(), of.Max(s => s.Snapshot.CreatedAt))));

    public Task<ILookup<string, string>> ReadOwnImagesAsync(CancellationToken ct) =>
        Task.FromResult(OwnImages.ToLookup(i => i.Project, i => i.Name));

    public Task<IReadOnlyList<Grant>> ReadGrantsAsync(Infrastructure infrastructure, CancellationToken ct)
    {
        GrantReads++;
        return Task.FromResult<IReadOnlyList<Grant>>([.. Grants]);
    }

    public Task ExportAsync(ObjectId id, string file, CancellationToken ct)
    {
        Change("export", id);
        Exported.Add(file);
        return Task.CompletedTask;
    }

    public Task TakeSnapshotAsync(ObjectId id, string name, CancellationToken ct)
    {
        if (Change("snapshot", id))
        {
            lock (_lock)
            {
                Snapshots.Add((id, new SnapshotView { Name = name, CreatedAt = DateTimeOffset.UnixEpoch.AddDays(++_version) }));
            }
        }

        return Task.CompletedTask;
    }

    public Task DeleteSnapshotAsync(ObjectId id, string name, CancellationToken ct)
    {
        lock (_lock)
        {
            Snapshots.RemoveAll(s => s.Id == id && s.Snapshot.Name == name);
        }

        return Task.CompletedTask;
    }

    private static void Refuse(bool condition, int status, string reason)
    {
        if (condition)
        {
            throw new IncusErrorException(status, reason);
        }
    }

    // Incus refuses rules that do not exist, an address that another instance on the same bridge has, one outside of the
    // bridge's subnet, be it that which a running instance is about to lose, a subnet that another bridge serves, and a port on
    // which it listens for another instance.
    private void Check(ObjectId id, IncusObject content)
    {
        Refuse(
            content.Config?.GetValueOrDefault(AclKey) is { } acl && !Objects.ContainsKey(ObjectId.Acl(acl)),
            400,
            "Network ACL not found");
        var running = Objects.TryGetValue(id, out var live) && live.Object.IsUp ? Addresses(live.Object) : [];
        Refuse(Addresses(content).Concat(running).Any(IsOutside), 400, "Device IP address not within network subnet");
        var others = Objects.Where(o => o.Key != id && o.Key.Kind == id.Kind).ToList();
        var addresses = Addresses(content).ToHashSet();
        Refuse(
            others.Any(o => Addresses(o.Value.Object).Any(addresses.Contains)),
            400,
            "IP address already defined on another NIC");
        var ports = Ports(content).Except(live.Object is { IsUp: true } before ? Ports(before) : []).ToHashSet();
        Refuse(
            content.Status != "Stopped" && others.Any(o => o.Value.Object.IsUp && Ports(o.Value.Object).Any(ports.Contains)),
            400,
            "Error occurred when starting proxy device: Address already in use");
        var subnet = Subnets.OfAddress(content.Config?.GetValueOrDefault("ipv4.address"));
        Refuse(
            id.Kind == ObjectKind.Network && subnet is { } mine
                && others.Any(o =>
                    Subnets.OfAddress(o.Value.Object.Config?.GetValueOrDefault("ipv4.address")) is { } other
                    && Subnets.Overlap(mine, other)),
            400,
            "The DNS and DHCP service exited prematurely: Address already in use");
    }

    private bool IsOutside((string? Network, string Address) card) =>
        card.Network is not null
        && Objects.TryGetValue(ObjectId.Network(card.Network), out var network)
        && Subnets.OfAddress(network.Object.Config?.GetValueOrDefault("ipv4.address"))
            ?.Contains(IPAddress.Parse(card.Address)) != true;

    private static IEnumerable<(string? Network, string Address)> Addresses(IncusObject content) => (content.Devices ?? []).Values
        .Where(d => d.ContainsKey("ipv4.address"))
        .Select(d => (d.GetValueOrDefault("network"), d["ipv4.address"]));

    private static IEnumerable<string> Ports(IncusObject content) =>
        (content.Devices ?? []).Values.Select(MachinePorts.ListenerOf).OfType<string>();

    private static IncusObject WithConfig(IncusObject content, string key, string value) =>
        content with { Config = new(content.Config ?? []) { [key] = value } };

    private Task SetStatus(string verb, ObjectId id, string status)
    {
        if (Change(verb, id))
        {
            Edit(id, o => o with { Status = status });
        }

        return Task.CompletedTask;
    }

    /// <summary>Whether the change is made.</summary>
    private bool Change(string verb, ObjectId id)
    {
        lock (_lock)
        {
            BeforeChange(verb, id);
            Changes.Add($"{verb} {id}");
            return !Lies(verb, id);
        }
    }

    private List<string> UsersOf(ObjectId id) =>
    [
        .. Objects.Where(o => Uses(o.Key, o.Value.Object, id)).Select(o => Urls.Of(o.Key)),
    ];

    // As Incus shows it: with its users, and an instance with what its profiles give it.
    private IncusObject View(ObjectId id)
    {
        var found = Objects[id].Object with { UsedBy = UsersOf(id) };
        if (id.Kind != ObjectKind.Instance)
        {
            return found;
        }

        var profiles = (found.Profiles ?? []).Select(name => Objects.GetValueOrDefault(ObjectId.Profile(id.Project, name)).Object)
            .OfType<IncusObject>();
        var values = Properties.Expanded(found, profiles);
        return found with
        {
            ExpandedConfig = values.Where(v => v.Key.Section == Section.Config).ToDictionary(v => v.Key.Key, v => v.Value),
            ExpandedDevices = values.Where(v => v.Key.Section == Section.Devices).GroupBy(v => v.Key.Device)
                .ToDictionary(d => d.Key, d => d.ToDictionary(v => v.Key.Key, v => v.Value)),
        };
    }

    private static bool Uses(ObjectId user, IncusObject content, ObjectId used) => used.Kind switch
    {
        ObjectKind.Project => user.Traits.Home == Home.Project && user.Project == used.Name,
        ObjectKind.Acl => user.Kind == ObjectKind.Network && content.Config?.GetValueOrDefault(AclKey) == used.Name,
        ObjectKind.Network => (content.Devices ?? []).Values.Any(d => d.GetValueOrDefault("network") == used.Name),
        ObjectKind.Profile => user.Project == used.Project && content.Profiles?.Contains(used.Name) == true,
        ObjectKind.Volume => user.Project == used.Project
            && (content.Devices ?? []).Values.Any(d => d.GetValueOrDefault("source") == used.Name),
        _ => false,
    };

    private string NextTag() => string.Create(CultureInfo.InvariantCulture, $"\"{++_version}\"");
}
