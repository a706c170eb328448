using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

internal sealed class HookTests : SdkTest
{
    [SetUp]
    public void UseFakes() => Sandbox.UseFakeAnsible(Sandbox.Home);

    [TestCase("Build")]
    [TestCase("Rebuild")]
    [TestCase("Sync")]
    [TestCase("SyncDry")]
    [TestCase("Validate")]
    [TestCase("Clean")]
    [TestCase("CleanOrphans")]
    [TestCase("Plan")]
    [TestCase("Apply")]
    public void A_hook_in_the_project_runs_for_every_verb(string verb)
    {
        Project.WriteProject($"""
            <PropertyGroup>
              <Infra{verb}DependsOn>Dependency;$(Infra{verb}DependsOn)</Infra{verb}DependsOn>
            </PropertyGroup>
            <Target Name="Dependency"><Message Importance="High" Text="hook: dependency" /></Target>
            <Target Name="Earlier" BeforeTargets="{verb}"><Message Importance="High" Text="hook: before" /></Target>
            <Target Name="Later" AfterTargets="{verb}"><Message Importance="High" Text="hook: after" /></Target>
            """);

        var output = Sandbox.Build($"-t:{verb}").ShouldSucceed().Output;

        output.ShouldMatch("(?s)hook: dependency.*hook: before.*hook: after");
    }

    [TestCase("Sync")]
    [TestCase("SyncDry")]
    [TestCase("Validate")]
    [TestCase("CleanOrphans")]
    public void A_hook_before_a_working_verb_runs_before_its_work(string verb)
    {
        Project.WriteProject($"""
            <Target Name="Earlier" BeforeTargets="{verb}"><Message Importance="High" Text="hook: before" /></Target>
            """);

        Sandbox.Build($"-t:{verb}").ShouldSucceed().Output.ShouldMatch("(?s)hook: before.*infra -> ");
    }

    [Test]
    public void My_own_files_are_imported_around_both_halves_of_the_SDK()
    {
        foreach (var place in (string[])["BeforeProps", "AfterProps", "BeforeTargets", "AfterTargets"])
        {
            Project.Write($"{place}.xml", $"""
                <Project><PropertyGroup><Imported>$(Imported) {place}</Imported></PropertyGroup></Project>
                """);
            Sandbox.Set($"InfraCustom{place}", Project.At($"{place}.xml"));
        }

        Project.WriteProject("""
            <Target Name="Tell" AfterTargets="Build"><Message Importance="High" Text="imported:$(Imported)." /></Target>
            """);

        Sandbox.Build().ShouldSucceed().Output
            .ShouldContain("imported: BeforeProps AfterProps BeforeTargets AfterTargets.");
    }

    [Test]
    public void A_target_of_mine_does_not_become_the_default()
    {
        Project.WriteProject("""<Target Name="Mine"><Error Text="The default is Build." /></Target>""");

        Sandbox.Build().ShouldSucceed();
    }
}
