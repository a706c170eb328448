using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.CSharp;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Reading;
using Incus.Infra.Core.Rendering;
using Incus.Infra.Core.Rules;

namespace Incus.Infra.Core.Building;

/// <summary>infra.yml to files: read, check, give addresses, render. A pure function of its sources.</summary>
public static class InfraCompiler
{
    /// <summary>Compiles <paramref name="sources"/>; every fault is a diagnostic, none is thrown.</summary>
    public static Compilation Compile(Sources sources)
    {
        var diagnostics = Check(sources, out var infra, out var addresses);
        if (infra is null || addresses is null)
        {
            return new Compilation(diagnostics, []);
        }

        var files = TreeRenderer.Render(infra, addresses);
        files.Add(new GeneratedFile(sources.LockPath, Ownership.Whole, LockFile.Write(addresses.Lock)));
        return new Compilation(diagnostics, files) { Infrastructure = infra };
    }

    /// <summary>Compiles <paramref name="sources"/> to C# in a namespace, or to null when there is an error.</summary>
    /// <param name="sources">What <see cref="Compile"/> reads.</param>
    /// <param name="rootNamespace">Any text; what C# does not allow in a namespace becomes an underscore.</param>
    /// <param name="diagnostics">All faults and remarks, sorted by place.</param>
    public static string? CompileCode(Sources sources, string rootNamespace, out IReadOnlyList<Diagnostic> diagnostics)
    {
        diagnostics = Check(sources, out var infra, out var addresses);
        return infra is null || addresses is null ? null : InfraCode.Of(infra, addresses, rootNamespace);
    }

    /// <summary>All but rendering. On any error there is no infrastructure.</summary>
    private static List<Diagnostic> Check(Sources sources, out Infrastructure? infra, out AddressPlan? addresses)
    {
        var diagnostics = new DiagnosticBag();
        var lockBag = new DiagnosticBag();
        var reading = Task.Run(() => LockFile.Read(sources, lockBag));
        infra = Read(sources, diagnostics);
        addresses = null;
        var oldLock = reading.GetAwaiter().GetResult();
        diagnostics.AddRange(lockBag);
        if (infra is null)
        {
            return Sorted(sources, diagnostics);
        }

        NameRules.Check(infra, diagnostics);
        addresses = AddressAllocator.Allocate(infra, oldLock, diagnostics);
        InstanceRules.Check(infra, diagnostics);
        GpuRules.Check(infra, diagnostics);
        SharingRules.Check(infra, diagnostics);
        infra = diagnostics.HasErrors ? null : infra;
        return Sorted(sources, diagnostics);
    }

    private static Infrastructure? Read(Sources sources, DiagnosticBag diagnostics)
    {
        var root = YamlReader.Read(sources.InfraPath, sources.Infra.Span, diagnostics);
        if (root is null)
        {
            return null;
        }

        new ShapeChecker(diagnostics).Check(root, InfraDialect.Root, sources.InfraPath);
        return root is YamlMapping mapping ? ModelBinder.Bind(mapping) : null;
    }

    private static List<Diagnostic> Sorted(Sources sources, DiagnosticBag diagnostics)
    {
        var all = diagnostics.ToList();
        if (diagnostics.Dropped > 0)
        {
            all.Add(ReadingDiagnostics.MoreFaults(new SourceLocation(sources.InfraPath), diagnostics.Dropped));
        }

        return all;
    }
}
