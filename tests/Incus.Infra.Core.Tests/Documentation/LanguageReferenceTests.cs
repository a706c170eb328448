using System.Text.RegularExpressions;

namespace Incus.Infra.Core.Tests.Documentation;

/// <summary>docs/infra-yml.md says what the dialect says. UPDATE_GOLDEN=1 rewrites the tables.</summary>
[TestFixture]
internal sealed partial class LanguageReferenceTests
{
    private const string Reference = "docs/infra-yml.md";

    [Test]
    public void The_tables_of_fields_are_those_of_the_dialect()
    {
        var text = Repository.Read(Reference);
        var current = Foreign().Replace(
            Fields().Replace(
                text, m => m.Groups["begin"].Value + DialectTables.Fields(m.Groups["path"].Value) + m.Groups["end"].Value),
            m => m.Groups["begin"].Value + DialectTables.Foreign() + m.Groups["end"].Value);
        Repository.ShouldHave(Reference, current, $"the tables of {Reference}");
    }

    [Test]
    public void Each_mapping_with_named_fields_has_a_table() => Fields().Matches(Repository.Read(Reference))
        .Select(m => m.Groups["path"].Value)
        .ShouldBe(DialectTables.Paths(), ignoreOrder: true);

    [Test]
    public void Each_generated_variable_is_explained()
    {
        var reference = Repository.Read(Reference);
        var variables = Compiling.Compile(Repository.Read("infra.yml.example")).Files
            .Where(f => f.Path.Contains("_vars/", StringComparison.Ordinal))
            .SelectMany(f => Key().Matches(f.Text))
            .Select(m => m.Groups["key"].Value)
            .Where(k => !k.StartsWith("toolchain_", StringComparison.Ordinal))
            .Distinct();

        variables.Where(v => !reference.Contains($"`{v}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [GeneratedRegex(@"(?<begin><!-- fields (?<path>\S+) -->\n\n)[\s\S]*?(?<end>\n<!-- end of fields -->)")]
    private static partial Regex Fields();

    [GeneratedRegex(@"(?<begin><!-- foreign -->\n\n)[\s\S]*?(?<end>\n<!-- end of foreign -->)")]
    private static partial Regex Foreign();

    [GeneratedRegex("^(?<key>[a-z_]+):", RegexOptions.Multiline)]
    private static partial Regex Key();
}
