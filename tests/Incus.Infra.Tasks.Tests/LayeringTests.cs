using System.Reflection;
using Incus.Infra.Core.Building;

namespace Incus.Infra.Tasks.Tests;

internal sealed class LayeringTests
{
    [Test]
    public void Core_knows_nothing_of_MSBuild() =>
        ReferencesOf(typeof(InfraBuild)).ShouldNotContain(name => name.StartsWith("Microsoft.Build"));

    [Test]
    public void Tasks_read_no_YAML_and_make_no_diffs_themselves() =>
        ReferencesOf(typeof(InfraTask)).ShouldNotContain(name => name == "YamlDotNet" || name == "DiffPlex");

    [Test]
    public void No_task_file_is_longer_than_80_lines_and_no_base_of_tasks_longer_than_200() =>
        Directory.GetFiles(TasksFolder, "*.cs")
            .Where(file => File.ReadLines(file).Count() > (File.ReadAllText(file).Contains("abstract class") ? 200 : 80))
            .ShouldBeEmpty();

    private static string TasksFolder => typeof(LayeringTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == nameof(TasksFolder)).Value!;

    private static IEnumerable<string> ReferencesOf(Type type) =>
        type.Assembly.GetReferencedAssemblies().Select(a => a.Name!);
}
