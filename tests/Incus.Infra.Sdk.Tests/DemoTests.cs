using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>What <c>build.proj -t:Demo</c> runs with the package, from an empty folder to a page out of a database.</summary>
[Category("Slow")]
[Category("Incus")]
internal sealed class DemoTests : SdkTest
{
    [Test]
    public void The_demo_ends_with_a_page_that_answers_and_its_second_Apply_changes_nothing()
    {
        Sandbox.UseImageCache();

        var demo = Sandbox.Run(Path.Join(Stamp.RepositoryFolder, ".build", "demo"), Stamp.Feed, Project.At("demo"))
            .ShouldSucceed();

        var applies = demo.Output.Split("$ dotnet build --nologo -t:Apply\n")[1..];
        applies.Length.ShouldBe(2);
        applies[0].ShouldContain("web: Write the files of step 2 shop (files)");
        applies[1].ShouldStartWith("\n  infra -> up to date\n  infra -> nothing to change in Incus\n");
        demo.Output.ShouldContain("5 of 5 steps are as declared");
        applies.ShouldAllBe(apply => apply.Contains("infra -> 2 of 2 machines healthy"));
        var pages = demo.Output.Split("The page:\n")[1..];
        pages[0].ShouldContain("<li>A pot of honey: 7.50 EUR</li>");
        pages[0].ShouldNotContain("<li>A smoker");
        pages[1].ShouldContain(
            "<li>A smoker: 30.00 EUR</li>", customMessage: "the page must be read from the database at each request");
    }
}
