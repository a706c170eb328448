using System.Reflection;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Incus;
using PublicApiGenerator;

namespace Incus.Infra.Tasks.Tests;

/// <summary>The public API of the assemblies in the package is frozen in <c>PublicApi/</c>; UPDATE_GOLDEN=1 rewrites it.</summary>
[TestFixture]
internal sealed class PublicApiTests
{
    private static readonly string Folder = typeof(PublicApiTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "PublicApiFolder").Value!;

    [TestCase(typeof(Diagnostic))]
    [TestCase(typeof(Engine))]
    [TestCase(typeof(InfraTask))]
    public void The_public_API_is_frozen(Type member)
    {
        ArgumentNullException.ThrowIfNull(member);
        var api = member.Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n") + "\n";
        var file = Path.Join(Folder, $"{member.Assembly.GetName().Name}.golden");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(file, api);
            return;
        }

        api.ShouldBe(File.ReadAllText(file), $"UPDATE_GOLDEN=1 dotnet test rewrites {file}.");
    }
}
