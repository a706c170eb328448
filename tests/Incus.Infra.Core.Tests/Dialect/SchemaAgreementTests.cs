using CsCheck;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Tests.Editor;

namespace Incus.Infra.Core.Tests.Dialect;

/// <summary>
/// The editor, by the schema, and the build, by its validator, find the same documents wrong. Left out is what a JSON
/// Schema cannot see, because it compares values and not how they are written: other notations of a number (017, 0x1F,
/// 1.0, 1e2), plain words that YAML 1.1 and 1.2 read differently (INFRA1058), tags, and the keys ~ and null without quotes.
/// </summary>
[Category("Slow")]
internal sealed class SchemaAgreementTests
{
    private const string Seed = "0000KOIPe036";

    private LanguageServer _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await LanguageServer.StartAsync();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public Task Neither_finds_a_fault_in_a_valid_document() =>
        ExpectAsync(isFaulty: false, ValidDocuments.Of(InfraDialect.Root).Select(BlockYaml.Of));

    [Test]
    public Task Both_find_a_single_fault([Values] FaultKind kind) =>
        ExpectAsync(isFaulty: true, ValidDocuments.Of(InfraDialect.Root)
            .Where(document => Faults.Of(kind, document, InfraDialect.Root).Count > 0)
            .Select(Gen.Int[0, int.MaxValue], (document, choice) =>
            {
                var faults = Faults.Of(kind, document, InfraDialect.Root);
                faults[choice % faults.Count]();
                return BlockYaml.Of(document);
            }));

    [TestCase("[]")]
    [TestCase("text")]
    [TestCase("5")]
    [TestCase("~")]
    [TestCase("{}")]
    public async Task Both_find_a_document_wrong_that_is_no_mapping_with_the_required_keys(string document)
    {
        (await _server.SquigglesAsync(document)).ShouldNotBeEmpty();
        StructuralFaults(document).ShouldNotBeEmpty();
    }

    private async Task ExpectAsync(bool isFaulty, Gen<string> documents)
    {
        var texts = documents.Array[40].Single(_ => true, Seed);
        var squiggles = await Task.WhenAll(texts.Select(_server.SquigglesAsync));
        foreach (var (text, squiggle) in texts.Zip(squiggles))
        {
            var faults = StructuralFaults(text);
            var report = $"Build: {string.Join(' ', faults)}\nEditor: {string.Join(' ', squiggle)}\n{text}";
            (faults.Count > 0).ShouldBe(isFaulty, report);
            (squiggle.Count > 0).ShouldBe(isFaulty, report);
        }
    }

    private static List<string> StructuralFaults(string text) =>
    [
        .. Compiling.Compile(text).Diagnostics
            .Where(d => d.Code is "INFRA1050" or "INFRA1051" or "INFRA1052" or "INFRA1053" or "INFRA1054" or "INFRA1055"
                or "INFRA1057" or "INFRA1059" or "INFRA1060" or "INFRA2001")
            .Select(d => d.ToString()),
    ];
}
