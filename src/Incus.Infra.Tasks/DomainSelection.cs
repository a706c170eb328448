using Incus.Infra.Core.CommandLine;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Tasks;

/// <summary>The domains of infra.yml that the property <c>Domain</c> means.</summary>
internal static class DomainSelection
{
    private const string All = "all";

    /// <summary>The named ones; all that are enabled for <c>all</c>, or where the property was not given.</summary>
    /// <param name="infra">What infra.yml says.</param>
    /// <param name="infraFile">Its name, for messages.</param>
    /// <param name="names">The property.</param>
    /// <param name="faults">One for each name that no domain has.</param>
    public static IReadOnlyList<Domain> Of(
        Infrastructure infra, string infraFile, string? names, out IReadOnlyList<Diagnostic> faults)
    {
        var known = infra.Domains.Select(d => d.Name.Value).Concat(infra.CopiesByTemplate().Select(c => c.Key)).ToList();
        var asked = infra.WithCopies(CommandList.Of(names is All ? null : names)).ToList();
        faults = [.. asked.Except(known).Select(name => UseDiagnostics.NoDomain(infraFile, name, known))];
        return [.. infra.Domains.Where(d => asked.Count == 0 ? d.Enabled : asked.Contains(d.Name.Value))];
    }
}
