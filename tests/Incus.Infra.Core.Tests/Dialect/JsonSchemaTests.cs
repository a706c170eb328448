using System.Text.Json.Nodes;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Tests.Documentation;

namespace Incus.Infra.Core.Tests.Dialect;

internal sealed class JsonSchemaTests
{
    private static readonly string Committed = Path.Join(Repository.Root, "docs/infra.schema.json");

    [Test]
    public void The_committed_schema_is_the_one_that_the_dialect_gives()
    {
        var schema = JsonSchemaWriter.Write();
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(Committed, schema);
        }

        File.ReadAllText(Committed).ShouldBe(
            schema, "docs/infra.schema.json is not up to date. Run the tests with UPDATE_GOLDEN=1, which rewrites it.");
    }

    [Test]
    public void The_schema_is_the_same_text_each_time_with_line_feeds_only() =>
        JsonSchemaWriter.Write().ShouldBe(JsonSchemaWriter.Write().Replace("\r", "", StringComparison.Ordinal));

    [Test]
    public void A_key_of_AnKLuMe_is_known_but_remarked_upon_and_so_not_completed() =>
        At("properties", "desktop", "deprecationMessage").ShouldBe("A key of AnKLuMe that is ignored.");

    [TestCase("enabled", "true")]
    [TestCase("trust_level", "\"semi-trusted\"")]
    public void A_default_has_the_type_of_its_field(string field, string json) =>
        Node("properties", "domains", "additionalProperties", "properties", field, "default").ToJsonString().ShouldBe(json);

    private static string At(params string[] path) => Node(path).GetValue<string>();

    private static JsonNode Node(params string[] path) =>
        path.Aggregate(JsonNode.Parse(JsonSchemaWriter.Write()), (node, key) => node?[key]).ShouldNotBeNull();
}
