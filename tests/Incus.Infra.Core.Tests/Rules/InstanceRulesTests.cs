using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

public sealed class InstanceRulesTests
{
    [TestCase("profiles: [default, bg]", "INFRA2301 8:34", TestName = "An unknown profile is refused")]
    [TestCase("profiles: [big, big]", "INFRA2314 8:30", TestName = "A profile cannot be listed twice")]
    [TestCase("config: { security.privileged: true }", "INFRA2302 8:24", TestName = "A privileged container is refused")]
    [TestCase("config: { security.secureboot: false }", "INFRA2303 8:24",
        TestName = "A container has no key of virtual machines")]
    [TestCase("config: { limits.memry: 1GiB }", "INFRA2304 8:24", TestName = "A key that Incus does not know is a warning")]
    [TestCase("config: { security.nesting: yes }", "INFRA2305 8:42", TestName = "A boolean key takes true or false")]
    [TestCase("config: { limits.processes: many }", "INFRA2305 8:42", TestName = "A number key takes a number")]
    [TestCase("config: { limits.memory: 8G }", "INFRA2305 8:39", TestName = "A limit of memory has a unit of Incus")]
    [TestCase("config: { limits.memory: 8 GiB }", "INFRA2305 8:39", TestName = "A size has no blank before its unit")]
    [TestCase("config: { limits.memory: 0 }", "INFRA2305 8:39", TestName = "A machine has some memory")]
    [TestCase("config: { limits.memory.swap: maybe }", "INFRA2305 8:44", TestName = "Swap is on, off or a size")]
    [TestCase("config: { limits.memory.enforce: often }", "INFRA2305 8:47", TestName = "One of a few words is expected")]
    [TestCase("config: { limits.cpu: 2.5 }", "INFRA2305 8:36", TestName = "CPUs are whole")]
    [TestCase("config: { limits.cpu: 0 }", "INFRA2305 8:36", TestName = "A machine has a CPU")]
    [TestCase("config: { limits.cpu: \"1-3,3\" }", "INFRA2305 8:36", TestName = "A set of CPUs has each once")]
    [TestCase("config: { limits.cpu.allowance: 50 }", "INFRA2305 8:46",
        TestName = "A share of CPU time is a percentage or a time")]
    [TestCase("config: { limits.cpu.priority: 11 }", "INFRA2305 8:45", TestName = "A priority is 10 at most")]
    [TestCase("config: { limits.hugepages.2MB: many }", "INFRA2305 8:46", TestName = "Huge pages are a size")]
    [TestCase("config: { boot.host_shutdown_action: reboot }", "INFRA2305 8:51", TestName = "An action is one that Incus knows")]
    [TestCase("config: { cluster.evacuate: never }", "INFRA2305 8:42", TestName = "Evacuation is a way that Incus knows")]
    [TestCase("config: { environment.A: \"x\\ny\" }", "INFRA2305 8:39", TestName = "An environment variable is one line")]
    [TestCase("config: { snapshots.expiry.manual: 1 year }", "INFRA2305 8:49", TestName = "An expiry has units of Incus")]
    [TestCase("config: { user.infra.project: x }", "INFRA2327 8:24", TestName = "Marks of Apply are reserved")]
    [TestCase("boot_autostart: sometimes", "INFRA1053 8:30", TestName = "A start is one of three")]
    [TestCase("config: { volatile.uuid: x }", "INFRA2306 8:24", TestName = "Keys that Incus writes itself are refused")]
    [TestCase("config: { boot.autostart: true }", "INFRA2315 8:24", TestName = "A key that a field sets is refused")]
    [TestCase("config: { security.protection.delete: true }", "INFRA2315 8:24",
        TestName = "Protection is set by the field ephemeral")]
    [TestCase("devices: { d: { path: /x } }", "INFRA2307 8:25", TestName = "A device has a type")]
    [TestCase("devices: { d: { type: dsik } }", "INFRA2308 8:36", TestName = "A device type that Incus does not know is refused")]
    [TestCase("devices: { d: { type: gpu, gputype: bogus } }", "INFRA2309 8:50",
        TestName = "A gputype that does not exist is refused")]
    [TestCase("devices: { d: { type: gpu, mig.uuid: x } }", "INFRA2310 8:41",
        TestName = "A GPU option of another gputype is refused")]
    [TestCase("vars: { instance_ip: x }", "INFRA2316 8:22", TestName = "A variable of the build cannot be replaced")]
    [TestCase("vars: { ansible_connection: x }", "INFRA2316 8:22", TestName = "A variable cannot redirect the connection")]
    [TestCase("vars: { infra_remote: x }", "INFRA2316 8:22", TestName = "A variable cannot lead to another server")]
    [TestCase("vars: { infra_allow_replace: true }", "INFRA2316 8:22",
        TestName = "A variable cannot allow what Apply was not told to do")]
    public void Machine_fields_are_checked_at_their_place(string field, string expected) => Codes(Head + $$"""
          home:
            subnet_id: 1
            profiles: { big: { config: { limits.cpu: 2 } } }
            machines:
              web: { {{field}} }
        """).ShouldBe([expected]);

