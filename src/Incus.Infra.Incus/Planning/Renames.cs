using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Machines that infra.yml has under another name than Incus. One that runs is stopped for it, which has to be allowed first.
/// Until then it is an error: by its new name nobody finds it.
/// </summary>
internal sealed class Renames
{
    private readonly bool _allowMove;
    private readonly Dictionary<ObjectId, IncusObject> _objects;
    private readonly ILookup<(string Project, string Name), ObjectId> _volumes;

    // By the new name.
    private readonly Dictionary<ObjectId, (ObjectId? From, bool IsUp, HashSet<ObjectId> Volumes)> _renamed = [];
    private readonly Dictionary<ObjectId, Diagnostic> _refused = [];

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
                      where machine.InstanceWas is not null
                      select (domain.IncusProject, machine);
        foreach (var (project, machine) in renamed)
        {
            Find(request.Infrastructure, project, machine, machine.InstanceWas!);
        }
    }

    /// <summary>What there is once all of them are renamed.</summary>
    public IReadOnlyDictionary<ObjectId, IncusObject> Objects => _objects;

    /// <summary>The actions on an object, with its rename.</summary>
    /// <param name="desired">The object.</param>
    /// <param name="actions">What else happens to it.</param>
    /// <param name="all">All that is wanted, its volumes among it.</param>
    public IEnumerable<PlannedAction> AddTo(
        DesiredObject desired, IEnumerable<PlannedAction> actions, IEnumerable<DesiredObject> all)
    {
        if (_refused.TryGetValue(desired.Id, out var fault))
        {
            return [Refused(desired, fault)];
        }

        if (_waiting.Contains(desired.Id))
        {
            // The machine's own action renames it.
            return [];
        }

        List<PlannedAction> planned = [.. actions];
        if (!_renamed.TryGetValue(desired.Id, out var rename) || planned.Exists(a => a.Fault is not null))
        {
            return planned;
        }

        var what = rename.From is { } former ? $"it was '{former.Name}'" : "its volumes have its former name";
        if (rename.IsUp && !_allowMove)
        {
            return [Refused(desired, ToolDiagnostics.RenameNeedsStop(rename.From ?? desired.Id, desired.Id.Name))];
        }

        // What changes besides goes along: the machine is stopped and started once.
        var change = planned.Find(a => a.IsWork);
        return
        [
            (change ?? new PlannedAction(desired.Id, ActionKind.Rename, [], "")) with
            {
                Kind = ActionKind.Rename,
                Changes = change is null or { Kind: ActionKind.Replace } ? [] : change.Changes,
                Reason = change is { Kind: ActionKind.Replace } ? $"{what}, then recreated: {change.Reason}" : what,
                Desired = desired,
                Renaming = new Renaming(rename.From, [.. all.Where(d => rename.Volumes.Contains(d.Id))]),
            },
            .. planned.Where(a => !a.IsWork),
        ];
    }

    private void Find(Infrastructure infrastructure, string project, MachineSpec machine, string was)
    {
        var id = ObjectId.Instance(project, machine.InstanceName);
        var former = id with { Name = was };
        var there = _objects.GetValueOrDefault(id);
        var old = _objects.GetValueOrDefault(former);
        var owner = old is null ? null : Ownership.Of(former, old);
        if (there is not null && owner?.BelongsTo(infrastructure) == true)
        {
            _refused[id] = ToolDiagnostics.NameTaken(former, id.Name);
            return;
        }

        if (there is null && owner?.BelongsTo(infrastructure) == false)
        {
            _refused[id] = ToolDiagnostics.OwnedByOther(former, owner.Infrastructure);
            return;
        }

        var volumes = VolumesOf(project, machine, was, there ?? old, infrastructure).ToList();
        _waiting.UnionWith(volumes.Select(v => v.Id));
        if ((there ?? old) is not { } instance)
        {
            return;
        }

        if (volumes.Where(v => _objects.ContainsKey(v.Id)).ToList() is [var twice, ..])
        {
            _refused[id] = ToolDiagnostics.NameTaken(twice.Former, twice.Id.Name);
        }
        else if (there is null || volumes.Count > 0)
        {
            _renamed[id] = (there is null ? former : null, instance.IsUp, [.. volumes.Select(v => v.Id)]);
            foreach (var (volume, formerVolume) in volumes)
            {
                // As far as volumes are read.
                if (_objects.Remove(formerVolume, out var live))
                {
                    _objects[volume] = live with { Name = volume.Name };
                }
            }

            _objects[id] = Renamed(instance, machine.InstanceName, volumes);
            if (there is null)
            {
                _objects.Remove(former);
            }
        }
    }

    // Those that the machine uses; where instances are not read, those that were made for it.
    private IEnumerable<(ObjectId Id, ObjectId Former)> VolumesOf(
        string project, MachineSpec machine, string was, IncusObject? instance, Infrastructure infrastructure) =>
        from volume in machine.InstanceStorageVolumes.Keys.Order(StringComparer.Ordinal)
        let name = MachineVolumes.NameOf(was, volume)
        from former in instance is null
            ? _volumes[(project, name)].Where(v => Ownership.Of(v, _objects[v])?.BelongsTo(infrastructure) == true)
            : instance.PoolOfDisk("source", name) is { } pool ? [ObjectId.Volume(project, pool, name)]
            : []
        select (former with { Name = MachineVolumes.NameOf(machine.InstanceName, volume) }, former);

    private static PlannedAction Refused(DesiredObject desired, Diagnostic fault) =>
        new(desired.Id, ActionKind.Rename, [], "") { Desired = desired, Fault = fault };

    // As Incus shows it afterwards.
    private static IncusObject Renamed(IncusObject instance, string name, List<(ObjectId Id, ObjectId Former)> volumes)
    {
        var names = volumes.ToDictionary(v => v.Former.Name, v => v.Id.Name, StringComparer.Ordinal);
        return instance with
        {
            Name = name,
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
