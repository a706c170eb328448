using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Snapshots;

/// <summary>What infra.yml says about the snapshots of one machine.</summary>
/// <param name="Id">The machine.</param>
/// <param name="Expiry">How long one is kept, in Incus's units, such as <c>30d</c> or <c>60M</c>; null for ever.</param>
/// <param name="Keep">How many are kept; null for all.</param>
/// <param name="Pre">Commands before, each a program and its arguments.</param>
/// <param name="Post">Commands after, each a program and its arguments.</param>
internal sealed record DeclaredSnapshot(
    ObjectId Id,
    string? Expiry,
    int? Keep,
    IReadOnlyList<IReadOnlyList<string>> Pre,
    IReadOnlyList<IReadOnlyList<string>> Post)
{
    /// <summary>Those of the machines that declare any.</summary>
    public static IReadOnlyList<DeclaredSnapshot> Of(IEnumerable<DomainSpec> domains) =>
    [
        .. from domain in domains
           from machine in domain.Machines
           where Declares(machine)
           select new DeclaredSnapshot(
               ObjectId.Instance(domain.IncusProject, machine.InstanceName),
               machine.InstanceSnapshotsExpiry,
               machine.InstanceSnapshotsKeep,
               machine.InstanceSnapshotsPre ?? [],
               machine.InstanceSnapshotsPost ?? []),
    ];

    private static bool Declares(MachineSpec machine) =>
        (machine.InstanceSnapshotsSchedule ?? machine.InstanceSnapshotsExpiry ?? machine.InstanceSnapshotsPattern) is not null
        || machine.InstanceSnapshotsKeep is not null
        || machine.InstanceSnapshotsPre is not null
        || machine.InstanceSnapshotsPost is not null;
}
