using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>Images of the file's own: their names, what they are made of, and who uses them.</summary>
internal static class ImageRules
{
    public static void Check(Infrastructure infra, DiagnosticBag diagnostics)
    {
        if (infra.Images.Count == 0)
        {
            return;
        }

        CheckNames(infra, diagnostics);
        foreach (var image in infra.Images)
        {
            InstanceRules.CheckImage(image.Builder.Label, image.Builder.OsImage, diagnostics);
            InstanceRules.CheckVariables(image.Builder.Label, image.Builder, diagnostics);
            CheckType(infra, image.Builder, diagnostics);
        }

        CheckRings(infra, diagnostics);
        foreach (var (domain, machine) in infra.Domains.SelectMany(d => d.Machines.Select(m => (d, m))))
        {
            CheckType(infra, machine, diagnostics);
            if (domain.Remote is { } remote && infra.ImageOf(machine) is { } image)
            {
                diagnostics.Add(RuleDiagnostics.ImageOnRemote(
                    Place(machine), machine.Name.Value, image.Name.Value, domain.Name.Value, remote.Value));
            }
        }
    }

    // Each is built in a machine of its name, in a domain that is there only for that.
    private static void CheckNames(Infrastructure infra, DiagnosticBag diagnostics)
    {
        var machines = infra.Domains.SelectMany(d => d.Machines).DistinctBy(m => m.Name.Value)
            .ToDictionary(m => m.Name.Value, m => m.Name.At.Line, StringComparer.Ordinal);
        foreach (var (name, at) in infra.Images.Select(i => i.Name))
        {
            NameRules.CheckReserved("Image", new(name, at), diagnostics);
            if (machines.TryGetValue(name, out var line))
            {
                diagnostics.Add(RuleDiagnostics.ImageNamedLikeMachine(at, name, line));
            }
        }

        var taken = infra.Domains.SelectMany(d => new[] { d.Name, d.NetworkOwner }.Select(n => ("Domain", n)))
            .Concat(infra.Images.Select(i => ("Image", i.Name)))
            .Concat(infra.Domains.SelectMany(d => d.Machines).Select(m => ("Machine", m.Name)))
            .Where(n => n.Item2.Value == InfraDialect.ImageDomain);
        foreach (var (what, name) in taken.Distinct())
        {
            diagnostics.Add(RuleDiagnostics.NamedLikeImageDomain(name.At, what));
        }
    }

    private static void CheckType(Infrastructure infra, Machine machine, DiagnosticBag diagnostics)
    {
        if (infra.ImageOf(machine) is { Builder.IsVirtualMachine: { } isForVirtual } image
            && machine.IsVirtualMachine is { } isVirtual && isVirtual != isForVirtual)
        {
            diagnostics.Add(RuleDiagnostics.ImageOfOtherType(Place(machine), machine.Label, image.Name.Value, isForVirtual));
        }
    }

    private static void CheckRings(Infrastructure infra, DiagnosticBag diagnostics)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in infra.Images)
        {
            List<string> way = [];
            for (var image = start; image is not null && seen.Add(image.Name.Value);)
            {
                way.Add(image.Name.Value);
                var from = image.Builder.OsImage;
                image = from is { } parent ? infra.FindImage(parent.Value) : null;
                if (image is not null && way.IndexOf(image.Name.Value) is >= 0 and var first)
                {
                    diagnostics.Add(RuleDiagnostics.ImagesRing(from!.Value.At, way.Skip(first).Append(image.Name.Value)));
                }
            }
        }
    }

    private static SourceLocation Place(Machine machine) => machine.OsImage?.At ?? machine.Name.At;
}
