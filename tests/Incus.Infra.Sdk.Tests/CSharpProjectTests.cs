using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>This SDK beside Microsoft.NET.Sdk.</summary>
[Category("Slow")]
internal sealed class CSharpProjectTests : SdkTest
{
    private const string Code = "obj/Debug/net10.0/Infra.g.cs";

    /// <summary>Every rule there is, as an error.</summary>
    private const string Strict = """
        <PropertyGroup>
          <Nullable>enable</Nullable>
          <WarningLevel>9999</WarningLevel>
          <AnalysisLevel>latest-all</AnalysisLevel>
          <EnforceCodeStyleInBuild>true</EnforceCodeStyleInBuild>
          <GenerateDocumentationFile>true</GenerateDocumentationFile>
          <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
          <NoWarn>CA1014</NoWarn>
        </PropertyGroup>
        """;

    private const string Use = """
        namespace App
        {
            /// <summary>Uses a machine by its name.</summary>
            public static class Use
            {
                /// <summary>Where it is.</summary>
                public const string Address = Infra.Machines.Web.Address;
            }
        }
        """;

    /// <summary>What the C# extension of VS Code runs while someone is typing, and Visual Studio much like it.</summary>
    private static readonly string[] DesignTime =
    [
        "msbuild", "App.csproj", "-t:Compile;CoreCompile", "-p:DesignTimeBuild=true", "-p:BuildingInsideVisualStudio=true",
        "-p:BuildProjectReferences=false", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true",
        "-getItem:CscCommandLineArgs",
    ];

    [SetUp]
    public void MakeCSharpProject()
    {
        Project.Delete("infra.proj");
        Project.WriteCSharpProject("App.csproj", Strict);
        Project.Write("Use.cs", Use);
    }

    [Test]
    public void A_build_writes_the_tree_and_compiles_the_constants()
    {
        Sandbox.Build().ShouldSucceed().Output.ShouldContain("App -> 9 files written, 0 unchanged");

        Project.Has("host_vars/web.yml").ShouldBeTrue();
        Project.Read(Code).ShouldContain("namespace App\n");
        Project.Has("bin/Debug/net10.0/App.dll").ShouldBeTrue();
    }

    [Test]
    public void A_second_build_writes_nothing_and_compiles_nothing()
    {
        Sandbox.Build().ShouldSucceed();
        Sandbox.Build().ShouldSucceed();
        var before = Project.Snapshot();

        Sandbox.Build().ShouldSucceed().Output.ShouldContain("App -> up to date");

        Project.Snapshot().ShouldBe(before);
    }

    [Test]
    public void Code_that_uses_a_machine_fails_to_compile_when_infra_yml_lost_it()
    {
        Sandbox.Build().ShouldSucceed();
        Project.Edit("infra.yml", "web:", "db:");

        Sandbox.Build().ShouldFailWith("CS0117", "INFRA3010");

        Project.Edit("Use.cs", "Machines.Web", "Machines.Db");
        Sandbox.Build().ExitCode.ShouldBe(0);
    }

    [Test]
    public void A_fault_in_infra_yml_is_told_once_and_stops_the_build()
    {
        Project.Edit("infra.yml", "subnet_id: 0", "subnet_id: 300");

        var result = Sandbox.Build();

        result.ShouldFailWith("INFRA1052");
        result.Output.Split("Build FAILED")[0].Split("INFRA1052").Length.ShouldBe(2, result.Output);
    }

    [Test]
    public void An_infra_yml_of_another_folder_gives_the_constants_with_the_addresses_of_its_lock_and_nothing_else()
    {
        Project.Write("../infra/infra.yml", Project.Read("infra.yml"));
        Project.Write("../infra/infra.lock.yml", "version: 1\ndomains:\n  home:\n    machines:\n      web: 42\n");
        Project.Delete("infra.yml");
        Project.WriteCSharpProject(
            "App.csproj", Strict + "<PropertyGroup><InfraFile>../infra/infra.yml</InfraFile></PropertyGroup>");

        Sandbox.Build().ShouldSucceed();

        Project.Tree().Keys.Where(f => !f.StartsWith("bin/")).ShouldBe(["App.csproj", "Use.cs"]);
        Project.Read(Code).ShouldContain("""Address = "10.100.0.42";""");
        Sandbox.Build("-t:Sync").ShouldFailWith("MSB4057");
    }

    [Test]
    public void The_code_compiles_in_the_oldest_language_and_framework_and_in_the_newest()
    {
        Sandbox.UseFeeds(Stamp.Feed, Stamp.PackageFolder);
        Project.WriteCSharpProject("App.csproj", Strict + """
            <PropertyGroup><TargetFramework /><TargetFrameworks>netstandard2.0;net10.0</TargetFrameworks></PropertyGroup>
            <PropertyGroup Condition="'$(TargetFramework)' == 'netstandard2.0'"><LangVersion>8.0</LangVersion></PropertyGroup>
            <PropertyGroup Condition="'$(TargetFramework)' == 'net10.0'"><LangVersion>preview</LangVersion></PropertyGroup>
            """);

        Sandbox.Build().ShouldSucceed();

        Project.Read("obj/Debug/netstandard2.0/Infra.g.cs").ShouldBe(Project.Read(Code));
    }

