using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

// At the beginning: a test as long as this would go on alone where it is the last.
[Order(1)]
[Category("Slow")]
internal sealed class VersionTests : SdkTest
{
    [Test]
    public void The_compiler_is_the_same_wherever_it_is_built_and_a_new_version_of_it_generates_anew()
    {
        var clone = new SecondClone(Project.At("../elsewhere"));
        var packed = PackedSdk.Entries(Stamp.Package);
        foreach (var (file, content) in clone.BuildCompiler(Stamp.PackageVersion))
        {
            content.AsSpan().SequenceEqual(packed[$"tools/net10.0/any/{file}"])
                .ShouldBeTrue($"{file}: 'dotnet build build.proj -t:Pack' packs what is here now");
        }

        Sandbox.Build().ShouldSucceed();
        var feed = Project.At("../feed");
        clone.Raise(feed);
        Sandbox.UseFeeds(Stamp.Feed, feed);
        Project.Edit("infra.proj", Stamp.PackageVersion, SecondClone.NextVersion);

        Sandbox.Build().ShouldSucceed().Summary.ShouldBe("0 files written, 9 unchanged");
    }
}
