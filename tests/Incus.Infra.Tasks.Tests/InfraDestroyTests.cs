using Microsoft.Build.Utilities;

namespace Incus.Infra.Tasks.Tests;

/// <summary>What Destroy refuses before it asks any Incus.</summary>
internal sealed class InfraDestroyTests
{
    private readonly RecordingBuildEngine _engine = new();
    private string _folder = "";

    [SetUp]
    public void MakeProject() => _folder = Directory.CreateTempSubdirectory("infra-destroy-").FullName;

    [TearDown]
    public void DeleteProject() => Directory.Delete(_folder, recursive: true);

    [TestCase(":")]
    [TestCase("lab*")]
    [TestCase("lab:!home")]
    public void A_list_of_domains_that_is_not_one_never_means_all(string domains)
    {
        File.WriteAllText(Path.Join(_folder, "infra.yml"), "project_name: lab\n");

        Execute(new InfraDestroy { Domain = domains }).ShouldBe("INFRA5011");
    }

    [Test]
    public void Without_an_identity_there_is_nothing_to_look_for() => Execute(new InfraDestroy()).ShouldBe("INFRA5031");

    private string Execute(InfraDestroy task)
    {
        task.BuildEngine = _engine;
        task.Project = new TaskItem(Path.Join(_folder, "infra.proj"), new Dictionary<string, string>
        {
            ["InfraFile"] = "infra.yml",
            ["LockFile"] = "infra.lock.yml",
            ["IntermediateDirectory"] = "obj/",
        });
        task.Execute().ShouldBeFalse();
        return _engine.Errors.ShouldHaveSingleItem().Code;
    }
}
