using Incus.Infra.Core.Addressing;
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
        var diagnostics = new DiagnosticBag();
        var lockBag = new DiagnosticBag();
        var reading = Task.Run(() => LockFile.Read(sources, lockBag));
        var infra = Read(sources, diagnostics);
        var oldLock = reading.GetAwaiter().GetResult();
        diagnostics.AddRange(lockBag);
        if (infra is null)
        {
            return new Compilation(Sorted(sources, diagnostics), [], []);
        }

        var references = References.Of(infra).ToList();
        NameRules.Check(infra, diagnostics);
        var addresses = AddressAllocator.Allocate(infra, oldLock, diagnostics);
        InstanceRules.Check(infra, diagnostics);
        GpuRules.Check(infra, diagnostics);
        SharingRules.Check(infra, diagnostics);
        ProvisionRules.Check(infra, diagnostics);
        if (diagnostics.HasErrors)
        {
            return new Compilation(Sorted(sources, diagnostics), [], references);
        }

        var files = TreeRenderer.Render(infra, addresses);
        files.Add(new GeneratedFile(sources.LockPath, Ownership.Whole, LockFile.Write(addresses.Lock)));
        return new Compilation(Sorted(sources, diagnostics), files, references);
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
