using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>The machines of a domain go to one member of a cluster: its bridge reaches no other.</summary>
internal static class TargetRules
{
    public static void Check(Infrastructure infra, DiagnosticBag diagnostics)
    {
        foreach (var domain in infra.Domains)
        {
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