    [TestCase("limits.memory: 8 GB", "8GB")]
    [TestCase("limits.memory: 8G", "8GiB")]
    [TestCase("limits.memory: 512m", "512MiB")]
    [TestCase("limits.memory: 50 %", "50%")]
    [TestCase("limits.memory.swap: 1gib", "1GiB")]
    [TestCase("limits.cpu: \"0, 2\"", "0,2")]
    [TestCase("limits.cpu: two", null)]
    [TestCase("limits.memory: lots", null)]
    public void A_value_in_the_notation_of_other_tools_says_what_was_meant(string config, string? meant)
    {
        var message = Fault(Machine($"config: {{{config}}}")).Message;
        message.Contains("Did you mean", StringComparison.Ordinal).ShouldBe(meant is not null);
        message.ShouldEndWith(meant is null ? "'." : $". Did you mean '{meant}'?");
    }

    [TestCase("config: {limits.memory: 2048}", "INFRA2363 7:31")]
    [TestCase("devices: {root: {size: 20}}", "INFRA2363 7:30")]
    [TestCase("config: {limits.memory: 2048MiB}")]
    [TestCase("config: {limits.memory: 1048576}")]
    [TestCase("config: {limits.memory.swap: 1}")]
    public void A_size_whose_unit_was_forgotten_is_a_warning(string keys, params string[] faults) =>
        Codes(Machine(keys)).ShouldBe(faults);

    [Test]
    public void A_size_of_a_volume_says_so_too() =>
        Fault(Machine("storage_volumes: {data: {path: /srv, size: 10 GB}}")).Message.ShouldEndWith("Did you mean '10GB'?");

    [TestCase("debian/13", true)]
    [TestCase("images:debian/13", false)]
    [TestCase("local:debian/13", false)]
    [TestCase("debian", false)]
    public void An_image_that_looks_like_one_of_a_remote_that_was_forgotten_is_a_warning(string image, bool isDoubtful)
    {
        Codes(Machine($"os_image: {image}")).ShouldBe(isDoubtful ? ["INFRA2621 7:17"] : []);
        Codes($$$"""
            project_name: test
            global: { base_subnet: "10.1", default_os_image: "{{{image}}}" }
            domains: {}
            """).ShouldBe(isDoubtful ? ["INFRA2621 2:50"] : []);
    }

