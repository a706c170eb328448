using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

/// <summary>Which machines may need others, and what the tree says of health and needs.</summary>
public sealed class NeedsRulesTests
{
    private static string Shop(string machines) => Head + $$"""
          shop:
            subnet_id: 1
            machines:
        {{machines}}

        """;

    [Test]
    public void A_machine_needs_machines_that_there_are_and_all_faults_are_told_at_their_places()
    {
        var compilation = Compile(Head + """
              shop:
                subnet_id: 1
                machines:
                  web: { needs: [dbb, db, old, far] }
                  db: { needs: [shop] }
              off: { subnet_id: 2, enabled: false, machines: { old: { needs: [db] } } }
              away: { subnet_id: 3, remote: lab, machines: { far: {} } }
            """);

        Codes(compilation).ShouldBe(["INFRA2665 7:22", "INFRA2667 7:31", "INFRA2668 7:36", "INFRA2665 8:21"]);
        compilation.Diagnostics[0].Message.ShouldBe(
            "Machine 'web': there is no machine 'dbb' that it could need. Did you mean 'db'?");
    }

    [Test]
    public void A_machine_that_is_to_run_does_not_need_one_that_is_to_be_stopped() => Codes(Shop("""
              web: { needs: [db] }
              rests: { needs: [db], state: stopped }
              db: { state: stopped }
        """)).ShouldBe(["INFRA2669 7:22"]);

    [Test]
    public void Machines_that_wait_for_each_other_are_one_fault_that_shows_the_ring()
    {
        var compilation = Compile(Shop("""
                  web: { needs: [api] }
                  api: { needs: [db] }
                  db: { needs: [cache, api] }
                  cache: {}
                  alone: { needs: [alone] }
            """));

        compilation.Diagnostics.Select(d => d.ToString()).ShouldBe(
        [
            "infra.yml(9,28): error INFRA2666: Machine 'api' needs 'db' needs 'api': none of them could ever start first. "
                + "Remove one of these needs.",
            "infra.yml(11,24): error INFRA2666: Machine 'alone' needs 'alone': none of them could ever start first. "
                + "Remove one of these needs.",
        ]);
    }

    [TestCase("health: { tcp: 5432 }", "tcp: 5432\n  within: 60")]
    [TestCase("health: { http: \":80/a?b\", within: 90s }", "http: \":80/a?b\"\n  within: 90")]
    [TestCase("health: { command: [test, -e, \"{{ x }}\"], within: 2m }",
        "command:\n    - test\n    - \"-e\"\n    - !unsafe \"{{ x }}\"\n  within: 120")]
    public void What_tells_that_a_machine_is_healthy_is_a_variable_of_it(string field, string expected) =>
        File("host_vars/web.yml", Machine(field)).ShouldContain($"instance_health:\n  {expected}\n  provisioned: false\n");

    [TestCase("health: {}", "INFRA1059 7:15")]
    [TestCase("health: { tcp: 80, http: \":80/\" }", "INFRA1060 7:26")]
    [TestCase("health: { tcp: 0 }", "INFRA1052 7:22")]
    [TestCase("health: { http: \"80/\" }", "INFRA1052 7:23")]
    [TestCase("health: { http: \":80\" }", "INFRA1052 7:23")]
    [TestCase("health: { http: \":99999/\" }", "INFRA1052 7:23")]
    [TestCase("health: { http: \":80/a b\" }", "INFRA1052 7:23")]
    [TestCase("health: { command: [] }", "INFRA1052 7:26")]
    [TestCase("health: { tcp: 80, within: 0s }", "INFRA1052 7:34")]
    [TestCase("health: { tcp: 80, within: 3601s }", "INFRA1052 7:34")]
    [TestCase("health: { tcp: 80, within: 61m }", "INFRA1052 7:34")]
    [TestCase("needs: []", "INFRA1052 7:14")]
    public void Another_form_is_refused_at_its_value(string field, string fault) =>
        Codes(Machine(field)).ShouldBe([fault]);

    [Test]
    public void A_copy_needs_its_own_sibling_or_what_all_have_in_common()
    {
        var seats = ZonedHead + """
              seat:
                copies: 2
                machines:
                  db: {}
                  desk: { needs: [db, mirror] }
              services: { machines: { mirror: {} } }
            """;

        File("host_vars/seat-02-desk.yml", seats).ShouldContain("instance_needs:\n  - seat-02-db\n  - mirror\n");
        File("site.yml", seats).ShouldContain("hosts: [seat_desk]\n");
    }

    [Test]
    public void Machines_are_provisioned_in_as_many_plays_as_there_are_steps_of_what_needs_what()
    {
        var site = File("site.yml", Shop("""
                  front: { needs: [web, db] }
                  web: { needs: [db] }
                  api: { needs: [db] }
                  db: {}
                  other: {}
            """));

        site.Split('\n').Where(l => l.StartsWith("  hosts: ", StringComparison.Ordinal)).Select(l => l[9..]).ShouldBe(
        [
            "localhost:all", "[all, \"!web\", \"!api\", \"!front\"]", "all", "[web, api]", "all", "[front]", "all",
        ]);
    }

    [Test]
    public void Without_needs_there_are_three_plays_as_ever() => File("site.yml", Shop("      web: { health: { tcp: 80 } }"))
        .Split('\n').Count(l => l.StartsWith("- name: ", StringComparison.Ordinal)).ShouldBe(3);
}
