using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

// At the beginning: a test as long as this would go on alone where it is the last.
[Order(1)]
[Category("Slow")]
internal sealed class VersionTests : SdkTest
{
    [Test]
    public void A_pack_of_the_same_commit_elsewhere_is_equal_and_a_new_version_generates_anew()
    {
        var clone = new SecondClone(Project.At("../elsewhere"));
        var package = clone.Pack(Project.At("../second"));
        var entries = PackedSdk.Entries(Stamp.Package);
        var again = PackedSdk.Entries(package);
        again.Keys.ShouldBe(entries.Keys);
        again.Where(e => !e.Value.AsSpan().SequenceEqual(entries[e.Key])).Select(e => e.Key)
            .ShouldBeEmpty("'dotnet build build.proj -t:Pack' packs what is here now");

        Sandbox.Build().ShouldSucceed();
        var feed = Project.At("../feed");
        clone.Raise(package, feed);
        Sandbox.UseFeeds(Stamp.Feed, feed);
        Project.Edit("infra.proj", Stamp.PackageVersion, SecondClone.NextVersion);

        Sandbox.Build().ShouldSucceed().Summary.ShouldBe("0 files written, 9 unchanged");
    }
}