    [TestCase("limits.memory: 50%, limits.memory.swap: 1GiB")]
    [TestCase("limits.memory: 8GB, limits.memory.swap: false")]
    [TestCase("limits.memory: 1073741824, limits.memory.swap: \"on\"")]
    [TestCase("limits.memory: \"512 bytes\", limits.memory.enforce: soft")]
    [TestCase("limits.cpu: 4, limits.cpu.nodes: balanced, limits.cpu.allowance: 25ms/100ms")]
    [TestCase("limits.cpu: 0-3, limits.cpu.nodes: 0, limits.cpu.allowance: 50%, limits.cpu.priority: 10")]
    [TestCase("limits.cpu: \"0,2,4-6\"")]
    [TestCase("limits.cpu: \"\", limits.memory: \"\"")]
    [TestCase("limits.processes: 3000000000, security.idmap.size: 4294967295, boot.autostart.delay: -1")]
    [TestCase("limits.kernel.nofile: 65536, limits.kernel.core: unlimited")]
    [TestCase("limits.hugepages.1GB: 0, snapshots.expiry.manual: 1w 2d 3H")]
    [TestCase("boot.host_shutdown_action: force-stop, cluster.evacuate: live-migrate, environment.A: \"b c\"")]
    [TestCase("user.infrastructure: x, user.note: \"two\\nlines\"")]
    public void Values_that_Incus_takes_pass(string config) => Codes(Machine($"config: {{{config}}}")).ShouldBeEmpty();

    [Test]
    public void A_key_that_was_written_in_parts_is_told_in_full() =>
        Fault(Machine("config: {limits: {memory: 2GiB}}")).ToString().ShouldEndWith(
            "error INFRA1051: 'limits' must be a single value, but is a mapping. "
            + "If its keys belong to it, write each in full: limits.memory.");

    [TestCase("99999w", true)]
    [TestCase("999999w", false)]
    public void An_expiry_does_not_end_after_the_last_year_that_a_date_has(string expiry, bool isRight) =>
        Codes(Machine($"snapshots: {{expiry: {expiry}}}")).ShouldBe(isRight ? [] : ["INFRA1052 7:27"]);

    [Test]
    public void A_start_as_it_was_last_can_be_said_of_a_machine_and_in_a_profile() => File("host_vars/web.yml", Head + """
          home:
            subnet_id: 1
            profiles: { late: { config: { boot.autostart: last-state } } }
            machines: { web: { boot_autostart: last-state } }
        """).ShouldContain("instance_boot_autostart: last-state\n");

    [Test]
    public void Machines_that_are_all_commented_out_are_none() =>
        Codes($"{Head}  home:\n    subnet_id: 1\n    machines:\n      # web: {{}}\n").ShouldBeEmpty();

    [Test]
    public void A_device_without_content_is_refused_at_its_place()
    {
        Codes(Machine("devices: {d: }")).ShouldBe(["INFRA2307 7:17"]);
        Codes(Machine("devices: {d: {type: }}")).ShouldBe(["INFRA1055 7:27", "INFRA2307 7:17"], ignoreOrder: true);
    }

    [Test]
    public void A_virtual_machine_has_no_key_of_containers() => Codes(Head + """
          home: { subnet_id: 1, machines: { web: { type: vm, config: { limits.cpu.allowance: 50% } } } }
        """).ShouldBe(["INFRA2303 4:64"]);

    [Test]
    public void Profiles_are_checked_like_machines() => Codes(Head + """
          home:
            subnet_id: 1
            profiles:
              big: { config: { security.privileged: "true" }, devices: { g: { type: gpu, gputype: phys } } }
              marked: { config: { user.infra.domain: x }, devices: { root: { type: none }, d: { type: disk } } }
        """).ShouldBe(["INFRA2302 7:24", "INFRA2309 7:91", "INFRA2327 8:27", "INFRA2328 8:62", "INFRA2329 8:84"]);

