using System.Reflection;
using PublicApiGenerator;

namespace Incus.Infra.Tasks.Tests;

/// <summary>
/// What projects can name: the tasks and their parameters. UPDATE_GOLDEN=1 rewrites the list in <c>PublicApi/</c>.
/// </summary>
internal sealed class PublicApiTests
{
    [Test]
    public void The_public_API_is_frozen()
    {
        var tasks = typeof(InfraTask).Assembly;
        var options = new ApiGeneratorOptions { IncludeAssemblyAttributes = false };
        var api = tasks.GeneratePublicApi(options).ReplaceLineEndings("\n") + "\n";
        var folder = typeof(PublicApiTests).Assembly
            .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "PublicApiFolder").Value!;
        var file = Path.Join(folder, $"{tasks.GetName().Name}.golden");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(file, api);
            return;
        }

        api.ShouldBe(File.ReadAllText(file), $"UPDATE_GOLDEN=1 dotnet test rewrites {file}.");
    }
}
