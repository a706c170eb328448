using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>Two proxies or ports do not listen at one place: the machine of the second one would not start.</summary>
internal static class ProxyRules
{
    public static void Check(Infrastructure infra, AddressPlan addresses, DiagnosticBag diagnostics)
    {
        var hosts = new Dictionary<string, List<Listener>>(StringComparer.Ordinal);
        foreach (var domain in infra.Domains.Where(d => d.Enabled))
        {
            var remote = domain.Remote?.Value ?? "";
            hosts.TryAdd(remote, []);
            var onHost = hosts[remote];
            var profiles = new AppliedProfiles(domain);
            foreach (var machine in domain.Machines)
            {
                var inMachine = new List<Listener>();
                foreach (var (device, at) in profiles.DevicesOf(machine).Values)
                {
                    if (device.Option("type")?.Value == "proxy" && device.Given("listen") is { } listen)
                    {
                        var listeners = device.Given("bind")?.Value is null or "host" ? onHost : inMachine;
                        Listen(listeners, listen.Value, machine.Name.Value, $"proxy '{device.Name.Value}'", at, diagnostics);
                    }
                }

                // Those of copies differ, or are reported as such.
                var ports = addresses.Domains.GetValueOrDefault(domain.Name.Value)?.Ports[machine.Name.Value] ?? [];
                foreach (var port in ports.Where(p => domain.Copy is null || p.Forward.HostPort is null))
                {
                    Listen(onHost, port.Listen, machine.Name.Value, $"port '{port.Name}'", port.Forward.At, diagnostics);
                }
            }
        }
    }

    private static void Listen(
        List<Listener> listeners, string listen, string machine, string what, SourceLocation at, DiagnosticBag diagnostics)
    {
        if (ProxyAddress.Parse(listen) is not { } address)
        {
            return;
        }

        if (listeners.Find(l => l.Address.Overlaps(address)) is { } holder)
        {
            diagnostics.Add(RuleDiagnostics.PortTaken(at, machine, what, listen, holder.Machine, holder.What, holder.At.Line));
        }

        listeners.Add(new Listener(address, machine, what, at));
    }

    private sealed record Listener(ProxyAddress Address, string Machine, string What, SourceLocation At);
}
