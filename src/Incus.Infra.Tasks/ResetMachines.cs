using Incus.Infra.Core.Model;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Snapshots;
using Infrastructure = Incus.Infra.Core.Model.Infrastructure;

namespace Incus.Infra.Tasks;

/// <summary>Machines of infra.yml as a reset takes them.</summary>
internal static class ResetMachines
{
    public static IEnumerable<ResetMachine> Of(Infrastructure infra, Domain domain) => domain.Machines.Select(machine =>
        new ResetMachine(
            ObjectId.Instance(domain.Name.Value, machine.Name.Value),
            [.. machine.StorageVolumes.Where(v => !v.Keep).Select(v => VolumeName.Of(machine.Name.Value, v.Name.Value))],
            new InstanceForm(
                machine.IsVirtualMachine == true ? InstanceForm.VirtualMachine : InstanceForm.Container,
                (machine.OsImage ?? infra.Global.DefaultOsImage)?.Value,
                RunStates.ByName[machine.State]),
            !(machine.Ephemeral ?? domain.Ephemeral)));
}