    [TestCase("<RootNamespace>Root.Space</RootNamespace>", "namespace Root.Space\n")]
    [TestCase("<InfraNamespace>my-lab.class</InfraNamespace>", "namespace my_lab.@class\n")]
    public void The_namespace_is_the_projects_own_or_another_one(string property, string line)
    {
        Project.Delete("Use.cs");
        Project.WriteCSharpProject("App.csproj", Strict + $"<PropertyGroup>{property}</PropertyGroup>");

        Sandbox.Build().ShouldSucceed();

        Project.Read(Code).ShouldContain(line);
    }

    [Test]
    public void Clean_takes_away_what_the_build_made_and_leaves_the_tree()
    {
        Sandbox.Build().ShouldSucceed();
        var tree = Directory.GetFiles(Project.At("host_vars"));

        Sandbox.Build("-t:Clean").ShouldSucceed();

        Project.Has(Code).ShouldBeFalse();
        Project.Has(Code + ".stamp").ShouldBeFalse();
        Project.Has("obj/infra.state").ShouldBeFalse();
        Directory.GetFiles(Project.At("host_vars")).ShouldBe(tree);
    }

    [Test]
    public void The_verbs_work_in_a_CSharp_project()
    {
        Sandbox.Build("-t:SyncDry").ShouldSucceed().Summary.ShouldStartWith("9 files would change");
        Sandbox.Build("-t:Validate").ShouldSucceed().Summary.ShouldBe("infra.yml is valid");
    }

    [Test]
    public void A_design_time_build_knows_the_constants_follows_infra_yml_and_writes_only_to_obj()
    {
        Sandbox.Run(Sandbox.Dotnet, "restore").ShouldSucceed();
        var before = Outside();
        Sandbox.Set("PATH", "/nowhere");

        Sandbox.Run(Sandbox.Dotnet, DesignTime).ShouldSucceed().Output.ShouldContain("Infra.g.cs");
        Project.Read(Code).ShouldContain("class Web");
        Outside().ShouldBe(before);

        Project.Edit("infra.yml", "web:", "db:");
        before = Outside();
        Sandbox.Run(Sandbox.Dotnet, DesignTime).ShouldSucceed();
        Project.Read(Code).ShouldContain("class Db");
        Outside().ShouldBe(before);
    }

    [Test]
    public void A_design_time_build_of_a_broken_infra_yml_keeps_the_last_constants_and_says_nothing()
    {
        Sandbox.Build().ShouldSucceed();
        var code = Project.Read(Code);
        Project.Edit("infra.yml", "web:", "web: [");

        Sandbox.Run(Sandbox.Dotnet, DesignTime).ShouldSucceed().Output.ShouldContain("Infra.g.cs");

        Project.Read(Code).ShouldBe(code);
    }

    [Test]
    public void Visual_Studio_is_told_what_the_code_is_made_of()
    {
        var items = Sandbox.Run(
            Sandbox.Dotnet, "msbuild", "App.csproj", "-getItem:UpToDateCheckInput,UpToDateCheckOutput,None")
            .ShouldSucceed().Output;

        items.ShouldContain("\"Identity\": \"infra.lock.yml\"");
        items.ShouldContain("/net10.0/Infra.g.cs.stamp\"");
        items.ShouldContain("\"Generator\": \"MSBuild:InfraGenerateCode\"");
    }

    /// <summary>No machine of the sample has the role that the program asks for.</summary>
    [Test]
    public void The_project_and_the_program_of_the_reference_compile_and_run()
    {
        var reference = File.ReadAllText(Path.Join(Stamp.RepositoryFolder, "docs", "reference.md"));
        var section = reference.Split("\n## In a C# project\n")[1];
        Project.Write("infra/infra.proj", $"""<Project Sdk="Incus.Infra.Sdk/{Stamp.PackageVersion}" />""");
        Project.Write("infra/infra.yml", Project.Read("infra.yml"));
        Project.Write("app/MyApp.csproj", Block("xml"));
        Project.Write("app/Program.cs", Block("csharp"));

        Sandbox.Run(Sandbox.Dotnet, "run", "--project", "app").ShouldSucceed();

        string Block(string language) => section.Split($"```{language}\n")[1].Split("```")[0];
    }

    private SortedDictionary<string, FileSnapshot> Outside()
    {
        var all = Project.Snapshot();
        foreach (var file in all.Keys.Where(f => f.StartsWith("obj/")).ToList())
        {
            all.Remove(file);
        }

        return all;
    }
}
