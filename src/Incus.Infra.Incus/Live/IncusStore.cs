using System.Net;
using System.Text.RegularExpressions;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Live;

/// <summary>A real Incus.</summary>
/// <param name="client">Speaks to it.</param>
/// <param name="server">
/// What it says about itself: a cluster takes a request more to read, and a restricted client asks otherwise.
/// </param>
/// <param name="images">The images that it has.</param>
internal sealed partial class IncusStore(IncusClient client, ServerInfo? server, StoredImages images) : IIncusStore
{
    private const int ReadAttempts = 5;

    private readonly ImageStore _images = new(images);
    private readonly OwnImages _ownImages = new(client, images);
    private readonly SnapshotStore _snapshots = new(client);
    private readonly Exports _exports = new(client);
    private readonly InstanceCommands _commands = new(client);
    private readonly InstanceStates _states = new(client);
    private readonly Bridges _bridges = new(client);
    private readonly Acls _acls = new(client);
    private readonly HostsFiles _hosts = new(client);
    private readonly Grants _grants = new(client);
    private readonly VolumeMoves _volumeMoves = new(client);
    private readonly HostFolders _folders = new(client.Target);
    private readonly bool _isCluster = server?.Environment?.ServerClustered == true;
    private readonly Members _members = new(client, server?.Environment?.ServerClustered == true);
    private readonly Pools _pools = new(client, server?.Restriction is not null);
    private readonly Restriction? _restriction = server?.Restriction;

    /// <inheritdoc cref="IncusStore(IncusClient, ServerInfo, StoredImages)"/>
    public IncusStore(IncusClient client, ServerInfo? server = null)
        : this(client, server, new StoredImages(client))
    {
    }

