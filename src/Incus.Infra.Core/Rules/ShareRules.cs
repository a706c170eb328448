using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>Weights that nothing follows from.</summary>
internal static class ShareRules
{
    private static readonly string[] Cpu = ["limits.cpu", "limits.cpu.allowance"];

    public static void Check(Infrastructure infra, DiagnosticBag diagnostics)
    {
        foreach (var domain in infra.Domains)
        {
            var profiles = new AppliedProfiles(domain);
            foreach (var machine in domain.Machines)
            {
                if (machine.Weight is { } weight && WhyIdle(infra.Global.ResourcePolicy, profiles, machine) is { } reason)
                {
                    diagnostics.Add(RuleDiagnostics.IdleWeight(weight.At, $"Machine '{machine.Name.Value}'", reason));
                }
            }
        }
    }

    private static string? WhyIdle(ResourcePolicy? policy, AppliedProfiles profiles, Machine machine)
    {
        return policy is null ? "global has no resource_policy"
            : policy.Mode == "equal" ? "resource_policy has mode: equal"
            : Cpu.Any(IsLimited) && IsLimited("limits.memory") ? "the machine has limits of its own for CPU and memory"
            : null;

        bool IsLimited(string key) => !string.IsNullOrEmpty(profiles.ConfigOf(machine, key));
    }
}
