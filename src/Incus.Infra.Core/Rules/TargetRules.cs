using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>The machines of a domain go to one member of a cluster, unless its bridge reaches the others.</summary>
internal static class TargetRules
{
    public static void Check(Infrastructure infra, DiagnosticBag diagnostics)
    {
        foreach (var domain in infra.Domains.Where(d => !d.IsLinked))
        {
            foreach (var alike in domain.Machines.Where(m => m.Spread is not null).GroupBy(m => m.Spread!.Value.Value))
            {
                foreach (var machine in alike.Skip(1))
                {
                    diagnostics.Add(RuleDiagnostics.SpreadInDomain(
                        machine.Spread!.Value.At,
                        domain.Name.Value,
                        machine.Name.Value,
                        alike.Key,
                        alike.First().Name.Value,
                        alike.First().Spread!.Value.At.Line));
                }
            }

            var first = domain.Target;
            foreach (var machine in domain.Machines)
            {
                if (machine.Target is not { } target)
                {
                    continue;
                }

                var (wanted, at) = first ??= target;
                if (target.Value != wanted)
                {
                    diagnostics.Add(RuleDiagnostics.SeveralTargets(
                        target.At, domain.Name.Value, target.Value, wanted, at.Line));
                }
            }
        }
    }
}
