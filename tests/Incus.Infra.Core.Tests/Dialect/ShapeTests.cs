using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Dialect;

/// <summary>What does not have the shape of infra.yml: the code, the place and the advice of each fault.</summary>
internal sealed class ShapeTests
{
    [Test]
    public void An_unknown_key_is_INFRA1050_and_only_a_warning()
    {
        Codes(Minimal + "colour: red\n").ShouldBe(["INFRA1050 4:1"]);
        Compile([.. System.Text.Encoding.UTF8.GetBytes(Minimal + "colour: red\n")]).Succeeded.ShouldBeTrue();
    }

    [TestCase("os_imag", "os_image")]
    [TestCase("osImage", "os_image")]
    [TestCase("OS-IMAGE", "os_image")]
    [TestCase("boot_autostrat", "boot_autostart")]
    [TestCase("profile", "profiles")]
    public void A_misspelt_key_names_the_one_that_was_meant(string key, string meant) =>
        Compile(Machine($"{key}: x")).Diagnostics.Single(d => d.Code == "INFRA1050")
            .Message.ShouldEndWith($"Did you mean '{meant}'?");

    [Test]
    public void A_key_that_resembles_none_gets_no_guess() =>
        Fault(Machine("colour: red")).Message.ShouldEndWith("prefix it with 'x-' if it is your own.");

    [Test]
    public void Keys_of_ones_own_are_allowed_everywhere_but_among_names() =>
        Codes(Machine("x-note: {anything: [1, goes]}") + "x-top: 1\n").ShouldBeEmpty();

    [TestCase("description: 5", "7:20", "Put it in quotes: \"5\".")]
    [TestCase("gpu: \"true\"", "7:12", "Write it without quotes.")]
    [TestCase("type: true", "7:13", "'type' must be lxc or vm, but is the boolean true.")]
    [TestCase("roles: base", "7:14", "Write each item on its own line, starting with '- '.")]
    [TestCase("config: [a]", "7:15", "Write each with its key: a name, a colon and a space before it.")]
    [TestCase("config: [{limits.cpu: 1}]", "7:15", "Remove the '- ' before its keys.")]
    [TestCase("ports: [8080:80]", "7:14", "Write each with its key: a name, a colon and a space before it.")]
    [TestCase("storage_volumes: [data]", "7:24", "Write each as a key: data: {}.")]
    [TestCase("storage_volumes: [{name: data}]", "7:24", "Write each below its name: 'data:' in place of '- name: data'.")]
    [TestCase("provision: {apt: {packages: [vim]}}", "7:18", "Put '- ' before its first key.")]
    [TestCase("ports: {web: 8080}", "7:20", "and /udp, but is the number 8080.")]
    [TestCase("health: {tcp: 80, within: 90}", "7:33", "1m to 60m, but is the number 90.")]
    [TestCase("storage_volumes: {v: {path: /v, size: 20}}", "7:45", "such as 500MiB or 10GiB, but is the number 20.")]
    [TestCase("os_image: {a: 1}", "7:17", "but is a mapping.")]
    public void A_value_of_the_wrong_type_is_INFRA1051_with_advice(string key, string place, string advice)
    {
        Codes(Machine(key)).ShouldBe([$"INFRA1051 {place}"]);
        Fault(Machine(key)).Message.ShouldEndWith(advice);
    }

    [TestCase("boot_priority: 101", "7:22")]
    [TestCase("boot_priority: -1", "7:22")]
    [TestCase("ip: 10.100.1.256", "7:11")]
    [TestCase("ip: \"10.100.1.5\\n\"", "7:11")]
    [TestCase("snapshots_expiry: 3 days", "7:25")]
    [TestCase("snapshots_schedule: \"* * * *\"", "7:27")]
    [TestCase("storage_volumes: {data: {path: /srv/../etc}}", "7:38")]
    [TestCase("storage_volumes: {data: {path: srv}}", "7:38")]
    [TestCase("storage_volumes: {data: {path: /srv, size: 10 GiB}}", "7:50")]
    [TestCase("os_image: \"images: debian\"", "7:17")]
    [TestCase("roles: [../../escape]", "7:15")]
    public void A_value_out_of_range_or_of_the_wrong_form_is_INFRA1052(string key, string place) =>
        Codes(Machine(key)).ShouldBe([$"INFRA1052 {place}"]);

    [Test]
    public void A_first_octet_that_no_address_has_is_a_fault_like_any_other() =>
        Codes("project_name: p\nglobal: {addressing: {base_octet: 300}}\ndomains: {}\n").ShouldBe(["INFRA1052 2:35"]);

    [Test]
    public void An_empty_list_where_one_item_is_needed_is_INFRA1052() =>
        Codes(Minimal + "network_policies: [{from: host, to: host, ports: []}]\n")
            .ShouldBe(["INFRA2338 4:27", "INFRA1052 4:50"]);

    [Test]
    public void A_single_value_where_a_word_or_a_list_belongs_is_INFRA1051_with_both() =>
        Compile(Minimal + "network_policies: [{from: host, to: host, ports: 80}]\n").Diagnostics
            .Single(d => d.Code == "INFRA1051").Message.ShouldBe(
                "'ports' must be all, or a list with at least one item, but is the number 80. "
                + "Write each item on its own line, starting with '- '.");

