using System.Reflection;
using Incus.Infra.Core.Building;
using Incus.Infra.Incus;
using NetArchTest.Rules;

namespace Incus.Infra.Tasks.Tests;

/// <summary>A room is a namespace, which is a folder. Who reads them from the ground up meets nothing that comes later.</summary>
internal sealed class LayeringTests
{
    private static readonly Assembly Core = typeof(InfraBuild).Assembly;
    private static readonly Assembly Engine = typeof(Engine).Assembly;

    private static readonly Dictionary<Assembly, string[]> FromTheGroundUp = new()
    {
        [Core] =
        [
            "Diagnostics", "Yaml", "Dialect", "CommandLine", "Model", "Addressing", "Isolation", "Rules", "Rendering", "CSharp",
            "Picture", "Compiler", "Files", "Sections", "State", "Tree", "Building", "Importing", "Ansible",
        ],
        [Engine] =
        [
            "Model", "Diagnostics", "Api", "Desired", "Live", "Health", "Planning", "Importing", "Execution", "Snapshots",
            "Access", "Probing", "Status", "Protocol",
        ],
    };

    private static IEnumerable<TestCaseData> Rooms => FromTheGroundUp
        .SelectMany(a => a.Value.Select(room =>
            new TestCaseData(a.Key, room).SetArgDisplayNames($"{a.Key.GetName().Name}.{room}")));

    [TestCaseSource(nameof(Rooms))]
    public void A_room_uses_only_rooms_below_it(Assembly assembly, string room)
    {
        var rooms = FromTheGroundUp[assembly];
        var root = assembly.GetName().Name;
        string[] above = [.. rooms.SkipWhile(r => r != room).Skip(1).Select(r => $"{root}.{r}")];
        if (above is [])
        {
            return;
        }

        var types = Types.InAssembly(assembly).That().ResideInNamespace($"{root}.{room}");
        types.GetTypes().ShouldNotBeEmpty();
        (types.ShouldNot().HaveDependencyOnAny(above).GetResult().FailingTypeNames ?? []).ShouldBeEmpty();
    }

    [Test]
    public void Every_type_is_in_a_room_and_only_the_engine_itself_above_all() => FromTheGroundUp
        .SelectMany(a => a.Key.GetTypes()
            .Where(t => t.Namespace?.StartsWith(a.Key.GetName().Name!, StringComparison.Ordinal) == true)
            .Where(t => !a.Value.Contains(t.Namespace![(a.Key.GetName().Name!.Length)..].TrimStart('.')))
            .Select(t => t.DeclaringType ?? t))
        .Distinct()
        .ShouldBe([typeof(Engine)]);

    [Test]
    public void Neither_the_compiler_nor_the_engine_knows_MSBuild() => new[] { Core, Engine }
        .SelectMany(ReferencesOf)
        .ShouldNotContain(name => name.StartsWith("Microsoft.Build"));

    [Test]
    public void The_engine_carries_neither_the_compiler_nor_what_makes_diffs() =>
        ReferencesOf(Engine).Where(name => name.StartsWith("Incus.Infra") || name == "DiffPlex")
            .ShouldBe(["Incus.Infra.Diagnostics"]);

    [Test]
    public void Diagnostics_use_nothing_else() =>
        ReferencesOf(typeof(Diagnostic).Assembly).ShouldAllBe(name => name.StartsWith("System"));

    [Test]
    public void Tasks_read_no_YAML_and_make_no_diffs_themselves() =>
        ReferencesOf(typeof(InfraTask).Assembly).ShouldNotContain(name => name == "YamlDotNet" || name == "DiffPlex");

    [Test]
    public void What_nobody_can_reference_is_internal() => new[] { typeof(Diagnostic).Assembly, Core, Engine }
        .SelectMany(a => a.GetExportedTypes())
        .ShouldBeEmpty();

    [Test]
    public void No_task_file_is_longer_than_80_lines_and_no_base_of_tasks_longer_than_200() =>
        Directory.GetFiles(TasksFolder, "*.cs")
            .Where(file => File.ReadLines(file).Count() > (File.ReadAllText(file).Contains("abstract class") ? 200 : 80))
            .ShouldBeEmpty();

    private static string TasksFolder => typeof(LayeringTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == nameof(TasksFolder)).Value!;

    private static IEnumerable<string> ReferencesOf(Assembly assembly) => assembly.GetReferencedAssemblies().Select(a => a.Name!);
}
