using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Isolation;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>Domains on several servers: no packet gets from the bridge of one to that of another.</summary>
internal static class RemoteRules
{
    public static void Check(Infrastructure infra, Policies policies, DiagnosticBag diagnostics)
    {
        foreach (var policy in infra.NetworkPolicies)
        {
            if (policies.FlowsOf(policy).FirstOrDefault(IsAcross) is { From.Domain: { } from, To.Domain: { } to })
            {
                diagnostics.Add(RuleDiagnostics.PolicyAcrossRemotes(
                    policy.At, from.Name.Value, from.Remote?.Value, to.Name.Value, to.Remote?.Value));
            }
        }
    }

    private static bool IsAcross(Flow flow) =>
        flow is { From.Domain: { } from, To.Domain: { } to } && from.Remote?.Value != to.Remote?.Value;
}
