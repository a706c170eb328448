using System.Text.RegularExpressions;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;
using Microsoft.Build.Utilities;

namespace Incus.Infra.Tasks.Tests.Importing;

/// <summary>Hosts that people made by hand: what Import makes of them builds, and Apply keeps them as they are.</summary>
internal sealed partial class ImportTests
{
    private const string Secret = "hunter2hunter2";

    private static IEnumerable<TestCaseData> Hosts =>
    [
        Host("with_a_fixed_address_and_nothing_else",
            new HandMadeHost().Project("web", "10.50.3").Machine("web", "www", "10.50.3.7"),
            "    subnet_id: 3\n", "      www:\n        ip: 10.50.3.7\n        ephemeral: true\n"),
        Host("of_the_client_where_machines_have_card_and_disk_and_the_profile_nothing",
            new HandMadeHost().Project("web", "10.50.3").Profile("web", "default")
                .Machine("web", "www", "10.50.3.7", devices: new() { ["root"] = HandMadeHost.Disk() }),
            "      www:\n        ip: 10.50.3.7\n        ephemeral: true\n"),
        Host("whose_machine_asks_DHCP", new HandMadeHost().Project("web", "10.50.3").Machine("web", "www", seen: ["10.50.3.120"]),
            "from DHCP (10.50.3.120)", "          eth0:\n            ipv4.address: \"\"\n"),
        Host("whose_machine_set_its_address_itself",
            new HandMadeHost().Project("web", "10.50.3").Machine("web", "www", seen: ["10.50.3.20", "127.0.0.1"]),
            "security.ipv4_filtering: false"),
        Host("whose_machine_has_a_second_address",
            new HandMadeHost().Project("web", "10.50.3").Machine("web", "www", "10.50.3.7", seen: ["10.50.3.7", "10.50.3.8"]),
            "        ip: 10.50.3.7\n", "security.ipv4_filtering: false"),
        Host("whose_machine_has_an_address_that_infra_yml_has_not",
            new HandMadeHost().Project("web", "10.50.3").Machine("web", "www", "10.50.3.150", seen: ["10.50.3.150"]),
            "keeps the address 10.50.3.150", "ipv4.address: \"\""),
        Host("whose_bridge_has_no_DHCP", new HandMadeHost().Project("web", "10.50.3", bridge: new() { ["ipv4.dhcp"] = "false" })
                .Machine("web", "www", seen: ["10.50.3.150"]),
            "security.ipv4_filtering: false", "stay unchanged: ipv4.dhcp."),
        Host("with_limits_and_booleans_and_several_lines",
            new HandMadeHost().Project("web", "10.50.3").Machine("web", "www", "10.50.3.7", config: new()
            {
                ["limits.cpu"] = "2",
                ["limits.memory"] = "2GiB",
                ["security.nesting"] = "true",
                ["user.note"] = "{{ no_template }}",
                ["cloud-init.user-data"] = "#cloud-config\npackages:\n  - nginx\n",
                ["boot.autostart"] = "true",
                ["boot.autostart.priority"] = "10",
                ["security.protection.delete"] = "true",
            }),
            "          limits.cpu: 2\n", "          limits.memory: 2GiB\n", "security.nesting: true", "boot_autostart: true",
            "boot_priority: 10", "          cloud-init.user-data: |\n            #cloud-config\n            packages:\n"),
        Host("with_a_schedule_of_snapshots",
            new HandMadeHost().Project("web", "10.50.3").Machine("web", "www", "10.50.3.7", config: new()
            {
                ["snapshots.schedule"] = "@daily",
                ["snapshots.expiry"] = "24H",
                ["snapshots.pattern"] = "auto-%d",
            }).Machine("web", "old", "10.50.3.8", config: new()
            {
                ["snapshots.schedule"] = "@daily, @weekly",
                ["snapshots.expiry"] = "3m",
            }),
            "          schedule: \"@daily\"\n          expiry: 24h\n          pattern: \"auto-%d\"\n",
            "infra.yml cannot express '3m'", "snapshots schedule is left out. INFRA1052"),
        Host("with_volumes_of_both_kinds",
            new HandMadeHost().Project("web", "10.50.3").Volume("web", "www-data", size: "1048576").Volume("web", "other")
                .Volume("web", "unused").Machine("web", "www", "10.50.3.7", devices: new()
                {
                    ["data"] = new() { ["type"] = "disk", ["pool"] = "default", ["source"] = "www-data", ["path"] = "/srv" },
                    ["more"] = new() { ["type"] = "disk", ["pool"] = "default", ["source"] = "other", ["path"] = "/more" },
                }),
            "        storage_volumes:\n          data:\n            path: /srv\n            size: \"1048576\"\n",
            "'other' is only attached as a device", "No machine uses the volume 'unused'"),
        Host("with_two_pools", TwoPools(), "pool: fast"),
        Host("with_profiles",
            new HandMadeHost().Project("web", "10.50.3").Profile("web", "small", "Little", new() { ["limits.memory"] = "64MiB" })
                .Machine("web", "www", "10.50.3.7", profiles: ["default", "small"]).Machine("web", "bare", profiles: ["small"],
                    devices: new() { ["eth0"] = HandMadeHost.Card("net-web"), ["root"] = HandMadeHost.Disk() }),
            "        profiles: [default, small]\n", "        profiles: [small]\n", "        description: Little\n"),
        Host("with_graphics_cards_in_two_machines",
            new HandMadeHost().Project("web", "10.50.3")
                .Profile("web", "gpu", "", [], new() { ["card"] = new() { ["type"] = "gpu" } })
                .Machine("web", "one", "10.50.3.7", profiles: ["default", "gpu"])
                .Machine("web", "two", "10.50.3.8", devices: new() { ["gpu"] = new() { ["type"] = "gpu" } }),
            "gpu_policy: shared"),
        Host("with_proxies_on_one_port",
            new HandMadeHost().Project("web", "10.50.3").Machine("web", "one", "10.50.3.7", devices: Proxy())
                .Machine("web", "two", "10.50.3.8", devices: Proxy(), edit: Stopped),
            "listen: tcp:0.0.0.0:80", "devices http is left out."),
        Host("with_a_virtual_machine", new HandMadeHost().Project("web", "10.50.3")
                .Machine("web", "vm", "10.50.3.7", config: new() { ["security.secureboot"] = "false" },
                    edit: o => o with { Type = "virtual-machine" }),
            "        type: vm\n", "security.secureboot: false"),
        Host("with_machines_that_do_not_run", new HandMadeHost().Project("web", "10.50.3")
                .Machine("web", "off", "10.50.3.7", edit: Stopped)
                .Machine("web", "still", "10.50.3.8", edit: o => o with { Status = "Frozen" }),
            "        state: stopped\n", "        state: any\n"),
        Host("with_a_bridge_of_everybody", new HandMadeHost().Project("web", "10.50.3").Machine("web", "www", "10.50.3.7")
                .Project("shop", "10.50.4", bridgeName: "br0")
                .Machine("shop", "till", devices: new() { ["eth0"] = HandMadeHost.Card("br0") }),
            "Project shop is left out. A domain has a bridge of its own, here 'net-shop'"),
        Host("with_secrets", new HandMadeHost().Project("web", "10.50.3").Machine("web", "www", "10.50.3.7", config: new()
            {
                ["environment.DB_PASSWORD"] = Secret,
                ["environment.DSN"] = $"postgres://me:{Secret}@db/x",
                ["cloud-init.user-data"] = $"#cloud-config\nchpasswd: {{list: [root:{Secret}]}}\n",
                ["user.vendor-data"] = $"-----BEGIN OPENSSH PRIVATE KEY-----\n{Secret}\n",
                ["user.api-token"] = Secret,
            }, edit: o => o with { Description = $"root's password: {Secret}" }),
            "environment.DB_PASSWORD is left out: it may be a secret.", "cloud-init.user-data is left out",
            "user.api-token is left out"),
        Host("with_words_of_all_kinds", new HandMadeHost().Project("web", "10.50.3")
                .Machine("web", "www", "10.50.3.7", config: new()
                {
                    ["user.a"] = "# x: - y",
                    ["user.b"] = "null",
                    ["user.c"] = "é\u2028\u0007",
                },
                    edit: o => o with { Description = "Boîte à \"outils\" ☃\n# not: a comment\n" }),
            "Boîte à \\\"outils\\\" ☃\\n# not: a comment\\n", "user.b: \"null\""),
        Host("with_descriptions_that_look_like_something_else", new HandMadeHost().Project("web", "10.50.3")
                .Machine("web", "one", "10.50.3.7", edit: o => o with { Description = "007" })
                .Machine("web", "two", "10.50.3.8", edit: o => o with { Description = "2" })
                .Machine("web", "yes", "10.50.3.9", edit: o => o with { Description = "true" }),
            "description: \"007\"", "description: \"2\"", "description: \"true\""),
        Host("with_names_that_clash", new HandMadeHost().Project("web", "10.50.3").Machine("web", "db", "10.50.3.7")
                .Project("shop", "10.50.4").Machine("shop", "db", "10.50.4.7").Machine("shop", "web", "10.50.4.8"),
            "machines db is left out. INFRA2004", "machines web is left out. INFRA2003"),
        Host("with_names_that_infra_yml_has_not", new HandMadeHost().Project("web", "10.50.3")
                .Machine("web", "UPPER", "10.50.3.7").Machine("web", "ok", "10.50.3.8")
                .Profile("web", "my profile").Machine("web", "odd", profiles: ["default", "my profile"])
                .Project("all", "10.50.5"),
            "machines UPPER is left out.", "machines odd is left out.", "Project all is left out. INFRA2002"),
        Host("with_what_is_forbidden_or_unknown", new HandMadeHost().Project("web", "10.50.3")
                .Machine("web", "www", "10.50.3.7", config: new() { ["security.privileged"] = "true", ["limits.cpu"] = "1,1" },
                    devices: new() { ["strange"] = new() { ["type"] = "flux" } }),
            "config security.privileged is left out. INFRA2302", "devices strange is left out. INFRA2308"),
        Host("whose_bridge_others_are_on", new HandMadeHost().Project("web", "10.50.3").Machine("web", "www", "10.50.3.7")
                .Project("misc", "10.50.4", bridgeName: "br0")
                .Machine("misc", "guest", devices: new() { ["eth0"] = HandMadeHost.Card("net-web") }),
            "Apply closes it for them too: misc/guest."),
        Host("with_IPv6_on_a_bridge", new HandMadeHost().Project("web", "10.50.3").Machine("web", "www", "10.50.3.7")
                .Project("six", "10.50.6", bridge: new() { ["ipv6.address"] = "fd42::1/64" }).Machine("six", "s", "10.50.6.7"),
            "from 'fd42::1/64' to 'none'"),
        Host("with_rules_and_settings_of_its_own", new HandMadeHost().Acl("mine")
                .Project("web", "10.50.3", bridge: new() { ["security.acls"] = "mine", ["dns.domain"] = "lan" },
                    config: new() { ["limits.instances"] = "9" })
                .Machine("web", "www", "10.50.3.7"),
            "replaces the rules of the ACL mine", "bridge cannot be expressed here and stay unchanged: dns.domain.",
            "project cannot be expressed here and stay unchanged: limits.instances."),
        Host("with_ports_of_which_some_are_as_Apply_opens_them", new HandMadeHost().Project("web", "10.50.3")
                .Machine("web", "www", "10.50.3.7", devices: new()
                {
                    ["port-dns"] = Proxy("udp:127.0.0.1:5353", "udp:10.50.3.7:53"),
                    ["port-http"] = Proxy("tcp:0.0.0.0:8080", "tcp:10.50.3.7:80"),
                    ["port-lan"] = new(Proxy("tcp:192.168.1.5:443", "tcp:10.50.3.7:443")) { ["nat"] = "true" },
                    ["port-loopback"] = Proxy("tcp:0.0.0.0:8081", "tcp:127.0.0.1:80"),
                    ["port-nat"] = Proxy("tcp:192.168.1.5:444", "tcp:10.50.3.7:444"),
                    ["web"] = Proxy("tcp:0.0.0.0:8082", "tcp:10.50.3.7:80"),
                }),
            "        ports:\n          dns: \"127.0.0.1:5353:53/udp\"\n          http: \"8080:80\"\n"
                + "          lan: \"192.168.1.5:443:443\"\n",
            "          port-loopback:\n", "          port-nat:\n", "          web:\n"),
        Host("with_machines_on_two_networks", new HandMadeHost().Project("web", "10.50.3").Project("lan", "10.50.9")
                .Machine("web", "gate", "10.50.3.7", devices: new()
                {
                    ["eth1"] = new(HandMadeHost.Card("net-lan")) { ["name"] = "eth1" },
                }),
            "eth1:"),
        Host("of_AnKLuMe", AnKLuMe(), "  addressing:\n    zone_base: 100\n", "    trust_level: admin\n    subnet_id: 0\n",
            "    trust_level: untrusted\n    subnet_id: 1\n", "ip: 10.140.1.2"),
        Host("with_subnets_of_two_bases",
            new HandMadeHost().Project("web", "10.50.3").Project("lan", "192.168.9").Project("lab", "10.50.4"),
            "  base_subnet: \"10.50\"\n", "Project lan is left out. Its subnet 192.168.9.0/24 does not fit"),
    ];

