using System.Text;
using Incus.Infra.Core.Compiler;

namespace Incus.Infra.Core.Tests.CSharp;

/// <summary>infra.yml to the text of Infra.g.cs.</summary>
internal static class CompilingCode
{
    public static string Code(string infra, string rootNamespace = "Lab")
    {
        var code = InfraCompiler.CompileCode(
            new Sources(
                "infra.yml", Encoding.UTF8.GetBytes(infra), "infra.lock.yml", null, "00000000-0000-4000-8000-000000000001"),
            rootNamespace,
            out var diagnostics);
        return code.ShouldNotBeNull(string.Join('\n', diagnostics));
    }

    /// <summary>Domains in base_subnet style, each with its machines and the keys of those in flow style.</summary>
    public static string Code(params (string Domain, string[] Machines)[] domains) =>
        Code(Compiling.Head + string.Concat(domains.Select((d, i) =>
            $"  {d.Domain}:\n    subnet_id: {i}\n"
            + $"    machines: {{ {string.Join(", ", d.Machines.Select(m => $"{m}: {{}}"))} }}\n")));
}
