using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>Ports of the host that Incus can give to a machine. <see cref="ProxyRules"/> compares them with each other.</summary>
internal static class PortRules
{
    public static void Check(Infrastructure infra, DiagnosticBag diagnostics)
    {
        foreach (var domain in infra.Domains)
        {
            var profiles = new AppliedProfiles(domain);
            foreach (var machine in domain.Machines.Where(m => m.Ports.Count > 0))
            {
                var devices = profiles.DevicesOf(machine).Values.Select(d => (d.Value.Name.Value, d.At.Line))
                    .Concat(machine.StorageVolumes.Select(v => (v.Name.Value, v.Name.At.Line)))
                    .ToLookup(d => d.Value, d => d.Line, StringComparer.Ordinal);
                foreach (var port in machine.Ports)
                {
                    Check(domain, machine, port, diagnostics);
                    if (devices.Contains(port.Device))
                    {
                        diagnostics.Add(RuleDiagnostics.PortDeviceTaken(
                            port.Name.At, machine.Name.Value, port.Name.Value, port.Device, devices[port.Device].First()));
                    }
                }
            }
        }
    }

    private static void Check(Domain domain, Machine machine, PortForward port, DiagnosticBag diagnostics)
    {
        var (owner, name) = (machine.Name.Value, port.Name.Value);
        if (port.Port is null)
        {
            diagnostics.Add(RuleDiagnostics.PortUnknown(port.At, owner, name, WellKnownPorts.ByName.Keys));
        }

        if (domain.Copy is { } copy && port.HostPort is not null)
        {
            diagnostics.Add(RuleDiagnostics.PortOfCopies(
                port.At, machine.TemplateName ?? owner, name, copy.Template.Value, port.Port));
        }

        if (machine.IsVirtualMachine == true && !port.HasNat)
        {
            diagnostics.Add(RuleDiagnostics.PortOfVirtualMachine(port.At, owner, name));
        }
    }
}