    [TestCaseSource(nameof(Hosts))]
    public void A_host(HandMadeHost host, string[] lines)
    {
        var files = host.Import();

        host.Incus.GpuCards.Add(new GpuCard { Drm = new GpuDrm(0) });
        lines.Where(line => !Unwrapped(files.Infra).Contains(line)).ShouldBeEmpty(files.Infra);
        files.Infra.ShouldNotContain(Secret);
        files.Domains.ShouldNotBeEmpty();
        host.Import().Infra.ShouldBe(files.Infra);
        host.ShouldBeKeptBy(files);
    }

    [TestCase("minimal")]
    [TestCase("workstation")]
    [TestCase("web-stack")]
    [TestCase("gpu-llm")]
    [TestCase("lab-teaching")]
    public void What_Apply_made_of_a_sample_comes_back_without_its_marks(string sample)
    {
        var host = HandMadeHost.Of(sample);

        var files = host.Import();

        files.LeftOut.ShouldBeEmpty();
        host.ShouldBeKeptBy(files);
    }

    [Test]
    public void A_project_that_is_restricted_as_for_the_holder_of_a_certificate_has_access_and_another_is_left_as_it_is()
    {
        var host = HandMadeHost.Of("lab-teaching");
        var seat = ObjectId.OfProject("seat-bob");
        host.Incus.Edit(seat, o => o with { Config = new(o.Config!) { ["restricted.snapshots"] = "block" } });

        var files = host.Import();

        files.Domains.Where(d => d.Access is null).Select(d => d.Name.Value).ShouldBe(["seat-bob"]);
        Unwrapped(files.Infra).ShouldContain(
            "project cannot be expressed here and stay unchanged: limits.cpu, limits.instances, ");
        host.ShouldBeKeptBy(files);
    }

