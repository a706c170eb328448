using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>Names that are unique, and not taken by Ansible, Incus or this tool.</summary>
internal static class NameRules
{
    private static readonly Dictionary<string, string> Reserved = new(StringComparer.Ordinal)
    {
        ["all"] = "Ansible's group of all hosts",
        ["ungrouped"] = "Ansible's group of hosts without a group",
        ["localhost"] = "Ansible's name for the controller",
        ["default"] = "Incus's default project and profile",
        [NetworkPolicy.Host] = "the host in network_policies",
        [NetworkPolicy.Internet] = "the public addresses in network_policies",
        ["self"] = "the instance that a snapshot command runs in",
    };

    public static void Check(Infrastructure infra, DiagnosticBag diagnostics)
    {
        var domains = infra.Domains.ToDictionary(d => d.Name.Value, d => d.Name.At.Line, StringComparer.Ordinal);
        foreach (var (template, at) in infra.Domains.Select(d => d.Copy?.Template).OfType<Located<string>>())
        {
            domains.TryAdd(template, at.Line);
            CheckReserved("Domain", new(template, at), diagnostics);
        }

        var machines = new Dictionary<string, (string Domain, int Line)>(StringComparer.Ordinal);
        var networks = new Dictionary<string, Located<string>>(StringComparer.Ordinal);
        foreach (var domain in infra.Domains)
        {
            CheckReserved("Domain", domain.Name, diagnostics);
            var owner = domain.NetworkOwner;
            if (!networks.TryAdd(domain.Bridge, owner) && networks[domain.Bridge] is var other && other != owner)
            {
                diagnostics.Add(RuleDiagnostics.NetworkNameTaken(
                    owner.At, owner.Value, domain.Bridge, other.Value, other.At.Line));
            }

            foreach (var (name, at) in domain.Machines.Select(m => m.Name))
            {
                CheckReserved("Machine", new(name, at), diagnostics);
                if (domains.TryGetValue(name, out var line))
                {
                    diagnostics.Add(RuleDiagnostics.MachineNamedLikeDomain(at, name, line));
                }

                if (!machines.TryAdd(name, (domain.Name.Value, at.Line)))
                {
                    diagnostics.Add(RuleDiagnostics.MachineTwice(at, name, machines[name].Domain, machines[name].Line));
                }
            }
        }
    }

    internal static void CheckReserved(string what, Located<string> name, DiagnosticBag diagnostics)
    {
        if (Reserved.TryGetValue(name.Value, out var meaning))
        {
            diagnostics.Add(RuleDiagnostics.ReservedName(name.At, what, name.Value, meaning));
        }
    }
}
