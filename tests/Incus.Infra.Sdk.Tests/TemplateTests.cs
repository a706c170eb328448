using System.Text.Json;
using System.Text.RegularExpressions;
using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>The template package as <c>dotnet new</c> uses it.</summary>
[Category("Slow")]
internal sealed partial class TemplateTests : SdkTest
{
    private static readonly string[] Files =
    [
        ".gitattributes", ".gitignore", ".vscode/extensions.json", ".vscode/infra.schema.json", ".vscode/tasks.json", "README.md",
        "infra.proj", "infra.yml",
    ];

    [SetUp]
    public void Install()
    {
        Sandbox.UseFeeds(Stamp.Feed, Stamp.PackageFolder);
        Sandbox.Run(Sandbox.Dotnet, "new", "install", Stamp.TemplatePackage).ShouldSucceed();
    }

    [Test]
    public void Every_combination_of_options_builds_without_a_warning(
        [Values("trust-level", "subnet-id")] string dialect, [Values] bool samples)
    {
        // Without tests there are the same files but these.
        New("without", "--dialect", dialect, "--samples", $"{samples}");
        FilesOf("without").ShouldBe(Files, ignoreOrder: true);
        New("lab", "--dialect", dialect, "--samples", $"{samples}", "--tests");
        FilesOf("lab").ShouldBe([.. Files, "tests/ReachabilityTests.cs", "tests/lab.Tests.csproj"], ignoreOrder: true);
        Project.Read("lab/infra.yml").ShouldSatisfyAllConditions(
            yaml => yaml.Contains("trust-level", StringComparison.Ordinal).ShouldBeFalse(),
            yaml => yaml.Contains("addressing:", StringComparison.Ordinal).ShouldBe(dialect == "trust-level"),
            yaml => yaml.Contains("machines:", StringComparison.Ordinal).ShouldBe(samples));
        Sandbox.Build("lab").ShouldSucceed();
        Project.Has("lab/site.yml").ShouldBeTrue();
    }

    [Test]
    public void With_a_feed_it_finds_the_SDK_there_and_all_other_packages_where_this_machine_has_them()
    {
        Sandbox.UseFeeds(Stamp.PackageFolder);
        Sandbox.Set("NUGET_PACKAGES", Project.At("cache"));

        New("lab", "--tests", "--samples", "false", "--feed", Stamp.Feed).Output.ShouldContain("'dotnet build' checks infra.yml");

        Sandbox.Build("lab/tests").ShouldSucceed();
    }

    [TestCase("my.lab 1.2")]
    [TestCase("1-lab")]
    public void A_name_with_spaces_and_dots_is_kept(string name)
    {
        New(name, "--tests");

        Project.Read($"{name}/infra.yml").ShouldContain($"project_name: \"{name}\"\n");
        Sandbox.Build($"{name}/tests/{name}.Tests.csproj").ShouldSucceed();
    }

    [Test]
    public void The_problem_matcher_of_VS_Code_finds_a_mistake_in_infra_yml()
    {
        New("lab");
        Project.Edit("lab/infra.yml", "trust_level: trusted", "trust_level: tursted");
        var task = JsonDocument.Parse(Project.Read("lab/.vscode/tasks.json")).RootElement;
        var pattern = task.GetProperty("problemMatcher").GetProperty("pattern");
        var build = task.GetProperty("tasks")[0].GetProperty("args").EnumerateArray().Select(a => a.GetString()!).ToArray();
        build[1] = "lab/" + build[1];

        var output = Sandbox.Run(Sandbox.Dotnet, build).Output;

        var problem = Regex.Match(output, pattern.GetProperty("regexp").GetString()!, RegexOptions.Multiline);
        Part("file").ShouldBe("infra.yml");
        Part("line").ShouldBe("12");
        Part("column").ShouldBe("18");
        Part("severity").ShouldBe("error");
        Part("code").ShouldStartWith("INFRA1");
        Part("message").ShouldEndWith("Did you mean 'trusted'?");

        string Part(string name) => problem.Groups[pattern.GetProperty(name).GetInt32()].Value;
    }

    [Test]
    public void The_versions_in_the_template_are_those_of_this_repository()
    {
        New("lab", "--tests");
        var central = File.ReadAllText(Path.Join(Stamp.RepositoryFolder, "Directory.Packages.props"));
        var project = Project.Read("lab/tests/lab.Tests.csproj");

        Project.Read("lab/infra.proj").ShouldContain($"Incus.Infra.Sdk/{Stamp.PackageVersion}\"");
        project.ShouldContain($"Name=\"Incus.Infra.Sdk\" Version=\"{Stamp.PackageVersion}\"");
        PackageReference().Matches(project).Select(m => m.Groups[1].Value)
            .ShouldAllBe(reference => central.Contains($"<PackageVersion {reference}", StringComparison.Ordinal));
    }

    private CommandResult New(string name, params string[] options) =>
        Sandbox.Run(Sandbox.Dotnet, ["new", "incus-infra", "--name", name, .. options]).ShouldSucceed();

    private IEnumerable<string> FilesOf(string folder) => Directory
        .EnumerateFiles(Project.At(folder), "*", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Project.At(folder), f));

    [GeneratedRegex("<PackageReference (Include=\"[^\"]+\" Version=\"[^\"]+\")")]
    private static partial Regex PackageReference();
}