    [Test]
    public void A_machine_without_image_is_refused_unless_its_domain_is_disabled()
    {
        const string Text = """
            project_name: test
            global: { base_subnet: "10.1" }
            domains: { home: { subnet_id: 1, enabled: ENABLED, machines: { web: {} } } }
            """;
        Codes(Text.Replace("ENABLED", "true", StringComparison.Ordinal)).ShouldBe(["INFRA2313 3:61"]);
        Codes(Text.Replace("ENABLED", "false", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Test]
    public void Two_mounts_on_one_path_and_a_volume_named_like_a_device_are_refused() => Codes(Head + """
          home:
            subnet_id: 1
            machines:
              web:
                devices: { data: { type: disk, source: /srv, path: /data/ } }
                storage_volumes: { data: { path: /data } }
        """).ShouldBe(["INFRA2311 9:28", "INFRA2312 9:42"]);

    [TestCase("", "root", "the device that every machine has for its root disk or network. Rename it")]
    [TestCase("", "eth0", "the device that every machine has for its root disk or network. Rename it")]
    [TestCase("", "card", "a device of the machine or of its profiles (line 7). Rename one of them")]
    [TestCase("profiles: [big], ", "disk", "a device of the machine or of its profiles (line 8). Rename one of them")]
    [TestCase("profiles: [big], ", "card")]
    public void A_volume_cannot_take_the_place_of_a_device_that_the_machine_has(
        string profiles, string volume, string? device = null) =>
        Compile(Head + $$"""
              home:
                subnet_id: 1
                profiles:
                  default: { devices: { card: { type: usb } } }
                  big: { devices: { disk: { type: disk, path: /d, source: /d } } }
                machines:
                  web: { {{profiles}}storage_volumes: { {{volume}}: { path: /data } } }
            """).Diagnostics.Select(d => $"{d.Code}: {d.Message}").ShouldBe(device is null
                ? []
                : [$"INFRA2311: Machine 'web': volume '{volume}' has the name of {device}."]);

    [Test]
    public void A_container_in_an_untrusted_domain_is_a_warning_and_a_virtual_machine_is_not()
    {
        Codes(Head + "  home: { subnet_id: 1, trust_level: untrusted, machines: { web: {} } }\n").ShouldBe(["INFRA2317 4:61"]);
        Codes(Head + "  home: { subnet_id: 1, trust_level: disposable, machines: { web: { type: vm } } }\n").ShouldBeEmpty();
    }

    [TestCase("base_subnet: \"10.1\"")]
    [TestCase("addressing: { zone_base: 100 }")]
    public void Every_variable_that_the_build_writes_is_reserved(string addressing)
    {
        var names = Compile($$"""
            project_name: test
            global: { {{addressing}}, default_os_image: i, default_connection: c, default_user: u }
            domains:
              home:
                subnet_id: 1
                trust_level: trusted
                profiles: { big: {} }
                snapshots: { keep: 1 }
                machines:
                  web:
                    boot_autostart: true
                    boot_priority: 1
                    provision: [{ apt: { packages: [git] } }]
                    snapshots: { expiry: 7d, pattern: x, schedule: "@daily" }
            """).Files
            .Where(f => f.Path.Contains("_vars/", StringComparison.Ordinal))
            .SelectMany(f => f.Text.Split('\n'))
            .Where(line => line.Length > 0 && char.IsAsciiLetter(line[0]))
            .Select(line => line.Split(':')[0]).ToList();

        names.Count.ShouldBeGreaterThan(30);
        foreach (var name in names)
        {
            Codes(Machine($"vars: {{{name}: 1}}")).ShouldBe(["INFRA2316 7:14"], name);
        }
    }

    [Test]
    public void What_the_collection_lets_a_machine_set_for_itself_is_not_reserved() =>
        Codes(Machine("vars: {infra_network_timeout: 3, infra_lock_timeout: 9, infra_cloud_init_timeout: 0}")).ShouldBeEmpty();

    [Test]
    public void Booleans_and_numbers_become_the_strings_that_Incus_stores() =>
        File("host_vars/web.yml", Head + """
              home:
                subnet_id: 1
                machines:
                  web: { config: { security.nesting: True, limits.cpu: 2, user.a: 1.50, user.b: "yes" } }
            """).ShouldContain("""
            instance_config:
              security.nesting: "true"
              limits.cpu: "2"
              user.a: "1.50"
              user.b: "yes"

            """);
}
