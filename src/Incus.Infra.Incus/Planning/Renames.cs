using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Machines that infra.yml has under another name or in another domain than Incus. One that runs is stopped for it, which has to
/// be allowed first. Until then it is an error: by its new name nobody finds it.
/// </summary>
internal sealed class Renames
{
    private readonly bool _allowMove;
    private readonly Dictionary<ObjectId, IncusObject> _objects;
    private readonly ILookup<(string Project, string Name), ObjectId> _volumes;

    // By the new name.
    private readonly Dictionary<ObjectId, (ObjectId? From, bool IsUp, HashSet<ObjectId> Volumes)> _renamed = [];
    private readonly Dictionary<ObjectId, (ObjectId From, Diagnostic Fault)> _refused = [];

    // Volumes by their new names, which nobody may make meanwhile.
    private readonly HashSet<ObjectId> _waiting = [];

    /// <summary>Finds them, and shows the objects as they will be.</summary>
    /// <param name="request">Says who had another name.</param>
    /// <param name="live">What Incus has.</param>
    public Renames(EngineRequest request, IReadOnlyDictionary<ObjectId, IncusObject> live)
    {
        _allowMove = request.AllowMove;
        _objects = new(live);
        _volumes = live.Keys.Where(o => o.Kind == ObjectKind.Volume).ToLookup(o => (o.Project, o.Name));
        var renamed = from domain in request.Domains
                      where request.Covers(domain.Name)
                      from machine in domain.Machines
                      let former = machine.FormerIn(domain.IncusProject)
                      where former is not null
                      select (domain.IncusProject, machine, former.Value);
        foreach (var (project, machine, former) in renamed)
        {
            Find(request.Infrastructure, project, machine, former);
        }
    }

    /// <summary>What some actions bring to another place, each with the instance that it belongs to.</summary>
    public static IReadOnlyDictionary<ObjectId, ObjectId> LeavingIn(IEnumerable<PlannedAction> actions) => actions
        .Where(a => a is { IsWork: true, Renaming: not null })
        .SelectMany(a => a.Renaming!.Volumes.Select(v => v.Was).Append(a.Renaming.From).OfType<ObjectId>()
            .Select(id => (id, a.Id)))
        .ToDictionary();

    /// <summary>What there is once all of them are renamed.</summary>
    public IReadOnlyDictionary<ObjectId, IncusObject> Objects => _objects;

    /// <summary>The actions on an object, with its rename.</summary>
    /// <param name="desired">The object.</param>
    /// <param name="actions">What else happens to it.</param>
    /// <param name="all">All that is wanted, its volumes among it.</param>
    public IEnumerable<PlannedAction> AddTo(
        DesiredObject desired, IEnumerable<PlannedAction> actions, IEnumerable<DesiredObject> all)
    {
        if (_refused.TryGetValue(desired.Id, out var refused))
        {
            return [Refused(desired, refused.From, refused.Fault)];
        }

        if (_waiting.Contains(desired.Id))
        {
            // The machine's own action renames it.
            return [];
        }

        List<PlannedAction> planned = [.. actions];
        if (!_renamed.TryGetValue(desired.Id, out var rename)
            || planned.Exists(a => a.Fault is not null || a.Kind == ActionKind.Evacuated))
        {
            return planned;
        }

        var from = rename.From ?? desired.Id;
        if (rename.IsUp && !_allowMove && desired.Instance!.State != RunState.Stopped)
        {
            return [Refused(desired, from, ToolDiagnostics.RenameNeedsStop(from, desired.Id))];
        }

        var comes = desired.Was!.Value.Project != desired.Id.Project;
        var what = rename.From is null && comes ? $"its volumes are in project '{desired.Was.Value.Project}'"
            : rename.From is null ? "its volumes have its former name"
            : comes ? $"it was {rename.From}"
            : $"it was '{from.Name}'";

        // What changes besides goes along: the machine is stopped and started once.
        var change = planned.Find(a => a.IsWork);
        return
        [
            (change ?? new PlannedAction(desired.Id, ActionKind.Rename, [], "")) with
            {
                Kind = ActionKind.Rename,
                Changes = change is null or { Kind: ActionKind.Replace } ? [] : change.Changes,
                Reason = change switch
                {
                    { Kind: ActionKind.Replace } => $"{what}, then recreated: {change.Reason}",
                    { Relocation: not null } => $"{what}, then {change.Reason}",
                    _ => what,
                },
                Desired = desired,
                Renaming = new Renaming(rename.From, [.. all.Where(d => rename.Volumes.Contains(d.Id))]),
            },
            .. planned.Where(a => !a.IsWork),
        ];
    }

