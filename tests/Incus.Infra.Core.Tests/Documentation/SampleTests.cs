using System.Text;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Rendering;
using Incus.Infra.Core.Sections;

namespace Incus.Infra.Core.Tests.Documentation;

[TestFixture]
internal sealed class SampleTests
{
    private static IEnumerable<string> Samples() => Directory
        .EnumerateDirectories(Path.Join(Repository.Root, "samples"))
        .Select(f => $"samples/{Path.GetFileName(f)}")
        .Order(StringComparer.Ordinal);

    [Test]
    public void The_example_builds_without_a_warning() =>
        Compiling.Compile(Repository.Read("infra.yml.example")).Diagnostics.ShouldBeEmpty();

    [Test]
    public void The_example_shows_every_field()
    {
        var example = Repository.Read("infra.yml.example");
        DialectTables.Keys().Where(k => !example.Contains($" {k}:", StringComparison.Ordinal)
            && !example.Contains($"\n{k}:", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [TestCaseSource(nameof(Samples))]
    public void A_sample_builds_without_a_warning(string sample) => Compile(sample).Diagnostics.ShouldBeEmpty();

    [TestCaseSource(nameof(Samples))]
    public void The_committed_tree_of_a_sample_is_current(string sample)
    {
        foreach (var file in Compile(sample).Files)
        {
            var before = File.ReadAllBytes(Path.Join(Repository.Root, sample, file.Path));
            var after = file.Ownership == Ownership.Section
                ? ManagedSection.Update(before, ManagedSection.Find(before), file.Text)
                : Encoding.UTF8.GetBytes(file.Text);
            Encoding.UTF8.GetString(before).ShouldBe(
                Encoding.UTF8.GetString(after), $"{sample}/{file.Path} is out of date; build the sample.");
        }
    }

    [TestCaseSource(nameof(Samples))]
    public void A_sample_has_no_file_that_nothing_generates(string sample) => Repository.Files(".yml")
        .Where(f => f.StartsWith(sample + "/", StringComparison.Ordinal)
            && !f.StartsWith(sample + "/roles/", StringComparison.Ordinal))
        .Select(f => f[(sample.Length + 1)..])
        .Except(Compile(sample).Files.Select(f => f.Path))
        .ShouldBe(["infra.yml"]);

    private static Compilation Compile(string sample) => Compiling.Sample(Path.GetFileName(sample));
}
