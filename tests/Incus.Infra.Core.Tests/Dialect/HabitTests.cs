using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Dialect;

/// <summary>What users of other tools, and those who miscount blanks, write gets the advice that fits, at its line.</summary>
internal sealed class HabitTests
{
    [TestCase("image: images:debian/13", "Write os_image.")]
    [TestCase("memory: 2GiB", "Write limits.memory under 'config'.")]
    [TestCase("ram: 2GiB", "Write limits.memory under 'config'.")]
    [TestCase("cpu: 2", "Write limits.cpu under 'config'.")]
    [TestCase("cpus: 2", "Write limits.cpu under 'config'.")]
    [TestCase("disk: 20GiB", "Write size under 'devices', 'root'.")]
    [TestCase("volumes: {}", "Write storage_volumes.")]
    [TestCase("depends_on: [db]", "Write needs.")]
    [TestCase("packages: [vim]", "Write packages under 'apt' in a step under 'provision'.")]
    [TestCase("users: [{name: dev}]", "Write users in a step under 'provision'.")]
    [TestCase("limits.memory: 2GiB", "It is an option of Incus: write it under 'config'.")]
    [TestCase("security.nesting: true", "It is an option of Incus: write it under 'config'.")]
    [TestCase("trust_level: trusted", "It is a key of a domain: write it there.")]
    [TestCase("default_os_image: x", "It is a key of 'global': write it there.")]
    [TestCase("network_policies: []", "It is a key of the top level: write it there.")]
    public void A_key_of_another_tool_or_place_says_what_to_write(string key, string advice)
    {
        Codes(Machine(key)).ShouldBe(["INFRA1050 7:7"]);
        Fault(Machine(key)).Message.ShouldEndWith($"has no effect. {advice}");
    }

    [TestCase("container", "lxc")]
    [TestCase("virtual-machine", "vm")]
    public void A_type_by_the_name_that_Incus_has_for_it_is_told_ours(string type, string meant) =>
        Fault(Machine($"type: {type}")).Message.ShouldEndWith($"but is '{type}'. Did you mean '{meant}'?");

    [Test]
    public void Machines_that_stand_one_level_too_high_are_no_domain()
    {
        const string Text = """
            project_name: p
            global: { addressing: {}, default_os_image: images:x }
            domains:
              work:
                trust_level: trusted
              machines:
                web: { roles: [base_system] }
            """;
        Codes(Text).ShouldBe(["INFRA1070 6:3"]);
        Fault(Text).Message.ShouldBe("Domain name expected, but 'machines' is a key. Indent it below 'work'.");
    }

    [TestCase("  lab:\n  subnet_id: 1\n", "INFRA1070 5:3")]
    [TestCase("  subnet_id: 1\n", "INFRA1070 4:3")]
    [TestCase("  lab: {subnet_id: 1}\n  machines:\n", "INFRA1070 5:3")]
    [TestCase("  lab: {subnet_id: 1}\n  machines: {}\n", "INFRA1070 5:3")]
    [TestCase("  lab:\n    subnet_id: 1\n    machines:\n      web:\n      roles: [a]\n", "INFRA1070 8:7")]
    [TestCase("  lab:\n    subnet_id: 1\n    machines:\n      web:\n      config: {limits.cpu: 2}\n", "INFRA1070 8:7")]
    [TestCase("  lab:\n    subnet_id: 1\n    profiles:\n      big:\n      config: {limits.cpu: 2}\n", "INFRA1070 8:7")]
    public void A_key_that_is_not_indented_enough_is_no_name(string domains, string expected) =>
        Codes(Head + domains).ShouldContain(expected);

    [TestCase("  snapshots: { subnet_id: 1 }\n")]
    [TestCase("  lab: { subnet_id: 1, machines: { gpu: {}, services: { roles: [a] }, config: { gpu: false } } }\n")]
    public void A_name_may_be_a_word_that_is_a_key_elsewhere(string domains) => Codes(Head + domains).ShouldBeEmpty();

    [TestCase("web: {roles: [base_system]}")]
    [TestCase("web: {}")]
    [TestCase("web:")]
    public void A_machine_directly_in_a_domain_is_refused_because_it_would_not_exist(string machine)
    {
        var text = $"{Head}  lab:\n    subnet_id: 1\n    {machine}\n";
        Codes(text).ShouldBe(["INFRA1071 6:5"]);
        Fault(text).Message.ShouldBe(
            "'web' stands directly in 'lab'. Indent it below 'machines', or prefix it with 'x-' if it is your own note.");
    }

    [Test]
    public void Domains_beside_the_key_for_them_and_volumes_beside_theirs_are_refused_too()
    {
        Codes(Head + "work: { trust_level: trusted }\n").ShouldBe(["INFRA1055 3:9", "INFRA1071 4:1"]);
        Codes(Machine("data: {path: /srv}")).ShouldBe(["INFRA1071 7:7"]);
    }

    [Test]
    public void A_misspelt_field_is_told_as_such_and_not_as_a_machine()
    {
        Codes($"{Head}  lab: {{ subnet_id: 1, machnes: {{}} }}\n").ShouldBe(["INFRA1050 4:24"]);
        Fault($"{Head}  lab: {{ subnet_id: 1, machnes: {{}} }}\n").Message.ShouldEndWith("Did you mean 'machines'?");
    }

    [Test]
    public void All_that_a_file_has_of_other_tools_is_told_in_one_run() => Codes("""
        project_name: my-infra
        global: { addressing: {}, default_os_image: debian/13 }
        domains:
          work:
            machines:
              web:
                image: debian
                type: container
                config:
                  limits: { memory: 2GiB, cpu: 2 }
                  limits.memory: 8 GB
                  environment: { A: b }
                devices:
                  - eth1: { type: nic }
                profiles: default
                ip: 10.120.0.5/24
                storage_volumes: { d: { path: data, size: 10G } }
        """).ShouldBe(
        [
            "INFRA2621 2:45", "INFRA1050 7:9", "INFRA1053 8:15", "INFRA1051 10:19", "INFRA2305 11:26", "INFRA1051 12:24",
            "INFRA1051 14:11", "INFRA1051 15:19", "INFRA1052 16:13", "INFRA1052 17:39", "INFRA1052 17:51",
        ]);

    [Test]
    public void A_file_of_AnKLuMe_2_is_named_as_such_at_its_line_and_nothing_follows_from_it() =>
        Codes("# ours\nschema_version: 2\ndefaults: {os_image: images:x}\naddressing: {base: \"10.100\"}\n")
            .ShouldBe(["INFRA1072 2:1"]);
}