    private void Find(Infrastructure infrastructure, string project, MachineSpec machine, ObjectId former)
    {
        var id = ObjectId.Instance(project, machine.InstanceName);
        var there = _objects.GetValueOrDefault(id);

        // A killed run may have renamed it in its former project, and not moved it.
        var half = former with { Name = id.Name };
        var from = half != id && OwnerAt(half)?.BelongsTo(infrastructure) == true ? half : former;
        var old = _objects.GetValueOrDefault(from);
        var owner = OwnerAt(from);
        if (there is not null && owner?.BelongsTo(infrastructure) == true)
        {
            _refused[id] = (from, ToolDiagnostics.NameTaken(from, id));
            return;
        }

        if (there is null && owner?.BelongsTo(infrastructure) == false)
        {
            _refused[id] = (from, ToolDiagnostics.OwnedByOther(from, owner.Infrastructure));
            return;
        }

        var volumes = VolumesOf(id, machine, former, there, old, infrastructure).ToList();
        _waiting.UnionWith(volumes.Select(v => v.Id));
        if ((there ?? old) is not { } instance)
        {
            return;
        }

        if (volumes.Where(v => _objects.ContainsKey(v.Id)).ToList() is [var twice, ..])
        {
            _refused[id] = (from, ToolDiagnostics.NameTaken(twice.Former, twice.Id));
        }
        else if (there is null || volumes.Count > 0)
        {
            _renamed[id] = (there is null ? from : null, instance.IsUp, [.. volumes.Select(v => v.Id)]);
            foreach (var (volume, formerVolume) in volumes)
            {
                // As far as volumes are read.
                if (_objects.Remove(formerVolume, out var live))
                {
                    _objects[volume] = live with { Name = volume.Name, Project = volume.Project };
                }
            }

            _objects[id] = Renamed(instance, id, volumes);
            if (there is null)
            {
                _objects.Remove(from);
            }
        }

        // Its mark is that of its former name until all is done.
        Ownership? OwnerAt(ObjectId place) => _objects.TryGetValue(place, out var live) ? Ownership.Of(former, live) : null;
    }

    // Those that it uses, and those made for it: where instances are not read, or not this one, or it has let go of them for a
    // run that was killed.
    private IEnumerable<(ObjectId Id, ObjectId Former)> VolumesOf(
        ObjectId id, MachineSpec machine, ObjectId was, IncusObject? there, IncusObject? old, Infrastructure infrastructure)
    {
        var comes = was.Project != id.Project;
        var user = comes && there is not null ? null : there ?? old;
        return
            from volume in machine.InstanceStorageVolumes.Keys.Order(StringComparer.Ordinal)
            let name = MachineVolumes.NameOf(was.Name, volume)
            from former in user?.PoolOfDisk("source", name) is { } pool ? [ObjectId.Volume(was.Project, pool, name)]
                : user is null or { IsUnreachable: true } || comes || HasLetGo(user, volume)
                    ? _volumes[(was.Project, name)].Where(v => Ownership.Of(v, _objects[v])?.BelongsTo(infrastructure) == true)
                : []
            select (former with { Project = id.Project, Name = MachineVolumes.NameOf(id.Name, volume) }, former);
    }

    private static bool HasLetGo(IncusObject user, string volume) =>
        user.Devices?.GetValueOrDefault(volume)?.GetValueOrDefault("type") == "none";

    private static PlannedAction Refused(DesiredObject desired, ObjectId from, Diagnostic fault) =>
        new(desired.Id, ActionKind.Rename, [], "") { Desired = desired, Fault = fault, Renaming = new Renaming(from, []) };

    // As Incus shows it afterwards.
    private static IncusObject Renamed(IncusObject instance, ObjectId id, List<(ObjectId Id, ObjectId Former)> volumes)
    {
        var names = volumes.ToDictionary(v => v.Former.Name, v => v.Id.Name, StringComparer.Ordinal);
        return instance with
        {
            Name = id.Name,
            Project = id.Project,
            Devices = Renamed(instance.Devices, names),
            ExpandedDevices = Renamed(instance.ExpandedDevices, names),
        };
    }

    private static Dictionary<string, Dictionary<string, string>>? Renamed(
        Dictionary<string, Dictionary<string, string>>? devices, Dictionary<string, string> names) =>
        devices?.ToDictionary(
            d => d.Key,
            d => d.Value.GetValueOrDefault("source") is { } source && names.TryGetValue(source, out var to)
                ? new Dictionary<string, string>(d.Value, StringComparer.Ordinal) { ["source"] = to }
                : d.Value);
}
