using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

public sealed class RenameRulesTests
{
    [Test]
    public void A_former_name_is_that_of_no_machine_in_the_file_its_own_among_them() => Codes(Head + """
          home: { subnet_id: 1, machines: { web: { was: db }, db: { was: old }, me: { was: me } } }
          work: { subnet_id: 2, machines: { dev: { was: web }, ring: { was: round }, round: { was: ring } } }
        """).ShouldBe(["INFRA2670 4:49", "INFRA2670 4:84", "INFRA2670 5:49", "INFRA2670 5:69", "INFRA2670 5:92"]);

    [Test]
    public void One_machine_became_one_and_another_domain_may_have_had_one_of_that_name() => Codes(Head + """
          home: { subnet_id: 1, machines: { web: { was: old }, db: { was: old } } }
          work: { subnet_id: 2, machines: { dev: { was: old } } }
        """).ShouldBe(["INFRA2671 4:67"]);

    [Test]
    public void Machines_of_copies_have_none() => Codes(Head + """
          seat: { copies: 3, machines: { desk: { was: old } } }
        """).ShouldBe(["INFRA2672 4:47"]);

    [Test]
    public void One_that_comes_from_another_domain_may_have_had_its_name_there() => Codes(Head + """
          home: { subnet_id: 1, machines: { web: { was: lab/web }, db: { was: home/old } } }
          lab: { subnet_id: 2, machines: { old: {} } }
        """).ShouldBe(["INFRA2670 4:71"]);

    [Test]
    public void Nobody_else_came_from_there() => Codes(Head + """
          home: { subnet_id: 1, machines: { web: { was: lab/old }, db: { was: lab/old } } }
          work: { subnet_id: 2, was: lab, machines: { one: { was: old }, two: {} } }
        """).ShouldBe(["INFRA2671 4:71", "INFRA2671 5:59"]);

    [Test]
    public void A_machine_moves_within_a_server() => Codes(Head + """
          home: { subnet_id: 1, remote: far, machines: { web: { was: lab/web } } }
          lab: { subnet_id: 2 }
        """).ShouldBe(["INFRA2677 4:62"]);

    [Test]
    public void The_former_name_of_a_domain_is_that_of_no_other_one() => Codes(Head + """
          home: { subnet_id: 1, was: lab }
          lab: { subnet_id: 2, was: old }
          work: { subnet_id: 3, was: old }
          seat: { copies: 2, was: desk, machines: { own: {} } }
        """).ShouldBe(["INFRA2674 4:30", "INFRA2675 6:30", "INFRA2676 7:27"]);

    [Test]
    public void A_machine_comes_with_its_domain_or_from_another_one()
    {
        const string Text = Head + """
              home: { subnet_id: 1, was: lab, machines: { web: {}, db: { was: old } } }
              work: { subnet_id: 2, machines: { dev: { was: den/dev } } }
            """;
        File("group_vars/home.yml", Text).ShouldContain("domain_was: lab\n");
        File("host_vars/web.yml", Text).ShouldContain("instance_was: lab/web\n");
        File("host_vars/db.yml", Text).ShouldContain("instance_was: lab/old\n");
        File("host_vars/dev.yml", Text).ShouldContain("instance_was: den/dev\n");
    }

    [Test]
    public void A_former_name_is_a_name() => Codes(Machine("was: ../x")).ShouldBe(["INFRA1052 7:12"]);

    [TestCase("state: stopped, boot_autostart: true", "INFRA2673 7:39")]
    [TestCase("state: stopped, boot_autostart: false")]
    [TestCase("state: any, boot_autostart: true")]
    [TestCase("state: off", "INFRA1053 7:14")]
    public void What_is_to_be_stopped_does_not_start_with_the_host(string fields, params string[] codes) =>
        Codes(Machine(fields)).ShouldBe(codes);

    [Test]
    public void Only_what_is_no_default_is_written()
    {
        File("host_vars/web.yml", Machine("state: running")).ShouldNotContain("instance_state");
        File("host_vars/web.yml", Machine("state: stopped, was: old"))
            .ShouldContain("instance_state: stopped\ninstance_was: old\n");
    }
}
