using Incus.Infra.Sdk.Tests.Harness;
using Incus.Infra.Testing;

namespace Incus.Infra.Sdk.Tests.Documentation;

/// <summary>A reader who follows a page gets what it shows.</summary>
internal sealed class DocumentedCommandTests : SdkTest
{
    /// <summary>The commands that the run of the tests itself is the proof of, and why they cannot run inside of it.</summary>
    private static readonly Dictionary<string, string> NotRun = new()
    {
        ["git clone https://github.com/incus-infra/incus-infra-sdk.git incus-infra-sdk"] =
            "needs a network; the tests run in a clone",
        ["dotnet build build.proj -t:Pack"] = "made the packages of this run, and would take them away under the other tests",
        ["dotnet build build.proj -t:Test"] = "is what runs",
        ["dotnet build build.proj -t:Demo"] = "packs too; DemoTests runs what it does with the package",
    };

    private static readonly string[] Pages = ["README.md", "docs/quickstart.md", "docs/lab-teaching.md"];

    private string Clone => Path.Join(Path.GetDirectoryName(Project.Path), "incus-infra-sdk");

    [SetUp]
    public void CloneRepository()
    {
        Sandbox.UseImageCache();
        // A reader has none above the project.
        File.Delete(Path.Join(Path.GetDirectoryName(Project.Path), "Directory.Build.rsp"));
        Copy(".build", "*");
        Copy("samples/lab-teaching", "infra.*");
        Copy("samples/lab-teaching", "*.csv");
        Copy("artifacts/packages", "*.nupkg");
    }

    /// <summary>A page that failed has not come to where it stops its Incus; the shell that owned it is gone.</summary>
    [TearDown]
    public void ReapIncus()
    {
        if (TestContext.CurrentContext.Test.Properties["Category"].Contains("Incus"))
        {
            Tool.Run(new Dictionary<string, string?>(), Tool.Script("embedded-incus"), "reap");
        }
    }

    [Test]
    public void The_tour_of_the_README_happens_as_it_shows() => Run("README.md", Project.Path);

    [Test]
    [Category("Slow")]
    [Category("Incus")]
    public void The_quickstart_leads_to_a_page_that_a_container_serves() =>
        Run("docs/quickstart.md", Path.GetDirectoryName(Project.Path)!);

    [Test]
    [Category("Slow")]
    [Category("Incus")]
    public void A_lesson_goes_as_the_page_for_teachers_shows() =>
        Run("docs/lab-teaching.md", Path.GetDirectoryName(Project.Path)!);

    [TestCase("README")]
    [TestCase("docs/lab-teaching")]
    public void A_French_page_takes_the_same_steps(string page) =>
        Walkthrough.Of($"{page}_FR.md").ShouldBe(Walkthrough.Of($"{page}.md"));

    [Test]
    public void Each_command_that_is_not_run_is_on_a_page() => Pages
        .SelectMany(Walkthrough.Of)
        .OfType<RunStep>()
        .Select(s => s.Command)
        .Where(NotRun.ContainsKey)
        .Distinct()
        .ShouldBe(NotRun.Keys, ignoreOrder: true);

    private void Run(string page, string folder) =>
        PageShell.Run(
            Sandbox, folder, [.. Walkthrough.Of(page).Where(s => s is not RunStep run || !NotRun.ContainsKey(run.Command))]);

    private void Copy(string folder, string files)
    {
        var target = Directory.CreateDirectory(Path.Join(Clone, folder)).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Join(Stamp.RepositoryFolder, folder), files))
        {
            File.Copy(file, Path.Join(target, Path.GetFileName(file)));
        }
    }
}
