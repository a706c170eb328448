using System.Globalization;
using System.Text;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Tests.Documentation;

namespace Incus.Infra.Core.Tests;

/// <summary>Compiles infra.yml texts and shortens what came of them to what a test compares.</summary>
internal static class Compiling
{
    /// <summary>The first three lines of most test files; domains follow from line 4.</summary>
    public const string Head = """
        project_name: test
        global: { base_subnet: "10.1", default_os_image: "images:debian/12" }
        domains:

        """;

    /// <summary>The same with addresses by trust level.</summary>
    public const string ZonedHead = """
        project_name: test
        global: { addressing: { zone_base: 100 }, default_os_image: "images:debian/12" }
        domains:

        """;

    /// <summary>The smallest file without fault, three lines long.</summary>
    public const string Minimal = "project_name: test\nglobal: {base_subnet: \"10.1\"}\ndomains: {}\n";

    /// <summary>A file with one machine, whose keys, in flow style, begin at line 7, column 7.</summary>
    public static string Machine(string keys) => $$$"""
        {{{Head}}}  lab:
            subnet_id: 1
            machines: {web: {
              {{{keys}}}
              }}

        """;

    public static Compilation Compile(string infra, string? addressLock = null) => Compile(
        Encoding.UTF8.GetBytes(infra),
        addressLock is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(addressLock));

    public static Compilation Compile(byte[] infra, ReadOnlyMemory<byte>? addressLock = null) =>
        InfraCompiler.Compile(
            new Sources("infra.yml", infra, "infra.lock.yml", addressLock, "00000000-0000-4000-8000-000000000001"));

    /// <summary>A sample as it is committed, with its CSV files.</summary>
    public static Compilation Sample(string name)
    {
        var files = Directory.GetFiles(Path.Join(Repository.Root, "samples", name))
            .ToDictionary(f => Path.GetFileName(f), f => new ReadOnlyMemory<byte>(System.IO.File.ReadAllBytes(f)));
        return InfraCompiler.Compile(
            new Sources("infra.yml", files["infra.yml"], "infra.lock.yml", files["infra.lock.yml"], "unused") { Tables = files });
    }

    /// <summary>Each diagnostic as <c>INFRA0000 line:column</c>.</summary>
    public static IReadOnlyList<string> Codes(string infra, string? addressLock = null) =>
        Codes(Compile(infra, addressLock));

    public static IReadOnlyList<string> Codes(Compilation compilation) => Codes(compilation.Diagnostics);

    public static IReadOnlyList<string> Codes(IEnumerable<Diagnostic> diagnostics) =>
    [
        .. diagnostics.Select(d => string.Create(
            CultureInfo.InvariantCulture, $"{d.Code} {d.Location.Line}:{d.Location.Column}")),
    ];

    /// <summary>The only diagnostic.</summary>
    public static Diagnostic Fault(string infra, string? addressLock = null) =>
        Compile(infra, addressLock).Diagnostics.ShouldHaveSingleItem();

    /// <summary>The text of one generated file of an infra.yml without errors.</summary>
    public static string File(string path, string infra, string? addressLock = null)
    {
        var compilation = Compile(infra, addressLock);
        compilation.Succeeded.ShouldBeTrue(string.Join('\n', compilation.Diagnostics));
        return compilation.TextOf(path);
    }

    /// <summary>The text of one generated file.</summary>
    public static string TextOf(this Compilation compilation, string path) =>
        compilation.Files.Single(f => f.Path == path).Text;

    /// <summary>Each diagnostic as <c>file(line,column) INFRA0000</c>.</summary>
    public static IEnumerable<string> Faults(this Compilation compilation) =>
        compilation.Diagnostics.Select(d => $"{d.Location.File}({d.Location.Line},{d.Location.Column}) {d.Code}");
}
