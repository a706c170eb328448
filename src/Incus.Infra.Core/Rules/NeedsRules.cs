using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>What machines need: machines that there are, on the same server, and none that waits for itself.</summary>
internal static class NeedsRules
{
    public static void Check(Infrastructure infra, DiagnosticBag diagnostics)
    {
        if (!infra.Domains.Any(d => d.Machines.Any(m => m.Needs.Count > 0)))
        {
            return;
        }

        var machines = infra.Domains.SelectMany(d => d.Machines.Select(m => (Domain: d, Machine: m)))
            .DistinctBy(m => m.Machine.Name.Value)
            .ToDictionary(m => m.Machine.Name.Value, StringComparer.Ordinal);
        foreach (var (domain, machine) in machines.Values)
        {
            foreach (var need in machine.Needs)
            {
                if (FaultOf(domain, machine, need) is { } fault)
                {
                    diagnostics.Add(fault);
                }
            }
        }

        CheckRings(new StartOrder(infra), machines.ToDictionary(m => m.Key, m => m.Value.Machine), diagnostics);

        Diagnostic? FaultOf(Domain domain, Machine machine, Located<string> need)
        {
            if (!machines.TryGetValue(need.Value, out var needed))
            {
                return RuleDiagnostics.UnknownNeed(
                    need.At, machine.Name.Value, need.Value,
                    diagnostics.IsFull ? null : infra.NewNameOf(need.Value) ?? Suggestion.For(need.Value, machines.Keys));
            }

            return domain.Enabled && !needed.Domain.Enabled
                    ? RuleDiagnostics.NeedDisabled(need.At, machine.Name.Value, need.Value, needed.Domain.Name.Value)
                : machine.State == InfraDialect.Running && needed.Machine.State == InfraDialect.Stopped
                    ? RuleDiagnostics.NeedStopped(need.At, machine.Name.Value, need.Value)
                : domain.Remote?.Value != needed.Domain.Remote?.Value
                    ? RuleDiagnostics.NeedAcrossRemotes(
                        need.At, machine.Name.Value, domain.Remote?.Value, need.Value, needed.Domain.Remote?.Value)
                : null;
        }
    }

    // Each machine without a depth needs another one without: from any of them the way leads into a ring.
    private static void CheckRings(StartOrder order, Dictionary<string, Machine> machines, DiagnosticBag diagnostics)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in machines.Keys.Where(name => order.DepthOf(name) is null))
        {
            List<string> way = [];
            var name = start;
            while (seen.Add(name))
            {
                way.Add(name);
                var next = machines[name].Needs.First(n => machines.ContainsKey(n.Value) && order.DepthOf(n.Value) is null);
                name = next.Value;
                if (way.IndexOf(name) is >= 0 and var first)
                {
                    diagnostics.Add(RuleDiagnostics.NeedsRing(next.At, way.Skip(first).Append(name)));
                }
            }
        }
    }
}
