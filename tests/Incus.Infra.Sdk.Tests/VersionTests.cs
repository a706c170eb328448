using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

[Category("Slow")]
internal sealed class VersionTests : SdkTest
{
    [Test]
    public void Packs_of_one_commit_in_two_places_are_equal_and_a_new_version_generates_anew()
    {
        var feed = Project.At("../feed");
        var second = Project.At("../second");
        NextVersion.Pack(Project.At("../here"), feed);
        NextVersion.Pack(Project.At("../elsewhere"), second);
        var package = $"Incus.Infra.Sdk.{NextVersion.Number}.nupkg";
        var entries = PackedSdk.Entries(Path.Join(feed, package));
        var again = PackedSdk.Entries(Path.Join(second, package));
        again.Keys.ShouldBe(entries.Keys);
        again.Where(e => !e.Value.AsSpan().SequenceEqual(entries[e.Key])).Select(e => e.Key).ShouldBeEmpty();

        Sandbox.Build().ShouldSucceed();
        Sandbox.UseFeeds(Stamp.Feed, feed);
        Project.Edit("infra.proj", Stamp.PackageVersion, NextVersion.Number);

        Sandbox.Build().ShouldSucceed().Summary.ShouldBe("0 files written, 9 unchanged");
    }
}
