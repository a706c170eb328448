using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>Two proxies do not listen at one place: the machine of the second one would not start.</summary>
internal static class ProxyRules
{
    public static void Check(Infrastructure infra, DiagnosticBag diagnostics)
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
                    if (device.Option("type")?.Value != "proxy"
                        || device.Given("listen") is not { } listen || ProxyAddress.Parse(listen.Value) is not { } address)
                    {
                        continue;
                    }

                    var listeners = device.Given("bind")?.Value is null or "host" ? onHost : inMachine;
                    if (listeners.Find(l => l.Address.Overlaps(address)) is { } holder)
                    {
                        diagnostics.Add(RuleDiagnostics.PortTaken(
                            at, machine.Name.Value, device.Name.Value, listen.Value,
                            holder.Machine, holder.Device, holder.At.Line));
                    }

                    listeners.Add(new Listener(address, machine.Name.Value, device.Name.Value, at));
                }
            }
        }
    }

    private sealed record Listener(ProxyAddress Address, string Machine, string Device, SourceLocation At);
}