    [Test]
    public void What_an_infrastructure_manages_is_left_to_it()
    {
        var host = new HandMadeHost().Project("web", "10.50.3").Machine("web", "www", "10.50.3.7");
        host.ShouldBeKeptBy(host.Import());

        host.Import().LeftOut.ShouldHaveSingleItem().Text
            .ShouldBe("The infrastructure 'test' already manages it: use its infra.yml.");
    }

    [Test]
    public void Only_the_named_projects_are_looked_at()
    {
        var host = new HandMadeHost().Project("web", "10.50.3").Project("shop", "10.50.4").Project("default", "10.50.5");

        host.Import("web").Domains.Select(d => d.Name.Value).ShouldBe(["web"]);
        host.Import("web").LeftOut.ShouldBeEmpty();
        host.Import("default").LeftOut.ShouldHaveSingleItem().Text.ShouldStartWith("Incus's own project cannot be a domain.");
        host.Import().LeftOut.ShouldBeEmpty("it has no machines");
    }

    [Test]
    public void Whatever_is_set_somewhere_the_first_Apply_changes_nothing_that_it_should_not()
    {
        var random = new Random(Seed: 18);
        var machines = 0;
        for (var i = 0; i < 100; i++)
        {
            var host = RandomHost.Make(random);

            var files = host.Import();

            machines += files.Domains.Sum(d => d.Machines.Count);
            host.ShouldBeKeptBy(files);
        }

        machines.ShouldBeGreaterThan(100, "of 600, or it proves little");
    }

