using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>
/// Several projects at once: infra.proj, another one in second/, a C# project that uses the first, and a plain one.
/// </summary>
[Category("Slow")]
internal sealed class SolutionTests : SdkTest
{
    private static readonly string[] Projects = ["infra.proj", "second/infra.proj", "app/App.csproj", "lib/Lib.csproj"];

    [SetUp]
    public void MakeProjects()
    {
        Project.Write("second/infra.proj", Project.Read("infra.proj"));
        Project.Write("second/infra.yml", Project.Read("infra.yml").Replace("web:", "db:", StringComparison.Ordinal));
        Project.WriteCSharpProject("app/App.csproj", """
            <PropertyGroup><InfraFile>../infra.yml</InfraFile></PropertyGroup>
            <ItemGroup><ProjectReference Include="../infra.proj" /></ItemGroup>
            """);
        Project.Write("app/Use.cs", "class Use { const string Address = App.Infra.Machines.Web.Address; }");
        Project.Write("lib/Lib.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
            </Project>
            """);
    }

    [Test]
    public void A_solution_takes_both_kinds_of_project_builds_them_apart_and_runs_a_verb_where_it_exists()
    {
        MakeSolution("slnx");

        Sandbox.Build("all.slnx", "-m").ShouldSucceed();

        Project.Has("host_vars/web.yml").ShouldBeTrue();
        Project.Has("host_vars/db.yml").ShouldBeFalse();
        Project.Has("second/host_vars/db.yml").ShouldBeTrue();
        Project.Has("second/host_vars/web.yml").ShouldBeFalse();
        Project.Has("app/host_vars/web.yml").ShouldBeFalse();
        Project.Has("app/bin/Debug/net10.0/App.dll").ShouldBeTrue();
        Project.Has("lib/bin/Debug/net10.0/Lib.dll").ShouldBeTrue();

        ShouldValidateBoth("all.slnx");
    }

    [Test]
    public void What_dotnet_does_to_a_solution_an_infrastructure_answers_in_the_older_format_too()
    {
        MakeSolution("sln");
        // Publishing without a build needs one, of the configuration that it publishes.
        Sandbox.Build("all.sln", "-c", "Release").ShouldSucceed();

        ShouldAllSucceed(
            "all.sln", "publish --no-build", "test", "pack", "publish", "build --no-incremental", "clean");
        ShouldValidateBoth("all.sln");
    }

    [TestCase("publish")]
    [TestCase("pack")]
    public void To_publish_or_pack_an_infrastructure_is_to_build_it(string verb)
    {
        Sandbox.Run(Sandbox.Dotnet, verb, "infra.proj").ShouldSucceed();

        Project.Has("site.yml").ShouldBeTrue();
    }

    [Test]
    public void The_solution_knows_every_verb() => PackedSdk.MSBuildFiles()["Sdk/Solution.targets"].Descendants("Target")
        .Select(t => t.Attribute("Name")!.Value)
        .ShouldBe(ReferenceTests.Verbs, ignoreOrder: true);

    [TestCase]
    [TestCase("-m", "-graph")]
    public void A_CSharp_project_has_the_infrastructure_that_it_refers_to_built_first(params string[] arguments)
    {
        var output = Sandbox.Build(["app/App.csproj", .. arguments]).ShouldSucceed().Output;

        output.ShouldMatch(@"(?s)infra -> 9 files written.*App -> .*App\.dll");
        Sandbox.Build(["app/App.csproj", .. arguments]).ShouldSucceed().Output.ShouldContain("infra -> up to date");
    }

    [Test]
    public void Whatever_a_CSharp_project_asks_of_an_infrastructure_is_answered()
    {
        Sandbox.Build("app/App.csproj").ShouldSucceed();

        ShouldAllSucceed(
            "app/App.csproj", "build --no-dependencies", "build -p:DesignTimeBuild=true", "publish", "pack", "clean");
    }

    [TestCase]
    [TestCase("-graph")]
    public void An_infrastructure_has_what_it_refers_to_built_first(params string[] arguments)
    {
        Project.WriteProject("""<ItemGroup><ProjectReference Include="second/infra.proj" /></ItemGroup>""");

        Sandbox.Build(["infra.proj", .. arguments]).ShouldSucceed();

        Project.Has("second/host_vars/db.yml").ShouldBeTrue();
        Project.Has("host_vars/web.yml").ShouldBeTrue();
    }

    private void ShouldValidateBoth(string solution)
    {
        Project.Write("Directory.Solution.targets", $"""
            <Project><Import Project="Solution.targets" Sdk="Incus.Infra.Sdk" Version="{Stamp.PackageVersion}" /></Project>
            """);

        var output = Sandbox.Build(solution, "-t:Validate").ShouldSucceed().Output;

        output.Split("infra -> infra.yml is valid").Length.ShouldBe(3, output);
    }

    /// <summary>Runs commands of dotnet on a project, one after the other.</summary>
    private void ShouldAllSucceed(string project, params string[] commands)
    {
        foreach (var command in commands)
        {
            var words = command.Split(' ');
            Sandbox.Run(Sandbox.Dotnet, [words[0], project, .. words[1..]]).ShouldSucceed();
        }
    }

    private void MakeSolution(string format)
    {
        Sandbox.Run(Sandbox.Dotnet, "new", "sln", "--name", "all", "--format", format).ShouldSucceed();
        Sandbox.Run(Sandbox.Dotnet, ["sln", $"all.{format}", "add", .. Projects]).ShouldSucceed();
        Sandbox.Run(Sandbox.Dotnet, "restore", $"all.{format}").ShouldSucceed();
    }
}
