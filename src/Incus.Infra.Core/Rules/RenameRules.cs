using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>A former name is that of one machine or domain, which is no longer in the file.</summary>
internal static class RenameRules
{
    public static void Check(Infrastructure infra, DiagnosticBag diagnostics)
    {
        CheckDomains(infra, diagnostics);
        CheckMachines(infra, diagnostics);
    }

    private static void CheckDomains(Infrastructure infra, DiagnosticBag diagnostics)
    {
        var names = infra.Domains.DistinctBy(d => d.Name.Value)
            .ToDictionary(d => d.Name.Value, d => d.Name.At.Line, StringComparer.Ordinal);
        var former = new Dictionary<string, Located<string>>(StringComparer.Ordinal);
        foreach (var domain in infra.Domains)
        {
            if (domain.Was is not { } was)
            {
                continue;
            }

            if (domain.Copy is { } copy)
            {
                diagnostics.Add(RuleDiagnostics.RenamedCopies(was.At, copy.Template.Value));
            }
            else if (names.TryGetValue(was.Value, out var line))
            {
                diagnostics.Add(RuleDiagnostics.FormerDomainInUse(was.At, domain.Name.Value, was.Value, line));
            }
            else if (!former.TryAdd(was.Value, domain.Name with { At = was.At }))
            {
                var (other, at) = former[was.Value];
                diagnostics.Add(RuleDiagnostics.FormerDomainTwice(was.At, domain.Name.Value, was.Value, other, at.Line));
            }
        }
    }

    private static void CheckMachines(Infrastructure infra, DiagnosticBag diagnostics)
    {
        var names = infra.Domains.SelectMany(d => d.Machines)
            .Select(m => m.Name)
            .DistinctBy(n => n.Value)
            .ToDictionary(n => n.Value, n => n.At.Line, StringComparer.Ordinal);
        var domains = infra.Domains.DistinctBy(d => d.Name.Value).ToDictionary(d => d.Name.Value, StringComparer.Ordinal);
        var former = new Dictionary<FormerMachine, Located<string>>();
        foreach (var domain in infra.Domains)
        {
            foreach (var machine in domain.Machines)
            {
                if (domain.FormerOf(machine) is not { Domain: { } home } was)
                {
                    continue;
                }

                var at = machine.Was?.At ?? domain.Was!.Value.At;
                var said = machine.Was?.Value ?? was;
                if (domain.Copy is { } copy)
                {
                    if (machine.Was is not null)
                    {
                        diagnostics.Add(RuleDiagnostics.RenameOfCopies(at, machine.TemplateName!, copy.Template.Value));
                    }
                }
                else if (names.TryGetValue(was.Name, out var line)
                    && !(was.Name == machine.Name.Value && home != domain.Name.Value))
                {
                    diagnostics.Add(RuleDiagnostics.FormerNameInUse(at, machine.Name.Value, said.ToString(), line));
                }
                else if (domains.TryGetValue(home, out var from) && from.Remote?.Value != domain.Remote?.Value)
                {
                    diagnostics.Add(RuleDiagnostics.FormerServer(
                        at, machine.Name.Value, said.ToString(), from.Remote?.Value, domain.Remote?.Value));
                }
                else if (!former.TryAdd(was, machine.Name with { At = at }))
                {
                    var (other, first) = former[was];
                    diagnostics.Add(RuleDiagnostics.FormerNameTwice(
                        at, machine.Name.Value, said.ToString(), other, first.Line));
                }
            }
        }
    }
}
