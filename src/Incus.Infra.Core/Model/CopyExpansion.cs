using System.Globalization;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Model;

/// <summary>
/// Puts its copies in the place of each domain with <c>copies</c>. From there on each is a domain as any other, which
/// remembers what it is a copy of.
/// </summary>
/// <param name="tables">The CSV files that infra.yml names, by path.</param>
/// <param name="diagnostics">Takes the faults.</param>
internal sealed class CopyExpansion(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> tables, DiagnosticBag diagnostics)
{
    private const string NameText = "{{ copy_name }}";
    private const string IndexText = "{{ copy_index }}";
    private const string Environment = "environment.";

    private readonly Dictionary<string, SourceLocation> _taken = new(StringComparer.Ordinal);
    private long _weight;

    /// <summary>The infrastructure with all of its domains, and with the devices that each machine is given.</summary>
    public Infrastructure Expand(Infrastructure infra)
    {
        if (infra.Domains.Any(d => d.Copies is not null))
        {
            diagnostics.OncePerPlace = true;
        }

        foreach (var name in infra.Domains.Select(d => d.Name))
        {
            _taken.Add(name.Value, name.At);
        }

        return infra with { Domains = [.. infra.Domains.SelectMany(Expand).Select(GivenDevices.Complete)] };
    }

    private IEnumerable<Domain> Expand(Domain domain)
    {
        domain = domain with { SharedNetwork = CheckNetwork(domain) };
        if (domain.Copies is not { } copies)
        {
            return [domain];
        }

        if (domain is { SubnetId: { } subnet, SharedNetwork: null })
        {
            diagnostics.Add(RuleDiagnostics.SubnetOfCopies(subnet.At, domain.Name.Value));
        }

        foreach (var machine in domain.Machines.Where(m => m.Ip is not null))
        {
            diagnostics.Add(RuleDiagnostics.IpOfCopies(machine.Ip!.Value.At, machine.Name.Value, domain.Name.Value));
        }

        if (domain.Machines.Count == 0)
        {
            diagnostics.Add(RuleDiagnostics.CopiesWithoutMachines(copies.At, domain.Name.Value));
        }

        var names = NamesOf(domain, copies);
        _weight += (long)names.Count * copies.Weight;
        if (names.Count > InfraDialect.MaxCopies || _weight > YamlReader.MaxNodes)
        {
            diagnostics.Add(RuleDiagnostics.TooManyCopies(copies.At, domain.Name.Value, InfraDialect.MaxCopies));
            names = [];
        }

        // One at least, so that no other fault follows: policies may name it.
        return (names.Count > 0 ? names : [new("01", copies.At)])
            .Index()
            .Where(n => IsFree(domain, n.Item))
            .Select(n => CopyOf(domain, new Copy(domain.Name, n.Item, n.Index + 1)))
            .ToList();
    }

    /// <summary>Where it says that copies share a network, if they can.</summary>
    private SourceLocation? CheckNetwork(Domain domain)
    {
        if (domain.SharedNetwork is not { } at)
        {
            return null;
        }

        var fault = domain.Copies is null ? RuleDiagnostics.SharedWithoutCopies(at, domain.Name.Value)
            : domain.Machines.Count > 1 ? RuleDiagnostics.SharedBySeveral(at, domain.Name.Value, domain.Machines.Count)
            : null;
        if (fault is not null)
        {
            diagnostics.Add(fault);
        }

        return fault is null ? at : null;
    }

    private IReadOnlyList<Located<string>> NamesOf(Domain domain, Copies copies)
    {
        // Two digits however many there are: with a third, the hundredth copy would rename all others.
        var names = copies.Count is { } count
            ? [.. Enumerable.Range(1, count).Select(i => new Located<string>($"{i:D2}", copies.At))]
            : copies.Names;
        if (copies.File is not { } file)
        {
            return names;
        }

        if (tables.TryGetValue(file, out var content))
        {
            return CsvNames.Read(file, content.Span, diagnostics);
        }

        diagnostics.Add(RuleDiagnostics.NoSuchFile(copies.At, $"Domain '{domain.Name.Value}'", file));
        return [];
    }

    private bool IsFree(Domain domain, Located<string> copy)
    {
        var name = NameOf(domain, copy.Value);
        var bad = Forms.DomainName.Accepts(name)
            ? domain.Machines.Select(m => NameOf(name, m)).FirstOrDefault(m => !Forms.MachineName.Accepts(m))
            : name;
        if (bad is not null)
        {
            var (what, form) = bad == name ? ("Domain", Forms.DomainName) : ("Machine", Forms.MachineName);
            diagnostics.Add(RuleDiagnostics.BadNameOfCopy(copy.At, what, bad, domain.Name.Value, form.Expected));
            return false;
        }

        if (!_taken.TryAdd(name, copy.At))
        {
            diagnostics.Add(RuleDiagnostics.CopyTaken(
                copy.At, copy.Value, domain.Name.Value, name, _taken[name].File, _taken[name].Line));
            return false;
        }

        return true;
    }

    private static Domain CopyOf(Domain domain, Copy copy)
    {
        var name = NameOf(domain, copy.Name.Value);
        var own = domain.Machines.Select(m => m.Name.Value).ToHashSet(StringComparer.Ordinal);
        return domain with
        {
            Name = domain.Name with { Value = name },
            Description = Fill(domain.Description, copy),
            Copies = null,
            Copy = copy,
            SubnetId = domain.SharedNetwork is null ? null : domain.SubnetId,
            Access = domain.Access is { } access
                ? access with { SshKeys = [.. access.SshKeys.Select(k => k with { Value = Fill(k.Value, copy) })] }
                : null,
            Profiles =
            [
                .. domain.Profiles.Select(p => p with
                {
                    Description = Fill(p.Description, copy), Config = Fill(p.Config, copy),
                }),
            ],
            Machines =
            [
                .. domain.Machines.Select(m => m with
                {
                    Name = m.Name with { Value = NameOf(name, m) },
                    TemplateName = m.Name.Value,
                    Description = Fill(m.Description, copy),
                    Ip = null,
                    Needs = [.. m.Needs.Select(n => own.Contains(n.Value) ? n with { Value = $"{name}-{n.Value}" } : n)],
                    Config = Fill(m.Config, copy),
                }),
            ],
        };
    }

    private static string NameOf(Domain domain, string copy) => $"{domain.Name.Value}-{copy}";

    private static string NameOf(string copy, Machine machine) => $"{copy}-{machine.Name.Value}";

    private static IReadOnlyList<Setting> Fill(IReadOnlyList<Setting> settings, Copy copy) =>
        settings.Any(NamesCopy)
            ? [.. settings.Select(s => NamesCopy(s) ? s with { Value = s.Value with { Value = Fill(s.Value.Value, copy) } } : s)]
            : settings;

    private static bool NamesCopy(Setting setting) =>
        setting.Key.Value.StartsWith(Environment, StringComparison.Ordinal)
        && (setting.Value.Value.Contains(NameText, StringComparison.Ordinal)
            || setting.Value.Value.Contains(IndexText, StringComparison.Ordinal));

    // These two texts alone; whatever else looks like a template stays what it is.
    private static string Fill(string text, Copy copy) => text
        .Replace(NameText, copy.Name.Value, StringComparison.Ordinal)
        .Replace(IndexText, copy.Index.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
