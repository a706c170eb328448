using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Snapshots;

/// <summary>Machines and their volumes as Incus has them.</summary>
internal sealed class ResetState
{
    private readonly Dictionary<ObjectId, InstanceView> _instances;
    private readonly ILookup<(string Project, string Name), CustomVolume> _volumes;

    private ResetState(Dictionary<ObjectId, InstanceView> instances, IReadOnlyList<CustomVolume> volumes) =>
        (_instances, _volumes) = (instances, volumes.ToLookup(v => (v.Id.Project, v.Id.Name)));

    /// <summary>Reads all instances by one request, and volumes only where the machines have any.</summary>
    public static async Task<ResetState> ReadAsync(
        SnapshotStore store, IReadOnlyList<ResetMachine> machines, CancellationToken ct)
    {
        var instances = store.ReadAsync(ct);
        return new ResetState(
            await instances, machines.Any(m => m.Volumes.Count > 0) ? await store.ReadVolumesAsync(ct) : []);
    }

    /// <summary>Reads once nothing works on the machines that a killed run began.</summary>
    public static async Task<ResetState> SettledAsync(
        SnapshotStore store, IReadOnlyList<ResetMachine> machines, Action<string> onWaiting, CancellationToken ct)
    {
        var names = machines.SelectMany(m => m.Volumes.Select(name => (m.Id.Project, Name: name))).ToHashSet();
        var ids = machines.Select(m => m.Id).ToHashSet();
        await store.SettleAsync(
            id => ids.Contains(id) || (id.Kind == ObjectKind.Volume && names.Contains((id.Project, id.Name))), onWaiting, ct);
        return await ReadAsync(store, machines, ct);
    }

    public Choice Of(ResetMachine machine) => new(machine.Id, _instances.GetValueOrDefault(machine.Id));

    /// <summary>Those of a machine's volumes that are there.</summary>
    public IEnumerable<CustomVolume> VolumesOf(ResetMachine machine) =>
        machine.Volumes.SelectMany(name => _volumes[(machine.Id.Project, name)]);
}
