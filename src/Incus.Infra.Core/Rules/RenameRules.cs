using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>A former name is that of one machine, which is no longer in the file.</summary>
internal static class RenameRules
{
    public static void Check(Infrastructure infra, DiagnosticBag diagnostics)
    {
        var names = infra.Domains.SelectMany(d => d.Machines)
            .Select(m => m.Name)
            .DistinctBy(n => n.Value)
            .ToDictionary(n => n.Value, n => n.At.Line, StringComparer.Ordinal);
        foreach (var domain in infra.Domains)
        {
            var former = new Dictionary<string, Located<string>>(StringComparer.Ordinal);
            foreach (var machine in domain.Machines)
            {
                if (machine.Was is not { } was)
                {
                    continue;
                }

                if (domain.Copy is { } copy)
                {
                    diagnostics.Add(RuleDiagnostics.RenameOfCopies(was.At, machine.TemplateName!, copy.Template.Value));
                }
                else if (names.TryGetValue(was.Value, out var line))
                {
                    diagnostics.Add(RuleDiagnostics.FormerNameInUse(was.At, machine.Name.Value, was.Value, line));
                }
                else if (!former.TryAdd(was.Value, machine.Name with { At = was.At }))
                {
                    var (other, at) = former[was.Value];
                    diagnostics.Add(RuleDiagnostics.FormerNameTwice(was.At, machine.Name.Value, was.Value, other, at.Line));
                }
            }
        }
    }
}
