using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Diagnostic = Microsoft.CodeAnalysis.Diagnostic;

namespace Incus.Infra.Core.Tests.CSharp;

/// <summary>Compiles generated C# against netstandard2.0, with every warning there is.</summary>
internal static class CSharpCompiler
{
    private const int HighestWarningLevel = 9999;

    /// <summary>Makes the compiler look at names as an assembly that other languages use must have them.</summary>
    private const string ClsCompliant = "[assembly: System.CLSCompliant(true)]";

    private static readonly List<PortableExecutableReference> References =
    [
        .. Directory.EnumerateFiles(NetStandardFolder, "*.dll").Select(f => MetadataReference.CreateFromFile(f)),
    ];

    private static string NetStandardFolder => typeof(CSharpCompiler).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == nameof(NetStandardFolder)).Value!;

    /// <summary>The diagnostics of some sources in one assembly, hidden ones aside.</summary>
    public static IEnumerable<string> Faults(LanguageVersion version, params IEnumerable<string> sources) =>
        Faults(Compile(version, sources).GetDiagnostics());

    /// <summary>The assembly that some sources make, which must have no fault; unloading it ends its use.</summary>
    public static Assembly Load(AssemblyLoadContext context, LanguageVersion version, params IEnumerable<string> sources)
    {
        using var image = new MemoryStream();
        Faults(Compile(version, sources).Emit(image).Diagnostics).ShouldBeEmpty();
        image.Position = 0;
        return context.LoadFromStream(image);
    }

    private static IEnumerable<string> Faults(IEnumerable<Diagnostic> diagnostics) =>
        diagnostics.Where(d => d.Severity != DiagnosticSeverity.Hidden).Select(d => d.ToString());

    private static CSharpCompilation Compile(LanguageVersion version, IEnumerable<string> sources)
    {
        var parsing = new CSharpParseOptions(version, DocumentationMode.Diagnose);
        return CSharpCompilation.Create(
            "Generated",
            sources.Prepend(ClsCompliant).Select(s => CSharpSyntaxTree.ParseText(s, parsing)),
            References,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                warningLevel: HighestWarningLevel,
                nullableContextOptions: NullableContextOptions.Enable));
    }
}
