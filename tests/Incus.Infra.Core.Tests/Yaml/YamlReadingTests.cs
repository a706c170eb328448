using System.Text;
using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Yaml;

/// <summary>How YAML is understood: types, merging, encodings and line ends.</summary>
internal sealed class YamlReadingTests
{
    [TestCase("true")]
    [TestCase("True")]
    [TestCase("FALSE")]
    public void Booleans_are_those_of_YAML_1_2(string text) => Codes(Machine($"gpu: {text}")).ShouldBeEmpty();

    [TestCase("yes")]
    [TestCase("off")]
    [TestCase("y")]
    [TestCase("1")]
    [TestCase("\"true\"")]
    public void What_only_looks_like_a_boolean_is_INFRA1051(string text) =>
        Codes(Machine($"gpu: {text}")).ShouldBe(["INFRA1051 7:12"]);

    [TestCase("yes", "Write true.")]
    [TestCase("off", "Write false.")]
    [TestCase("\"true\"", "Write it without quotes.")]
    public void The_right_spelling_of_a_boolean_is_told(string text, string advice) =>
        Fault(Machine($"gpu: {text}")).Message.ShouldEndWith(advice);

    [TestCase("5")]
    [TestCase("+5")]
    public void Whole_numbers_are_decimal(string text) => Codes(Machine($"boot_priority: {text}")).ShouldBeEmpty();

    [TestCase("5.0", "INFRA1051")]
    [TestCase("5e0", "INFRA1051")]
    [TestCase("\"5\"", "INFRA1051")]
    [TestCase("1_0", "INFRA1051")]
    [TestCase("05", "INFRA1052")]
    [TestCase("0x5", "INFRA1052")]
    [TestCase("0o5", "INFRA1052")]
    [TestCase("99999999999999999999", "INFRA1052")]
    public void Other_notations_of_numbers_are_refused_because_readers_disagree_about_them(string text, string code) =>
        Codes(Machine($"boot_priority: {text}")).ShouldBe([$"{code} 7:22"]);

    [TestCase("")]
    [TestCase("~")]
    [TestCase("null")]
    [TestCase("NULL")]
    public void Null_is_no_value(string text) =>
        Codes(Machine($"description: {text}")).ShouldHaveSingleItem().ShouldStartWith("INFRA1055 ");

    [TestCase("\"null\"")]
    [TestCase("\"~\"")]
    [TestCase("nil")]
    public void Text_that_looks_like_null_is_text(string text) => Codes(Machine($"description: {text}")).ShouldBeEmpty();

    [TestCase("vars: {a: yes}", "7:17")]
    [TestCase("vars: {a: [1, 010]}", "7:21")]
    [TestCase("vars: {a: {on: 1}}", "7:18")]
    [TestCase("vars: {a: 0o17}", "7:17")]
    [TestCase("vars: {a: 1e3}", "7:17")]
    [TestCase("vars: {a: -.5}", "7:17")]
    public void A_variable_that_Ansible_would_read_otherwise_is_INFRA1058(string key, string place) =>
        Codes(Machine(key)).ShouldBe([$"INFRA1058 {place}"]);

    [TestCase("vars: {a: \"yes\", b: 'on', c: 17, d: 1.5, e: 1.0e+3, f: 2026-01-31, g: 1_000}")]
    public void A_variable_that_all_read_alike_or_that_is_written_in_quotes_is_fine(string key) =>
        Codes(Machine(key)).ShouldBeEmpty();

    [Test]
    public void The_keys_of_a_variable_keep_their_type()
    {
        var files = Compile(Encoding.UTF8.GetBytes(Machine("vars: {ports: {80: http, \"443\": https}}"))).Files;

        files.Single(f => f.Path == "host_vars/web.yml").Text.ShouldContain("ports:\n  80: http\n  \"443\": https\n");
    }

    [Test]
    public void A_mapping_merges_others_and_its_own_keys_win()
    {
        const string Defaults = "x-defaults: &defaults {boot_priority: 101, weight: 0}\n";

        Codes(Defaults + Machine("<<: *defaults, weight: 1")).ShouldBe(["INFRA1052 1:39", "INFRA2640 8:30"]);
    }

    [Test]
    public void Of_several_merged_mappings_the_first_wins()
    {
        const string Defaults = "x-a: &a {boot_priority: 1}\nx-b: &b {boot_priority: 101}\n";

        Codes(Machine("vars: {\"<<\": 1}")).ShouldBe(["INFRA2001 7:14"], "in quotes it is a name");
        Codes(Defaults + Machine("<<: [*a, *b]")).ShouldBeEmpty();
        Codes(Defaults + Machine("<<: [*b, *a]")).ShouldBe(["INFRA1052 2:25"]);
    }

    [Test]
    public void An_alias_stands_for_the_value_of_its_anchor() =>
        Codes("x-image: &image 5\n" + Machine("os_image: *image")).ShouldBe(["INFRA1051 1:10"]);

    [Test]
    public void The_last_anchor_of_a_name_counts() =>
        Codes("x-a: &a 5\nx-b: &a images:debian/13\n" + Machine("os_image: *a")).ShouldBeEmpty();

    [Test]
    public void A_byte_order_mark_is_skipped_and_takes_no_column() =>
        Codes(Compile([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes("bad: 1\n" + Minimal)])).ShouldBe(["INFRA1050 1:1"]);

    [Test]
    public void Files_of_other_systems_have_the_same_places()
    {
        var text = Minimal + "bad: {a: 1}\nx-a: {b: 1, b: 2}\n";

        Codes(text.Replace("\n", "\r\n", StringComparison.Ordinal)).ShouldBe(Codes(text));
        Codes(text).ShouldBe(["INFRA1050 4:1", "INFRA1019 5:13"]);
    }

    [Test]
    public void Columns_count_UTF_16_units_as_editors_do() =>
        Codes(Minimal + "x-a: {\"é😀\": 1, b: 1, b: 2}\n").ShouldBe(["INFRA1019 4:23"]);

    [Test]
    public void Names_in_messages_show_what_is_not_visible_as_question_marks() =>
        Fault(Minimal + "\"a\\nb\\u202Ec\": 1\n").Message.ShouldStartWith("Key 'a?b?c' is not known");
}