    [Test]
    public void A_number_is_told_in_short() =>
        Fault(Machine($"type: {new string('1', 5000)}")).Message.Length.ShouldBeLessThan(300);

    [Test]
    public void A_word_that_is_no_choice_is_INFRA1053_with_a_guess()
    {
        Codes(Machine("type: lxd")).ShouldBe(["INFRA1053 7:13"]);
        Fault(Machine("type: lxd")).Message.ShouldBe("'type' must be lxc or vm, but is 'lxd'. Did you mean 'lxc'?");
    }

    [Test]
    public void A_missing_key_is_INFRA1054_at_the_mapping_that_needs_it()
    {
        Codes("x-a: 1\n").ShouldBe(["INFRA1054 1:1", "INFRA1054 1:1", "INFRA1054 1:1"]);
        Codes(Machine("storage_volumes: {data: {size: 1GiB}}")).ShouldBe(["INFRA1054 7:31"]);
    }

    [TestCase("domains:\n", "3:9")]
    [TestCase("domains: ~\n", "3:10")]
    [TestCase("domains: {}\nnetwork_policies:\n", "4:18")]
    [TestCase("domains: {lab: {subnet_id: 1, description: }}\n", "3:44")]
    public void A_key_without_value_is_INFRA1055_behind_the_key(string domains, string place) =>
        Codes("project_name: home\nglobal: {base_subnet: \"10.100\"}\n" + domains).ShouldBe([$"INFRA1055 {place}"]);

    [TestCase("health: ", "Indent its keys below it.")]
    [TestCase("snapshots: {pre: }", "Write its items below it, or [].")]
    [TestCase("needs: ", "Write its items below it.")]
    public void An_empty_value_is_advised_only_where_it_is_one(string key, string advice) =>
        Fault(Machine(key)).Message.ShouldEndWith($"has no value. {advice}");

    [Test]
    public void A_mapping_whose_lines_are_all_commented_out_is_empty()
    {
        const string Empty = """
              lab:
                subnet_id: 1
                profiles: { small: VALUE }
                snapshots: VALUE
                machines:
                  web: VALUE
                  db: { config: VALUE, devices: VALUE, storage_volumes: VALUE, vars: VALUE, snapshots: VALUE }
                  dev: { provision: [{ script: { inline: x, version: "1", environment: VALUE } }] }
            """;
        Texts("").ShouldBe(Texts("{}"));
        Codes("project_name: p\nglobal:\n  addressing:\n  default_os_image: images:x\ndomains: {lab: , den: {machines: }}\n")
            .ShouldBeEmpty();

        static IEnumerable<string> Texts(string value)
        {
            var compilation = Compile(Head + Empty.Replace("VALUE", value, StringComparison.Ordinal));
            compilation.Diagnostics.ShouldBeEmpty();
            return compilation.Files.Select(f => $"{f.Path}: {f.Text}");
        }
    }

    [Test]
    public void A_list_item_without_value_is_INFRA1055() =>
        Codes(Minimal + "network_policies:\n-\n").ShouldBe(["INFRA1055 5:2"]);

    [Test]
    public void A_mapping_without_any_of_the_keys_of_which_it_needs_one_is_INFRA1059()
    {
        Codes(Machine("provision: [{name: a}]")).ShouldBe(["INFRA1059 7:19"]);
        Codes(Machine("provision: [{script: {file: x.sh}}]")).ShouldBe(["INFRA1059 7:28"]);
        Codes(Machine("provision: [{script: {version: \"1\"}}]")).ShouldBe(["INFRA1059 7:28"]);
        Codes(Machine("provision: [{apt: {}}, {pip: {venv: /srv/v}}]")).ShouldBe(["INFRA1059 7:25", "INFRA1059 7:36"]);
        Fault(Machine("provision: [{name: a}]")).Message
            .ShouldBe("'provision[0]' needs the key apt, pip, git, script, files, users or services. Add one of them.");
    }

    [Test]
    public void Two_keys_that_exclude_each_other_are_INFRA1060_at_the_second_one()
    {
        Codes(Machine("provision: [{apt: {packages: [a1]}, git: {repo: a, dest: /a}}]")).ShouldBe(["INFRA1060 7:43"]);
        Codes(Machine("provision: [{script: {file: x.sh, inline: x, creates: /x}}]")).ShouldBe(["INFRA1060 7:41"]);
    }

    [TestCase("export_apps: [firefox]")]
    public void A_key_of_AnKLuMe_that_is_not_read_is_INFRA1057(string key) => Codes(Machine(key)).ShouldBe(["INFRA1057 7:7"]);

    [TestCase("config: {\"a b\": 1}", "7:16")]
    [TestCase("devices: {\"../x\": {type: none}}", "7:17")]
    [TestCase("storage_volumes: {a/b: {path: /srv}}", "7:25")]
    [TestCase("vars: {a-b: 1}", "7:14")]
    [TestCase("config: {null: 1}", "7:16")]
    public void A_name_of_the_wrong_form_is_INFRA2001(string key, string place) =>
        Codes(Machine(key)).ShouldContain($"INFRA2001 {place}");

    [Test]
    public void All_faults_are_told_in_one_run_in_the_order_of_the_file() =>
        Codes(Machine("gpu: 1, type: lxd, boot_priority: 101, colour: red"))
            .ShouldBe(["INFRA1051 7:12", "INFRA1053 7:21", "INFRA1052 7:41", "INFRA1050 7:46"]);
}
