using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Incus.Infra.Tasks.Tests;

internal sealed class InfraTaskTests
{
    private const string OneMachine = """
        project_name: test
        global:
          base_subnet: "10.100"
          default_os_image: images:debian/13
        domains:
          home:
            subnet_id: 0
            machines:
              web: {}
        """;

    private readonly RecordingBuildEngine _engine = new();
    private string _folder = "";

    [SetUp]
    public void MakeProject() => _folder = Directory.CreateTempSubdirectory("infra-tasks-").FullName;

    [TearDown]
    public void DeleteProject() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_valid_infra_yml_succeeds_and_its_tree_is_written()
    {
        Write("infra.yml", OneMachine);

        Prepare(new InfraSync()).Execute().ShouldBeTrue();

        _engine.Errors.ShouldBeEmpty();
        File.Exists(Path.Join(_folder, "inventory", "home.yml")).ShouldBeTrue();
        SummaryLines().ShouldHaveSingleItem().ShouldMatch(@"^infra -> \d+ files written, 0 unchanged$");
    }

    [Test]
    public void A_second_run_is_up_to_date()
    {
        Write("infra.yml", OneMachine);
        Prepare(new InfraSync()).Execute();
        _engine.Messages.Clear();

        Prepare(new InfraSync()).Execute().ShouldBeTrue();

        SummaryLines().ShouldBe(["infra -> up to date"]);
    }

    [Test]
    public void A_fault_in_infra_yml_fails_the_task_and_has_no_summary()
    {
        Write("infra.yml", "domains: [");

        Prepare(new InfraSync()).Execute().ShouldBeFalse();

        _engine.Errors.ShouldNotBeEmpty();
        _engine.Errors.ShouldAllBe(e => e.File == "infra.yml" && e.Code.StartsWith("INFRA") && e.LineNumber > 0);
        SummaryLines().ShouldBeEmpty();
    }

    [Test]
    public void Validate_finds_the_same_faults_and_writes_nothing()
    {
        Write("infra.yml", "domains: [");

        Prepare(new InfraValidate()).Execute().ShouldBeFalse();

        _engine.Errors.ShouldNotBeEmpty();
        Directory.GetFileSystemEntries(_folder).ShouldBe([Path.Join(_folder, "infra.yml")]);
    }

    [Test]
    public void SyncDry_shows_a_diff_and_fails_only_when_asked()
    {
        Write("infra.yml", OneMachine);

        Prepare(new InfraSyncDry()).Execute().ShouldBeTrue();
        Prepare(new InfraSyncDry { FailOnChange = true }).Execute().ShouldBeFalse();

        SummaryLines().ShouldAllBe(line => line.Contains("\n+++ "));
        _engine.Errors.ShouldHaveSingleItem().Code.ShouldBe("INFRA5002");
    }

    [Test]
    public void A_cancelled_task_ends_without_success_and_without_a_fault()
    {
        Write("infra.yml", OneMachine);
        var task = Prepare(new InfraSync());

        task.Cancel();

        task.Execute().ShouldBeFalse();
        _engine.Errors.ShouldBeEmpty();
        Directory.Exists(Path.Join(_folder, "inventory")).ShouldBeFalse();
    }

    private T Prepare<T>(T task)
        where T : InfraTask
    {
        task.BuildEngine = _engine;
        task.Project = new TaskItem(Path.Join(_folder, "infra.proj"), new Dictionary<string, string>
        {
            ["InfraFile"] = "infra.yml",
            ["LockFile"] = "infra.lock.yml",
            ["IntermediateDirectory"] = "obj/",
        });
        return task;
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Join(_folder, name), text);

    private List<string> SummaryLines() =>
        [.. _engine.Messages.Where(m => m.Importance == MessageImportance.High).Select(m => m.Message!)];
}
