using System.Text;
using CsCheck;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Testing;
using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Yaml;

/// <summary>
/// infra.yml may come from a stranger: every file ends in a coded error, or is read, with bounded memory. What is too
/// large to be read at all is in SourceTests.
/// </summary>
[Category("Slow")]
internal sealed class HostileInputTests
{
    private const int Million = 1_000_000;

    // Of everything that is ever allocated; what is held at one time is a quarter of it.
    private const long MostBytesAllocated = 4L << 30;

    [TestCase("[", "", "]")]
    [TestCase("{", "k: ", "}")]
    public void Aliases_of_aliases_are_refused_before_they_are_followed(string open, string key, string close)
    {
        var text = new StringBuilder("x-b:\n  l0: &l0 lol\n");
        for (var i = 1; i < 60; i++)
        {
            var uses = Enumerable.Range(0, 10).Select(n => key.Replace("k", $"k{n}", StringComparison.Ordinal) + $"*l{i - 1}");
            text.Append($"  l{i}: &l{i} {open}{string.Join(", ", uses)}{close}\n");
        }

        Outcome(text.ToString()).ShouldBe(["INFRA1017"]);
    }

    [Test]
    public void Aliases_of_a_long_text_are_refused_before_it_is_written_a_thousand_times() =>
        Outcome("x-a: &a " + new string('a', 10 * Million) + "\n"
            + Machine($"vars: {{all: [{string.Join(", ", Enumerable.Repeat("*a", 1000))}]}}")).ShouldBe(["INFRA1017"]);

    [Test]
    public void Merges_of_merges_are_refused_before_they_are_followed() =>
        Outcome("x-b:\n  l0: &l0 {" + Join(1000, i => $"k{i}: 1, ") + "}\n"
            + Join(60, i => $"  l{i + 1}: &l{i + 1} {{<<: [{string.Join(", ", Enumerable.Repeat($"*l{i}", 10))}]}}\n"))
            .ShouldBe(["INFRA1017"]);

    [TestCase("[")]
    [TestCase("{a: ")]
    [TestCase("- ")]
    [TestCase("? ")]
    public void Nesting_of_10_000_levels_in_one_line_is_INFRA1015(string level) =>
        Outcome(Join(10_000, _ => level)).ShouldBe(["INFRA1015"]);

    [Test]
    public void Nesting_of_5_000_indented_levels_is_INFRA1015() =>
        Outcome(Join(5000, i => new string(' ', i) + "a:\n")).ShouldBe(["INFRA1015"]);

    [TestCase("a", "INFRA1051")]
    [TestCase(" ", "INFRA1013")]
    [TestCase("\n", "INFRA1013")]
    [TestCase("#\n", "INFRA1013")]
    [TestCase("\t", "INFRA1013")]
    [TestCase("}", "INFRA1012")]
    [TestCase("\"", "INFRA1012")]
    [TestCase("&", "INFRA1055")]
    [TestCase("%A b\n", "INFRA1013")]
    [TestCase("*a ", "INFRA1016")]
    [TestCase("a\n", "INFRA1051")]
    [TestCase("? ", "INFRA1015")]
    public void Twenty_megabytes_of_one_thing_end_in_an_error(string thing, string code) =>
        Outcome(Join(20 * Million / thing.Length, _ => thing)).ShouldBe([code]);

    [Test]
    public void Twenty_megabytes_of_random_bytes_are_INFRA1010()
    {
        var bytes = Gen.Byte.Array[20 * Million].Single(_ => true, "0000KOIPe036");

        Outcome(bytes).ShouldBe(["INFRA1010"]);
    }

    [Test]
    public void Twenty_megabytes_of_machines_are_read_and_refused_because_99_fit_into_a_domain() =>
        Outcome("project_name: home\nglobal: {base_subnet: \"10.100\"}\ndomains:\n  lab:\n    subnet_id: 1\n    machines:\n"
            + Join(250_000, i => $"      m{i}:\n        description: machine number {i}\n        os_image: images:debian/13\n"))
            .ShouldBe(["INFRA2204"]);

    [TestCase("x-a: ", "\n")]
    [TestCase("x-a: \"", "\"\n")]
    [TestCase("? x-", "\n: 1\n")]
    public void One_line_of_ten_megabytes_is_read(string before, string after) =>
        Outcome(Minimal + before + new string('a', 10 * Million) + after).ShouldBeEmpty();

    [TestCase("project_name: \"", " ")]
    [TestCase("global: {base_subnet: \"", "1.")]
    [TestCase("domains: {? \"", "a-")]
    [TestCase("shared_volumes: {v: {path: \"", "/..a")]
    public void A_text_of_ten_megabytes_does_not_keep_a_pattern_busy(string before, string part)
    {
        var text = before + Join(10 * Million / part.Length, _ => part) + "\"" + new string('}', before.Count(c => c == '{'));

        Outcome(text).ShouldContain("INFRA1054", "the rest of the file is missing");
    }

