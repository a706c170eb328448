using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.CSharp;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Isolation;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Picture;
using Incus.Infra.Core.Rendering;
using Incus.Infra.Core.Rules;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Compiler;

/// <summary>infra.yml to files: read, check, give addresses, render. A pure function of its sources.</summary>
internal static class InfraCompiler
{
    /// <summary>Compiles <paramref name="sources"/>; every fault is a diagnostic, none is thrown.</summary>
    public static Compilation Compile(Sources sources)
    {
        var check = Check(sources);
        if (check.Infra is null || check.Addresses is null)
        {
            return new Compilation(check.Diagnostics, [], check.References);
        }

        var files = TreeRenderer.Render(check.Infra, check.Addresses);
        if (sources.WantResponseFile)
        {
            files.Add(new GeneratedFile(ProjectFiles.ResponseFileName, Ownership.Once, ProjectFiles.ResponseFile));
        }

        if (sources.WantPicture)
        {
            files.AddRange(PictureFiles.Of(check.Infra, check.Addresses, Marks.None));
        }

        files.Add(new GeneratedFile(sources.LockPath, Ownership.Whole, LockFile.Write(check.Addresses.Lock)));
        return new Compilation(check.Diagnostics, files, check.References)
        {
            Infrastructure = check.Infra,
            Addresses = check.Addresses,
        };
    }

    /// <summary>Compiles <paramref name="sources"/> to C# in a namespace, or to null when there is an error.</summary>
    /// <param name="sources">What <see cref="Compile"/> reads.</param>
    /// <param name="rootNamespace">Any text; what C# does not allow in a namespace becomes an underscore.</param>
    /// <param name="diagnostics">All faults and remarks, sorted by place.</param>
    public static string? CompileCode(Sources sources, string rootNamespace, out IReadOnlyList<Diagnostic> diagnostics)
    {
        var check = Check(sources);
        diagnostics = check.Diagnostics;
        return check.Infra is null || check.Addresses is null ? null : InfraCode.Of(check.Infra, check.Addresses, rootNamespace);
    }

    private static Checked Check(Sources sources)
    {
        var diagnostics = new DiagnosticBag();
        var lockBag = new DiagnosticBag();
        var reading = Task.Run(() => LockFile.Read(sources.LockPath, sources.Lock, lockBag));
        var infra = Read(sources, diagnostics);
        var oldLock = reading.GetAwaiter().GetResult();
        oldLock = oldLock with { Id = oldLock.Id ?? sources.NewId };
        diagnostics.AddRange(lockBag);
        if (infra is null)
        {
            return new Checked([.. diagnostics], [], null, null);
        }

        var references = References.Of(infra).ToList();
        NameRules.Check(infra, diagnostics);
        TargetRules.Check(infra, diagnostics);
        RenameRules.Check(infra, diagnostics);
        var addresses = AddressAllocator.Allocate(infra, oldLock, diagnostics);
        InstanceRules.Check(infra, diagnostics);
        ImageRules.Check(infra, diagnostics);
        CardRules.Check(infra, addresses, diagnostics);
        PortRules.Check(infra, diagnostics);
        ProxyRules.Check(infra, addresses, diagnostics);
        GpuRules.Check(infra, diagnostics);
        var policies = new Policies(infra);
        PolicyRules.Check(infra, policies, diagnostics);
        RemoteRules.Check(infra, policies, diagnostics);
        DetourRules.Check(infra, policies, diagnostics);
        WayOutRules.Check(infra, policies, diagnostics);
        SharingRules.Check(infra, diagnostics);
        FolderRules.Check(infra, diagnostics);
        ShareRules.Check(infra, diagnostics);
        ProvisionRules.Check(infra, diagnostics);
        NeedsRules.Check(infra, diagnostics);
        AccessRules.Check(infra, diagnostics);
        return new Checked([.. diagnostics], references, diagnostics.HasErrors ? null : infra, addresses);
    }

    private static Infrastructure? Read(Sources sources, DiagnosticBag diagnostics)
    {
        var root = YamlReader.Read(sources.InfraPath, sources.Infra.Span, diagnostics);
        if (root is null)
        {
            return null;
        }

        if (root is YamlMapping other && other.Find("project_name") is null
            && other.Entries.FirstOrDefault(e => e.Key.Text == InfraDialect.KeyOfOtherFormat).Key is { } key)
        {
            diagnostics.Add(ReadingDiagnostics.OtherFormat(key.Location));
            return null;
        }

        new ShapeChecker(diagnostics).Check(root, InfraDialect.Root, sources.InfraPath);
        if (root is not YamlMapping mapping)
        {
            return null;
        }

        var keys = new NamedKeys(sources.KeyFiles, diagnostics);
        var infra = new UserKeys(keys).Complete(ModelBinder.Bind(mapping));
        return new GivenFolders(diagnostics).Complete(
            new GivenKeys(keys, diagnostics).Complete(new CopyExpansion(sources.Tables, diagnostics).Expand(infra)));
    }

    // All but rendering. On any error there is no infrastructure.
    private sealed record Checked(
        IReadOnlyList<Diagnostic> Diagnostics,
        IReadOnlyList<Reference> References,
        Infrastructure? Infra,
        AddressPlan? Addresses);
}
