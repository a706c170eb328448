namespace Incus.Infra.Core.Tests.Rules;

/// <summary>What holds between the settings of declared snapshots, and what becomes of them.</summary>
internal sealed class SnapshotRulesTests
{
    [TestCase("snapshots_schedule: '@daily', snapshots: {schedule: '@hourly'}", "INFRA2323 6:66")]
    [TestCase("snapshots_expiry: 7d, snapshots: {expiry: 30d}", "INFRA2323 6:56")]
    [TestCase("snapshots_expiry: 7d, snapshots: {schedule: '@hourly'}")]
    [TestCase("snapshots: {schedule: '@daily', pre: [[sync]]}", "INFRA2324 6:36")]
    [TestCase("snapshots: {keep: 3, pre: [[sync]], post: [[sync]]}")]
    [TestCase("snapshots: {pattern: 'two words'}", "INFRA1052 6:35")]
    [TestCase("snapshots: {pattern: '%d-%d'}", "INFRA1052 6:35")]
    [TestCase("snapshots: {pattern: 'a/b'}", "INFRA1052 6:35")]
    [TestCase("snapshots: {pattern: \"at-{{ creation_date|date:'2006-01-02' }}\"}")]
    [TestCase("snapshots: {pre: [[]]}", "INFRA1052 6:32")]
    [TestCase("config: {snapshots.pattern: x}", "INFRA2315 6:23")]
    public void A_fault_is_told_where_it_is(string machine, params string[] expected) =>
        Compiling.Compile(Infra("", machine)).Diagnostics
            .Select(d => $"{d.Code} {d.Location.Line}:{d.Location.Column}")
            .ShouldBe(expected);

    [Test]
    public void A_machine_has_from_its_domain_what_it_does_not_say_itself()
    {
        const string Domain = "snapshots: {expiry: 90m, keep: 7, pre: [[systemctl, stop, db]]}";
        const string Machine = "snapshots: {keep: 2, pattern: \"{{ creation_date }}\", post: [[echo, \"{{ mine }}\", 'a b']]}";

        Variables(Domain, Machine, "group_vars/home.yml").ShouldContain("""
            instance_snapshots_expiry: "90M"
            instance_snapshots_keep: 7
            instance_snapshots_pre:
              - ["systemctl", "stop", "db"]

            """);
        Variables(Domain, Machine).ShouldContain("""
            instance_snapshots_pattern: !unsafe "{{ creation_date }}"
            instance_snapshots_keep: 2
            instance_snapshots_post:
              - ["echo", !unsafe "{{ mine }}", "a b"]

            """);
        Variables(Domain, Machine).ShouldNotContain("instance_snapshots_expiry");
    }

    [Test]
    public void A_machine_can_do_without_the_hooks_of_its_domain() =>
        Variables("snapshots: {pre: [[sync]]}", "snapshots: {pre: []}").ShouldContain("instance_snapshots_pre: []\n");

    [Test]
    public void Without_snapshots_there_are_no_variables() =>
        Variables("", "").ShouldNotContain("snapshots");

    private static string Variables(string domain, string machine, string file = "host_vars/web.yml")
    {
        var compilation = Compiling.Compile(Infra(domain, machine));
        compilation.Diagnostics.ShouldBeEmpty();
        return compilation.Files.Single(f => f.Path == file).Text;
    }

    private static string Infra(string domain, string machine) => $$"""
        project_name: home
        global: {base_subnet: "10.100", default_os_image: images:debian/13}
        domains:
          home:
            machines:
              web: { {{machine}} }
            subnet_id: 1
            {{domain}}
        """;
}
