using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Isolation;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Rules;

/// <summary>Steps that fetch something need a way out of their domain.</summary>
internal static class WayOutRules
{
    public static void Check(Infrastructure infra, Policies policies, DiagnosticBag diagnostics)
    {
        var leaving = policies.Flows.Select(f => f.From.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var domain in infra.Domains
            .Where(d => d is { Enabled: true, Outside: OutsideAccess.None } && !leaving.Contains(d.Name.Value)))
        {
            foreach (var machine in domain.Machines.Where(m => !leaving.Contains(m.Name.Value)))
            {
                if (machine.Provision.Select(FetchingKey).FirstOrDefault(key => key is not null) is { } key)
                {
                    diagnostics.Add(RuleDiagnostics.NoWayOut(key.Location, machine.Name.Value, key.Text, domain.Name.Value));
                }
            }
        }
    }

    // pip from a folder of the machine, and git from a path, need no network.
    private static YamlScalar? FetchingKey(YamlMapping step) => step.Entries
        .Where(e => e.Key.Text switch
        {
            "apt" => true,
            "pip" => (e.Value as YamlMapping)?.Boolean("no_index") != true,
            "git" => (e.Value as YamlMapping)?.Text("repo") is { } repo
                && !repo.Value.StartsWith('/') && !repo.Value.StartsWith("file:", StringComparison.Ordinal),
            _ => false,
        })
        .Select(e => e.Key)
        .FirstOrDefault();
}