    // The kinds are read at the same time, and a request that a killed run left to the server may change them meanwhile.
    public async Task<LiveState> ReadAsync(IReadOnlySet<ObjectKind> kinds, IReadOnlySet<ObjectId> except, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var state = await ReadOnceAsync(kinds, except, ct);
            if (attempt == ReadAttempts || !IsTorn(state.Objects, kinds, except))
            {
                return state;
            }
        }
    }

    private static bool IsTorn(
        IReadOnlyDictionary<ObjectId, IncusObject> objects, IReadOnlySet<ObjectKind> kinds, IReadOnlySet<ObjectId> except) =>
        objects.Values
            .SelectMany(found => found.UsedBy ?? [])
            .Select(Urls.Parse)
            .OfType<ObjectId>()
            .Any(user => kinds.Contains(user.Kind) && !except.Contains(user) && !objects.ContainsKey(user));

    private async Task<LiveState> ReadOnceAsync(
        IReadOnlySet<ObjectKind> kinds, IReadOnlySet<ObjectId> except, CancellationToken ct)
    {
        var pools = await _pools.ReadAsync(ct);
        var cluster = await _members.ReadAsync(ct);

        // Profiles are always read: the server's own default profile tells where root disks go. In a cluster instances and
        // volumes tell where their domains are.
        ObjectKind[] always = cluster is null
            ? [ObjectKind.Profile]
            : [ObjectKind.Profile, ObjectKind.Volume, ObjectKind.Instance];
        var reads = kinds.Union(always)
            .SelectMany(kind => KindTraits.Of(kind).IsInPool ? pools.Select(pool => (kind, pool)) : [(kind, pool: "")])
            .Select(async read => (
                read.kind,
                Ids: (await ListAsync(read.kind, read.pool, except, ct))
                    .ConvertAll(found => (Id: ObjectId.Of(read.kind, found.Project, found.Name, read.pool), Object: found))))
            .ToList();
        var objects = new Dictionary<ObjectId, IncusObject>();
        foreach (var (id, found) in (await Task.WhenAll(reads)).SelectMany(r => r.Ids))
        {
            // Interfaces of the host are among networks, and the snapshots of volumes among volumes.
            if (found.Managed != false && !(id.Kind == ObjectKind.Volume && id.Name.Contains('/')))
            {
                objects[id] = objects.GetValueOrDefault(id) is { } other ? other with { AlsoOn = found.Location } : found;
            }
        }

        var root = objects.GetValueOrDefault(ObjectId.Profile(ObjectId.DefaultProject, ObjectId.DefaultProfile))?
            .PoolOfDisk("path", "/");
        return new LiveState(objects, StoragePools.Choose(pools, root), cluster) { Restriction = _restriction };
    }

    // Not the list with contents: that one hides the interfaces of VPNs.
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<IPNetwork>>> ReadInterfacesAsync(
        IReadOnlySet<string> except, CancellationToken ct)
    {
        var interfaces = new Dictionary<string, IReadOnlyList<IPNetwork>>(StringComparer.Ordinal);
        var members = await _members.AnsweringAsync(ct);
        foreach (var name in (await IdsAsync(ObjectKind.Network, ct)).Select(id => id.Name).Where(name => !except.Contains(name)))
        {
            var addresses = new List<InterfaceAddress>();
            foreach (var member in members)
            {
                addresses.AddRange((await _bridges.FindInterfaceAsync(name, member, ct))?.Addresses ?? []);
            }

            interfaces[name] = [.. addresses.Select(a => Subnets.OfAddress($"{a.Address}/{a.Netmask}")).OfType<IPNetwork>()];
        }

        return interfaces;
    }

    public async Task<IReadOnlyList<string>> MembersWithInterfaceAsync(string name, CancellationToken ct)
    {
        var having = new List<string>();
        foreach (var member in (await _members.AnsweringAsync(ct)).OfType<string>())
        {
            if (await _bridges.FindInterfaceAsync(name, member, ct) is not null)
            {
                having.Add(member);
            }
        }

        return having;
    }

    public async Task<IReadOnlyList<string>> ReadAddressesAsync(ObjectId network, string project, CancellationToken ct)
    {
        var url = Urls.InProject(Urls.InterfaceState(network.Name), project);
        var state = (await client.GetAsync(url, IncusJson.Default.ReplyInterfaceState, ct)).Value;
        return [.. (state.Addresses ?? []).Select(a => $"{a.Address}/{a.Netmask}")];
    }

    public async Task<ServerResources> ReadResourcesAsync(string? member, CancellationToken ct) =>
        (await client.GetAsync(Urls.On(Urls.Resources, member), IncusJson.Default.ReplyServerResources, ct)).Value;

    public bool? HasFolder(string path, string? member) =>
        member is null || member == server?.Environment?.ServerName ? _folders.Has(path) : null;

    public void MakeFolder(string path) => _folders.Make(path);

    public async Task SettleAsync(Infrastructure infrastructure, Action<string> onWaiting, CancellationToken ct)
    {
        var running = await RunningOperations.ReadAsync(client, ct);
        if (running.IsEmpty)
        {
            return;
        }

        if (_restriction is { Projects: var given })
        {
            // Whose a project is stands only on those that an administrator's run made.
            await running.WaitAsync(id => given.Contains(id.Project), onWaiting, ct);
            return;
        }

        var ours = (await ListAsync(Urls.All(ObjectKind.Project), ct))
            .Where(project => Ownership.Of(ObjectId.OfProject(project.Name), project)?.Infrastructure.Id == infrastructure.Id)
            .Select(project => project.Name)
            .ToHashSet();
        await running.WaitAsync(id => ours.Contains(id.Project), onWaiting, ct);
    }

    public Task WaitForBridgesAsync(Action<string> onWaiting, CancellationToken ct) => Bridges.WaitAsync(onWaiting, ct);

    public Task WaitUntilAvailableAsync(ObjectId network, CancellationToken ct) => _bridges.WaitUntilAvailableAsync(network, ct);

    public Task<Tagged<IncusObject>?> FindAsync(ObjectId id, CancellationToken ct) => client.FindAsync(id, ct);

    public async Task CreateAsync(ObjectId id, IncusObject content, InstanceForm? form, string? member, CancellationToken ct)
    {
        var url = Urls.On(Urls.Collection(id), member);
        if (form is null)
        {
            var body = new NewObject
            {
                Name = id.Name,
                Type = id.Traits.Type,
                ContentType = id.Traits.ContentType,
                Description = content.Description,
                Config = content.Config ?? [],
                Devices = content.Devices,
                Ingress = content.Ingress,
                Egress = content.Egress,
            };
            await (_isCluster && id.Kind == ObjectKind.Network
                ? _members.CreateNetworkAsync(id, body, ct)
                : SendAsync(id, () => client.PostAsync(url, body, IncusJson.Default.NewObject, ct)));
            return;
        }

        var instance = new NewInstance
        {
            Name = id.Name,
            Type = form.Type,
            Source = new ImageSource { Fingerprint = await EnsureImageAsync(id, form, ct) },
            Description = content.Description,
            Config = content.Config ?? [],
            Devices = content.Devices ?? [],
            Profiles = content.Profiles ?? [],
            Start = form.State != RunState.Stopped,
        };
        await client.PostAsync(url, instance, IncusJson.Default.NewInstance, ct);
    }

    public async Task<Diagnostic?> FindFormFaultAsync(ObjectId id, InstanceForm form, CancellationToken ct)
    {
        if (form.Type == InstanceForm.VirtualMachine && server?.Environment?.StartsVirtualMachines == false)
        {
            return ToolDiagnostics.NoVirtualMachines(id);
        }

        return form.Image is { } image
            ? await _images.FindFaultAsync(id.Project, image, form.Type, ct)
            : ToolDiagnostics.ImageMissing(id);
    }

    public Task<NewestImage> FindNewestImageAsync(
        ObjectId id, InstanceForm form, string? architecture, CancellationToken ct) =>
        _images.FindNewestAsync(id.Project, form.Image!, form.Type, architecture, ct);

    public Task<string> EnsureImageAsync(ObjectId id, InstanceForm form, CancellationToken ct) => _images.EnsureAsync(
        id.Project, form.Image ?? throw new ToolFaultException(ToolDiagnostics.ImageMissing(id)), form.Type, ct);

    public Task PublishAsync(ObjectId builder, IReadOnlyDictionary<string, string> properties, CancellationToken ct) =>
        _ownImages.PublishAsync(builder, properties, ct);

    public Task KeepImageAsync(ObjectId id, string description, int keep, CancellationToken ct) =>
        _ownImages.KeepAsync(id.Name, description, keep, ct);

    public Task UpdateAsync(ObjectId id, IncusObject content, string? etag, CancellationToken ct) => id.Kind == ObjectKind.Acl
        ? _acls.UpdateAsync(id, content, etag, ct)
        : SendAsync(id, () => client.PutAsync(Urls.Of(id), content, IncusJson.Default.IncusObject, etag, ct));

    public Task RenameAsync(ObjectId id, string name, CancellationToken ct) =>
        client.PostAsync(Urls.Of(id), new NewName(name), IncusJson.Default.NewName, ct);

    public Task ChangeProjectAsync(ObjectId id, string project, IncusObject changes, CancellationToken ct) => client.PostAsync(
        Urls.Of(id),
        new ProjectChange
        {
            Name = id.Name,
            Project = project,
            IsMigration = true,
            Config = changes.Config,
            Devices = changes.Devices,
            Profiles = changes.Profiles,
        },
        IncusJson.Default.ProjectChange,
        ct);

    public Task ChangeProjectAsync(ObjectId id, ObjectId to, CancellationToken ct) => client.PostAsync(
        Urls.Of(id),
        new ProjectChange { Name = to.Name, Project = to.Project, Pool = to.Pool },
        IncusJson.Default.ProjectChange,
        ct);

    public Task MoveAsync(ObjectId id, string to, CancellationToken ct) =>
        client.PostAsync(Urls.On(Urls.Of(id), to), new Migration(), IncusJson.Default.Migration, ct);

    public Task CopyAsync(ObjectId id, IncusObject copy, CancellationToken ct) => client.PostAsync(
        Urls.On(Urls.Collection(id), copy.Member),
        new NewInstance
        {
            Name = copy.Name,
            Type = copy.Type!,
            Source = new ImageSource { Type = "copy", Source = id.Name },
            Description = copy.Description,
            Config = copy.Config!,
            Devices = copy.Devices!,
            Profiles = copy.Profiles ?? [],
            Start = false,
        },
        IncusJson.Default.NewInstance,
        ct);

    public Task RebuildAsync(ObjectId id, string fingerprint, CancellationToken ct) => EmptyAsync(id, () => client.PostAsync(
        Urls.Rebuild(id),
        new NewImage(new ImageSource { Fingerprint = fingerprint }),
        IncusJson.Default.NewImage,
        ct));

    public Task MoveVolumeAsync(MovingVolume volume, CancellationToken ct) => _volumeMoves.MoveAsync(volume, ct);

    public Task TakeVolumeBackAsync(MovingVolume volume, CancellationToken ct) => _volumeMoves.TakeBackAsync(volume, ct);

    public Task<CommandOutcome> ExecuteAsync(ObjectId id, IReadOnlyList<string> command, bool reads, CancellationToken ct) =>
        _commands.RunAsync(id, command, reads ? _ => true : null, ct);

    public Task StartAsync(ObjectId id, CancellationToken ct) => _states.StartAsync(id, ct);

    public Task StopAsync(ObjectId id, bool force, CancellationToken ct) => _states.StopAsync(id, force, ct);

    public Task WriteHostsAsync(ObjectId id, string lines, CancellationToken ct) => _hosts.WriteAsync(id, lines, ct);

    public Task<IReadOnlyList<SnapshotView>> SnapshotsAsync(ObjectId id, CancellationToken ct) => _snapshots.OfAsync(id, ct);

    // Not the list of instances: with their snapshots it also has their states, for which Incus looks into each machine.
    public async Task<IReadOnlyDictionary<ObjectId, TakenSnapshots>> CountSnapshotsAsync(CancellationToken ct) =>
        (await StoredVolumes.ReadAsync(client, await _pools.ReadAsync(ct), ct))
            .Where(v => v.Type is InstanceForm.Container or InstanceForm.VirtualMachine && v.Snapshots is [_, ..])
            .ToDictionary(
                v => ObjectId.Instance(v.Project, v.Name),
                v => new TakenSnapshots(v.Snapshots.Count, v.Snapshots.Max(s => s.CreatedAt)));

    public Task<ILookup<string, string>> ReadOwnImagesAsync(CancellationToken ct) => _images.OwnAsync(ct);

    public Task<IReadOnlyList<Grant>> ReadGrantsAsync(Infrastructure infrastructure, CancellationToken ct) =>
        _grants.ReadAsync(infrastructure, ct);

    public Task ExportAsync(ObjectId id, string file, CancellationToken ct) => _exports.WriteAsync(id, file, ct);

    public Task TakeSnapshotAsync(ObjectId id, string name, CancellationToken ct) =>
        _snapshots.TakeAsync(id, name, expires: null, ct);

    public Task DeleteSnapshotAsync(ObjectId id, string name, CancellationToken ct) => _snapshots.DeleteAsync(id, name, ct);

    public async Task DeleteAsync(ObjectId id, CancellationToken ct)
    {
        if (id.Kind == ObjectKind.Project)
        {
            await _images.DeleteFetchedAsync(id.Name, ct);
        }

        await EmptyAsync(id, () => id.Kind switch
        {
            ObjectKind.Network => _bridges.DeleteAsync(id, ct),
            ObjectKind.Image => _ownImages.DeleteAsync(id.Name, ct),
            _ => client.DeleteAsync(Urls.Of(id), ct),
        });
    }

    // What takes the disk of an object away.
    private static async Task EmptyAsync(ObjectId id, Func<Task> request)
    {
        try
        {
            await request();
        }
        catch (IncusErrorException e) when (NoSubvolume().Match(e.Message) is { Success: true } match)
        {
            throw new ToolFaultException(ToolDiagnostics.VolumeLeftBehind(id, match.Groups[1].Value, e.Member), e);
        }
    }

    [GeneratedRegex("btrfs subvolume delete ([^ ']+): .*Not a Btrfs subvolume", RegexOptions.IgnoreCase)]
    private static partial Regex NoSubvolume();

    private static Task SendAsync(ObjectId id, Func<Task> request) =>
        id.Kind == ObjectKind.Network ? Bridges.SendAsync(id, request) : request();

    private Task<List<IncusObject>> ListAsync(
        ObjectKind kind, string pool, IReadOnlySet<ObjectId> except, CancellationToken ct) =>
        kind == ObjectKind.Image ? _ownImages.ListAsync(ct)
        : _restriction is not null && kind == ObjectKind.Acl ? Task.FromResult<List<IncusObject>>([])
        : _restriction is not null && kind == ObjectKind.Network ? ListAsync(Urls.NetworksOfAllProjects, ct)
        : except.Any(id => id.Kind == kind) ? OthersAsync(kind, except, ct) : ListAsync(Urls.All(kind, pool), ct);

    // One after another: Incus looks for the users of one at a time.
    private async Task<List<IncusObject>> OthersAsync(ObjectKind kind, IReadOnlySet<ObjectId> except, CancellationToken ct)
    {
        var found = new List<IncusObject>();
        foreach (var id in (await IdsAsync(kind, ct)).Where(id => !except.Contains(id)))
        {
            if (await FindAsync(id, ct) is { } other)
            {
                found.Add(other.Value);
            }
        }

        return found;
    }

    // Interfaces of the host are among networks.
    private async Task<IEnumerable<ObjectId>> IdsAsync(ObjectKind kind, CancellationToken ct) =>
        (await client.GetAsync(KindTraits.Of(kind).Path, IncusJson.Default.ReplyListString, ct)).Value
            .Select(url => Urls.Parse(url)!.Value);

    private async Task<List<IncusObject>> ListAsync(string url, CancellationToken ct) =>
        (await client.GetAsync(url, IncusJson.Default.ReplyListIncusObject, ct)).Value;
}
