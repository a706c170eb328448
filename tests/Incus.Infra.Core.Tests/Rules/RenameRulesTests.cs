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
