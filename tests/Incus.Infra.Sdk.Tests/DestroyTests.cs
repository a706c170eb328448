using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>Taking an infrastructure away, with the packed SDK.</summary>
internal sealed class DestroyTests : IncusTest
{
    [Test]
    public void It_shows_what_goes_and_deletes_only_what_is_confirmed_also_when_infra_yml_is_gone()
    {
        Project.Edit("infra.yml", "web:\n", "web:\n        ephemeral: false\n");
        Sandbox.Build("-t:Apply", "-p:Tags=infra").ShouldSucceed();
        var before = List("project", "list", "--columns=n");
        Project.Delete("infra.yml");

        var shown = Sandbox.Build("-t:Destroy");
        shown.ShouldFailWith("INFRA5030");
        shown.Output.ShouldContain("instance home/web: protected (delete it with IncludeProtected=true)");
        shown.Output.ShouldContain("project home: keep (still used by instance 'web' in project 'home')");
        shown.Output.ShouldContain("instance work/dev: delete");
        shown.Output.ShouldContain("run this again with Confirm=lab.");
        Sandbox.Build("-t:Destroy", "-p:Domain=work", "-p:Confirm=lab").ShouldFailWith("INFRA5030");
        Sandbox.Build("-t:Destroy", "-p:Domain=wrok", "-p:Confirm=wrok").ShouldFailWith("INFRA4080");
        List("project", "list", "--columns=n").ShouldBe(before);

        var asked = Sandbox.Run(
            "sh", "-c", $"echo work | script -qec '{Sandbox.Dotnet} build -t:Destroy -p:Domain=work' /dev/null").ShouldSucceed();
        asked.Output.ShouldContain("Type 'work' to continue: ");
        asked.Output.ShouldContain("[4/4] acl net-work: delete");
        Instances().ShouldBe(["home,web,RUNNING"]);
        Sandbox.Build("-t:Destroy", "-p:Confirm=lab").ShouldFailWith("INFRA4081");
        Instances().ShouldBe(["home,web,RUNNING"]);

        Sandbox.Build("-t:Destroy", "-p:Confirm=lab", "-p:IncludeProtected=true", "-p:Export=saved").ShouldSucceed();
        Projects().ShouldBe(["default"]);
        Project.Has("saved/home-web.tar.gz").ShouldBeTrue();
        Sandbox.Build("-t:Destroy").ShouldSucceed().Summary.ShouldBe("nothing to delete");
    }
}