    [Test]
    public void An_ACL_of_others_that_has_the_name_of_the_bridge_is_not_replaced()
    {
        var host = new HandMadeHost().Acl("net-web").Project("web", "10.50.3")
            .Project("shop", "10.50.4", bridge: new() { ["security.acls"] = "net-web" });

        host.Import().LeftOut.Single(l => l.Place.Keys[0] == "web").Text
            .ShouldBe("Apply would replace the rules of acl 'net-web', which network 'net-shop' uses too. Rename the ACL.");
    }

    [TestCase("*")]
    [TestCase(":")]
    public void A_list_of_projects_that_is_none_does_not_mean_all(string projects)
    {
        var engine = new RecordingBuildEngine();
        var project = new TaskItem("/no/such/infra.proj", new Dictionary<string, string>
        {
            ["InfraFile"] = "infra.yml",
            ["LockFile"] = "infra.lock.yml",
            ["IntermediateDirectory"] = "obj/",
        });

        new InfraImport { BuildEngine = engine, Project = project, Projects = projects }.Execute().ShouldBeFalse();

        engine.Errors.ShouldHaveSingleItem().Code.ShouldBe("INFRA5011");
    }

    [Test]
    public void An_address_above_those_of_the_build_is_the_ip_of_its_machine() =>
        new HandMadeHost().Project("web", "10.50.3").Machine("web", "www", "10.50.3.250").Import().Infra
            .ShouldContain("ip: 10.50.3.250\n");

