namespace Incus.Infra.Core.Tests.Yaml;

[TestFixture]
internal sealed class SyntaxFaultTests
{
    // The parser itself points at line 1, or at the value before the tab, or throws without a place.
    [TestCase("project_name: x\nglobal:\n\tdefault_user: root\n", "infra.yml(3,1) INFRA1022")]
    [TestCase("project_name: x\nglobal:\n  addressing:\n  \tzone_base: 100\n", "infra.yml(4,3) INFRA1022")]
    [TestCase("project_name: x\nglobal:\n  default_user: root\n\tbase_subnet: \"10.1\"\n", "infra.yml(4,1) INFRA1022")]
    [TestCase("project_name: x\nglobal:\n  addressing: {\n\tzone_base: 100}\n", "infra.yml(4,1) INFRA1022")]
    [TestCase("project_name: |\n  x\n  \ty\nglobal:\n  addressing:\n  \tzone_base: 100\n", "infra.yml(6,3) INFRA1022")]
    public void A_tab_that_indents_is_reported_where_it_stands(string text, string fault) =>
        Compiling.Compile(text).Faults().ShouldBe([fault]);

    [Test]
    public void A_tab_elsewhere_is_no_fault() =>
        Compiling.Compile("project_name: x\t# a remark\nglobal: {}\ndomains: {}\n").Faults().ShouldBeEmpty();

    [Test]
    public void An_unresolved_merge_is_reported_where_it_begins()
    {
        const string Lock = """
            version: 1
            domains:
              home:
                machines:
            <<<<<<< HEAD
                  web: 1
            =======
                  db: 1
            >>>>>>> other
            """;

        Compiling.Compile("project_name: x\nglobal: {}\ndomains: {}\n", Lock).Faults()
            .ShouldBe(["infra.lock.yml(5,1) INFRA1023"]);
    }

    // Found by mutating the samples: the parser throws something else than its own exception, or forgets an event.
    [TestCase("project_name: !<%> x\n", "infra.yml(1,15) INFRA1012")]
    [TestCase("- :\n    a: b\nc\n", "infra.yml(3,1) INFRA1012")]
    public void What_the_parser_trips_over_is_a_fault_and_no_crash(string text, string fault) =>
        Compiling.Compile(text).Faults().ShouldBe([fault]);

    [Test]
    public void Anything_else_is_said_in_the_words_of_the_parser() =>
        Compiling.Compile("project_name: \"x\nglobal: {}\n").Faults().ShouldBe(["infra.yml(1,15) INFRA1012"]);

    [TestCase("boot_priority: high", "'boot_priority' must be a whole number from 0 to 100, but is the text 'high'.")]
    [TestCase("boot_priority: \"5\"",
        "'boot_priority' must be a whole number from 0 to 100, but is the text '5'. Write it without quotes.")]
    [TestCase("ephemeral: \"true\"", "'ephemeral' must be true or false, but is the text 'true'. Write it without quotes.")]
    [TestCase("ephemeral: maybe", "'ephemeral' must be true or false, but is the text 'maybe'.")]
    // A container would also be warned of, but nobody knows that it is one.
    [TestCase("type: VM", "'type' must be lxc or vm, but is 'VM'. Did you mean 'vm'?")]
    [TestCase("config nesting",
        "'web' must be a mapping, but is the text 'config nesting'. "
        + "Write its keys below it, each followed by a colon and a space.")]
    public void Advice_fits_what_was_written(string line, string message) => Compiling
        .Compile($"""
            project_name: x
            global:
              default_os_image: images:debian/13
            domains:
              home:
                subnet_id: 0
                trust_level: untrusted
                machines:
                  web:
                    {line}
            """)
        .Diagnostics.Single(d => d.Severity == Severity.Error || line.StartsWith("type", StringComparison.Ordinal))
        .Message.ShouldBe(message);
}