    [Test]
    public void A_million_unknown_keys_are_told_up_to_the_limit_with_their_number()
    {
        var diagnostics = Compile(Encoding.UTF8.GetBytes(Minimal + Join(Million, i => $"k{i}: 1\n"))).Diagnostics;

        diagnostics.Count(d => d.Code == "INFRA1050").ShouldBe(DiagnosticBag.Capacity);
        diagnostics[^1].Code.ShouldBe("INFRA1099");
        diagnostics[^1].Message.ShouldStartWith((Million - DiagnosticBag.Capacity).ToString(provider: null));
    }

    [TestCase("network_policies:\n", "- 5\n", "INFRA1051")]
    [TestCase("x-a:\n", "  k: 1\n", "INFRA1019")]
    public void A_hundred_thousand_errors_are_told_up_to_the_limit(string before, string line, string code) =>
        Outcome(Minimal + before + Join(100_000, _ => line)).Count(c => c == code).ShouldBe(DiagnosticBag.Capacity);

    [Test]
    public void More_errors_of_the_lock_than_are_told_are_counted()
    {
        var lockFile = "version: 1\ndomains:\n" + Join(1500, i => $"  D{i}: {{machines: {{a: 1}}}}\n");

        Compiling.Compile(Minimal, lockFile).Diagnostics.Single(d => d.Code == "INFRA1099").ToString()
            .ShouldStartWith("infra.lock.yml: warning INFRA1099: 500 more");
    }

    [Test]
    public void Profiles_by_the_ten_thousand_do_not_multiply_with_the_machines_that_use_them()
    {
        const int Count = 50_000;
        var text = "project_name: home\nglobal: {base_subnet: \"10.100\", default_os_image: debian}\ndomains:\n  lab:\n"
            + "    subnet_id: 1\n    profiles: {" + Join(Count, i => $"p{i}: {{}}, ") + "}\n"
            + "    machines: {web: {profiles: [" + Join(Count, i => $"p{i}, ") + "]}, db: {profiles: ["
            + Join(Count, i => $"q{i}, ") + "]}}\n";

        Outcome(text).Count(c => c == "INFRA2301").ShouldBe(DiagnosticBag.Capacity);
    }

    [Test]
    public void The_commands_of_a_domain_do_not_multiply_with_its_machines() =>
        Outcome(Head + "  lab: {subnet_id: 1, snapshots: {pre: [[" + new string('a', 10 * Million) + "]]}, machines: {"
            + Join(99, i => $"m{i}: {{}}, ") + "}}\n").ShouldBeEmpty();

    [Test]
    public void A_line_of_ten_megabytes_with_a_tab_at_its_end_does_not_keep_a_pattern_busy() =>
        Outcome(Machine($"provision: [{{name: \"{new string('a', 10 * Million)}\\t\", apt: {{packages: [git]}}}}]"))
            .ShouldBe(["INFRA1052"]);

    [TestCase("../../x")]
    [TestCase("a/b")]
    [TestCase("..")]
    [TestCase("/etc/passwd")]
    [TestCase("a b")]
    [TestCase("-rf")]
    [TestCase("a\\\\b")]
    [TestCase("a\\nb")]
    [TestCase("{{ lookup('pipe', 'id') }}")]
    public void A_name_that_could_leave_its_folder_or_its_line_is_INFRA2001(string name)
    {
        Outcome($"project_name: p\nglobal: {{base_subnet: \"10.100\"}}\ndomains: {{\"{name}\": {{subnet_id: 1}}}}\n")
            .ShouldBe(["INFRA2001"]);
        Outcome($"project_name: p\nglobal: {{base_subnet: \"10.100\", default_os_image: debian}}\n"
            + $"domains: {{lab: {{subnet_id: 1, machines: {{\"{name}\": {{}}}}}}}}\n").ShouldBe(["INFRA2001"]);
    }

    [Test]
    public void A_name_with_an_escaped_NUL_is_INFRA1011() =>
        Outcome("project_name: p\nglobal: {}\ndomains: {\"a\\0b\": {}}\n").ShouldBe(["INFRA1011"]);

    /// <summary>Fails rather than hangs, after many times what a test takes.</summary>
    private static Compilation Compile(byte[] content) =>
        Task.Run(() => Compiling.Compile(content)).WaitAsync(Tool.Patience).GetAwaiter().GetResult();

    private static List<string> Outcome(string content) => Outcome(Encoding.UTF8.GetBytes(content));

    private static List<string> Outcome(byte[] content)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var compilation = Compile(content);
        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(MostBytesAllocated);
        if (!compilation.Succeeded)
        {
            compilation.Files.ShouldBeEmpty("nothing is written on an error");
        }

        return [.. compilation.Diagnostics.Select(d => d.Code)];
    }

    private static string Join(int count, Func<int, string> part)
    {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            text.Append(part(i));
        }

        return text.ToString();
    }
}
