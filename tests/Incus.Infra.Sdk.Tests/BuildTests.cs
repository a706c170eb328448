using System.Text.RegularExpressions;
using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

internal sealed class BuildTests : SdkTest
{
    [Test]
    public void One_line_of_project_and_an_infra_yml_build_to_a_tree()
    {
        Sandbox.Build().ShouldSucceed().Summary.ShouldBe("9 files written, 0 unchanged");

        Project.Tree().Keys.ShouldBe(GoldenTree().Keys);
    }

    [Test]
    public void The_tree_is_the_expected_one_to_the_byte()
    {
        Sandbox.Build().ShouldSucceed();

        Tree().ShouldBe(GoldenTree());
    }

    [Test]
    public void An_error_in_infra_yml_points_at_its_line_and_nothing_is_written()
    {
        Project.Edit("infra.yml", "subnet_id: 0", "subnet_id: 300");
        var before = Project.Tree();

        var result = Sandbox.Build();

        result.ShouldFailWith("INFRA1052");
        result.Output.ShouldMatch(@"(?m)^infra\.yml\(11,16\): error INFRA1052: ");
        Project.Tree().ShouldBe(before);
    }

    [Test]
    public void All_faults_are_reported_in_one_run()
    {
        Project.Edit("infra.yml", "subnet_id: 0", "subnet_id: 300");
        Project.Edit("infra.yml", "project_name: minimal", "project_name: \"\"");

        Sandbox.Build().Output.ShouldSatisfyAllConditions(
            output => output.ShouldContain("infra.yml(11,16): error"),
            output => output.ShouldContain("infra.yml(3,15): error"));
    }

    [Test]
    public void A_missing_infra_yml_is_a_coded_error()
    {
        Project.Delete("infra.yml");

        Sandbox.Build().ShouldFailWith("INFRA1001");
    }

    [Test]
    public void Neither_Ansible_nor_Incus_is_needed_to_build()
    {
        Sandbox.Set("PATH", "/nowhere");

        Sandbox.Build().ShouldSucceed();
    }

    [Test]
    public void Two_builds_at_once_end_with_one_whole_tree()
    {
        var first = Sandbox.StartBuild();
        var second = Sandbox.StartBuild();

        first.Wait().ShouldSucceed();
        second.Wait().ShouldSucceed();
        Tree().ShouldBe(GoldenTree());
    }

    // Each infrastructure has an id of its own.
    private SortedDictionary<string, string> Tree()
    {
        var (own, sample) = (IdIn(Project.Read("infra.lock.yml")), IdIn(GoldenTree()["infra.lock.yml"]));
        own.ShouldNotBe(sample);
        return new(
            Project.Tree().ToDictionary(f => f.Key, f => f.Value.Replace(own, sample, StringComparison.Ordinal)),
            StringComparer.Ordinal);
    }

    private static string IdIn(string lockFile) => Regex.Match(lockFile, "(?m)^id: (.*)$").Groups[1].Value;

    private static SortedDictionary<string, string> GoldenTree()
    {
        var sample = Path.Join(AppContext.BaseDirectory, "Samples", "minimal");
        return new(
            Directory.EnumerateFiles(sample, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(sample, file))
                .Where(file => file is not ("infra.proj" or "infra.yml"))
                .ToDictionary(file => file, file => File.ReadAllText(Path.Join(sample, file))),
            StringComparer.Ordinal);
    }
}