    [Test]
    public void An_image_has_the_name_that_the_server_knows_it_by()
    {
        var host = new HandMadeHost().Project("web", "10.50.3");
        host.Images.Add(new Image
        {
            Fingerprint = "f1",
            UpdateSource = new() { Server = "https://images.linuxcontainers.org", Alias = "alpine/edge" },
        });
        host.Images.Add(new Image { Fingerprint = "f2", Project = "web", Aliases = [new() { Name = "golden" }] });
        host.Images.Add(new Image { Fingerprint = "f5", Project = "web", Aliases = [new() { Name = "golden/2" }] });
        host.Images.Add(new Image { Fingerprint = "f3", Project = "shop", Aliases = [new() { Name = "elsewhere" }] });
        string[] systems = ["Debian", "", "Ubuntu", "Mine", ""];
        foreach (var (i, system) in systems.Index())
        {
            host.Machine("web", $"m{i}", config: new() { ["volatile.base_image"] = $"f{i + 1}", ["image.os"] = system });
        }

        var files = host.Import();

        files.Infra.ShouldContain("  default_os_image: golden\n");
        files.Domains.Single().Machines.Select(m => m.OsImage?.Value)
            .ShouldBe(["images:alpine/edge", null, "images:ubuntu/trixie", null, "local:golden/2"]);
    }

    private static TestCaseData Host(string name, HandMadeHost host, params string[] lines) =>
        new TestCaseData(host, lines).SetName($"A_host_{name}");

    private static string Unwrapped(string text) => CommentGoesOn().Replace(text, " ");

    [GeneratedRegex(@"(?<=# .*)\n *# ")]
    private static partial Regex CommentGoesOn();

    private static IncusObject Stopped(IncusObject instance) => instance with { Status = "Stopped" };

    private static Dictionary<string, Dictionary<string, string>> Proxy() =>
        new() { ["http"] = Proxy("tcp:0.0.0.0:80", "tcp:127.0.0.1:80") };

    private static Dictionary<string, string> Proxy(string listen, string connect) =>
        new() { ["type"] = "proxy", ["listen"] = listen, ["connect"] = connect };

    private static HandMadeHost TwoPools()
    {
        var host = new HandMadeHost().Project("web", "10.50.3")
            .Machine("web", "www", "10.50.3.7", devices: new() { ["root"] = HandMadeHost.Disk("fast") })
            .Volume("web", "www-data", "fast");
        host.Incus.Edit(ObjectId.Instance("web", "www"), o => o with
        {
            Devices = new(o.Devices!)
            {
                ["data"] = new() { ["type"] = "disk", ["pool"] = "fast", ["source"] = "www-data", ["path"] = "/srv" },
            },
        });
        host.Incus.Pools = new StoragePools("default", ["default", "fast"]);
        return host;
    }

    // As its roles leave a host: by trust level, all keys written out, filters in the profile, DHCP from .100 to .249.
    private static HandMadeHost AnKLuMe()
    {
        var host = new HandMadeHost();
        foreach (var (name, prefix) in new[]
        {
            ("admin", "10.100.0"), ("pro", "10.110.0"), ("perso", "10.110.1"), ("tor", "10.140.1"),
        })
        {
            host.Project(
                name, prefix, new() { ["ipv4.dhcp.ranges"] = $"{prefix}.100-{prefix}.249", ["ipv4.firewall"] = "true" },
                new() { ["features.networks"] = "false" });
            host.Profile(name, "default", $"Default Incus profile for project {name}", [], new()
            {
                ["root"] = HandMadeHost.Disk(),
                ["eth0"] = new(HandMadeHost.Card($"net-{name}"))
                {
                    ["security.mac_filtering"] = "true",
                    ["security.ipv4_filtering"] = "true",
                },
            });
            host.Machine(name, $"{name}-one", config: new() { ["security.protection.delete"] = "true" }, devices: new()
            {
                ["eth0"] = new(HandMadeHost.Card($"net-{name}"))
                {
                    ["ipv4.address"] = $"{prefix}.2",
                    ["security.mac_filtering"] = "true",
                    ["security.ipv4_filtering"] = "true",
                },
            });
        }

        return host;
    }
}
