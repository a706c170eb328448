using System.Text;
using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Yaml;

/// <summary>What is no YAML, or YAML that cannot be read safely: the code and the place of each fault.</summary>
internal sealed class YamlFaultTests
{
    [Test]
    public void A_byte_that_is_not_UTF_8_is_INFRA1010() =>
        Codes(Compile(Encoding.Latin1.GetBytes(Minimal + "x-é: 1\n"))).ShouldBe(["INFRA1010 4:3"]);

    [Test]
    public void UTF_16_is_INFRA1010() =>
        Codes(Compile([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Minimal)])).ShouldBe(["INFRA1010 1:1"]);

    [TestCase("x-a: a\0b\n", "4:7")]
    [TestCase("x-a: a\u001bb\n", "4:7")]
    [TestCase("x-a: a\u007fb\n", "4:7")]
    [TestCase("x-a: \"a\\0b\"\n", "4:6")]
    public void A_control_character_is_INFRA1011_written_or_escaped(string line, string place) =>
        Codes(Minimal + line).ShouldBe([$"INFRA1011 {place}"]);

    [TestCase("a: [1, 2\n", "2:1")]
    [TestCase("a: \"open\n", "1:4")]
    [TestCase("a: b: c\n", "1:5")]
    [TestCase("a: @b\n", "1:4")]
    [TestCase("a:\n  b: 1\n c: 2\n", "3:2")]
    [TestCase("a: !e!b c\n", "1:4")]
    [TestCase("%YAML 3.0\n---\na: 1\n", "1:1")]
    [TestCase("a: \"\\uD800\"\n", "1:4")]
    public void What_is_not_YAML_is_INFRA1012(string text, string place) => Codes(text).ShouldBe([$"INFRA1012 {place}"]);

    // For YAML 1.1 these end a line, for YAML 1.2 and editors only some of them do.
    [TestCase("x-a: 1\r\nx-b: 2\rx-c: 3\n", "2:7")]
    [TestCase("x-a: \"1\u00852\"\n", "1:8")]
    [TestCase("x-a: 1 # \u2028x-b: 2\n", "1:10")]
    [TestCase("x-a: 1\u2029", "1:7")]
    [TestCase("a:\r b:\r  c: x\r\td\r", "1:3")]
    public void A_line_end_that_only_some_readers_know_is_INFRA1011(string text, string place) =>
        Codes(text).ShouldBe([$"INFRA1011 {place}"]);

    [TestCase("!vault x-a: 1\n", "4:1")]
    [TestCase("!unsafe x: 1\n", "4:1")]
    public void A_tag_on_a_key_is_INFRA1018(string line, string place) =>
        Codes(Minimal + line).ShouldContain($"INFRA1018 {place}");

    [TestCase("a: {b: 1\nc: 2\n")]
    [TestCase("a: \"\\UFFFFFFFF\"\n")]
    public void What_breaks_the_YAML_library_is_INFRA1012_too(string text) =>
        Fault(text).Code.ShouldBe("INFRA1012");

    [Test]
    public void A_tab_between_key_and_value_is_fine() => Codes(Minimal + "x-a:\t1\n").ShouldBeEmpty();

    [TestCase("")]
    [TestCase("\n\n")]
    [TestCase("# nothing yet\n")]
    public void A_file_without_content_is_INFRA1013(string text) => Codes(text).ShouldBe(["INFRA1013 1:1"]);

    [TestCase("---\na: 1\n", "4:1")]
    [TestCase("...\n---\na: [\n", "5:1")]
    public void A_second_document_is_INFRA1014_and_is_not_read(string more, string place) =>
        Codes(Minimal + more).ShouldBe([$"INFRA1014 {place}"]);

    [TestCase("---\n", "")]
    [TestCase("%YAML 1.2\n---\n", "")]
    [TestCase("", "...\n")]
    public void One_document_may_have_its_markers(string before, string after) =>
        Codes(before + Minimal + after).ShouldBeEmpty();

    [Test]
    public void Nesting_of_64_levels_is_read_and_of_65_is_INFRA1015()
    {
        Codes(Minimal + "x-a: " + Nested(63)).ShouldBeEmpty();
        Codes(Minimal + "x-a: " + Nested(65)).ShouldBe(["INFRA1015 4:70"]);

        static string Nested(int levels) => new string('[', levels) + new string(']', levels) + "\n";
    }

    [TestCase("x-a: *none\n", "4:6")]
    [TestCase("x-a: &b [*b]\n", "4:10")]
    public void An_alias_without_anchor_before_it_is_INFRA1016(string line, string place) =>
        Codes(Minimal + line).ShouldBe([$"INFRA1016 {place}"]);

    [Test]
    public void Aliases_that_multiply_are_INFRA1017()
    {
        var bomb = string.Concat(Enumerable.Range(1, 9).Select(i =>
            $"  l{i}: &l{i} [{string.Join(", ", Enumerable.Repeat($"*l{i - 1}", 10))}]\n"));

        Codes("x-b:\n  l0: &l0 1\n" + bomb).ShouldBe(["INFRA1017 9:7"]);
    }

    [TestCase("x-a: !color red\n", "4:6")]
    [TestCase("x-a: !!binary AA==\n", "4:6")]
    [TestCase("x-a: !!python/object/apply:os.system [id]\n", "4:6")]
    [TestCase("x-a: !point {x: 1}\n", "4:6")]
    [TestCase("!color x-a: red\n", "4:1")]
    public void An_unknown_tag_is_INFRA1018(string line, string place) =>
        Codes(Minimal + line).ShouldBe([$"INFRA1018 {place}"]);

    [TestCase("description: !vault abc")]
    [TestCase("description: !unsafe abc")]
    public void A_tag_of_Ansible_outside_of_vars_is_INFRA1018(string key) =>
        Codes(Machine(key)).ShouldBe(["INFRA1018 7:20"]);

    [TestCase("vars: {secret: !vault abc, text: !unsafe \"{{ x }}\"}")]
    [TestCase("description: !!str 5")]
    public void Tags_of_Ansible_under_vars_and_the_tag_of_text_are_read(string key) => Codes(Machine(key)).ShouldBeEmpty();

    [TestCase("domains: {}\n", "4:1")]
    [TestCase("\"domains\": {}\n", "4:1")]
    [TestCase("x-a: {b: 1, c: 2, b: 3}\n", "4:19")]
    public void A_key_written_twice_is_INFRA1019(string line, string place) =>
        Codes(Minimal + line).ShouldBe([$"INFRA1019 {place}"]);

    [Test]
    public void A_key_written_twice_names_the_line_of_the_first() =>
        Fault(Minimal + "domains: {}\n").Message.ShouldContain("already on line 3");

    [TestCase("? [a]\n: 1\n", "4:3")]
    [TestCase("{a: 1}: 1\n", "4:1")]
    public void A_key_that_is_no_text_is_INFRA1020(string line, string place) =>
        Codes(Minimal + line).ShouldBe([$"INFRA1020 {place}"]);

    [TestCase("x-a: {<<: 5}\n", "4:11")]
    [TestCase("x-a: {<<: [{}, 5]}\n", "4:11")]
    public void Merging_what_is_no_mapping_is_INFRA1021(string line, string place) =>
        Codes(Minimal + line).ShouldBe([$"INFRA1021 {place}"]);
}
