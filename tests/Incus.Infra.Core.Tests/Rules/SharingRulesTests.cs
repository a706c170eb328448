using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

/// <summary>Folders that domains share, and data that outlives machines.</summary>
public sealed class SharingRulesTests
{
    private const string Two = Head + """
          home: { subnet_id: 1, machines: { web: {}, db: {} } }
          work: { subnet_id: 2, enabled: false }

        """;

    private const string Three = Head + """
          home: { subnet_id: 1, machines: { web: {}, db: {} } }
          work: { subnet_id: 2, machines: { dev: {} } }
          away: { subnet_id: 3, remote: lab, machines: { far: {} } }
          seat: { copies: 2, subnet_id: 4, network: shared, machines: { desk: {} } }
        shared_volumes:

        """;

    [Test]
    public void Machines_have_the_devices_of_AnKLuMe_key_by_key()
    {
        const string infra = """
            project_name: test
            global:
              base_subnet: "10.1"
              default_os_image: debian
              shared_volumes_base: /srv/shares
              persistent_data_base: /srv/data/
            domains:
              pro:
                subnet_id: 1
                machines:
                  pro-dev:
                    devices: { own: { type: none } }
                    persistent_data:
                      notes: { path: /home/notes }
                      keys: { path: /home/keys, readonly: true }
                  pro-doc: {}
              perso: { subnet_id: 2, machines: { perso-desk: {} } }
            shared_volumes:
              docs: { source: /mnt/docs, path: /mnt/read, consumers: { pro-dev: rw, pro: ro, perso-desk: ro } }
              music: { shift: false, consumers: { perso: rw } }

            """;

        Devices(infra, "pro-dev").ShouldBe("""
              sv-docs:
                type: "disk"
                source: "/mnt/docs"
                path: "/mnt/read"
                shift: "true"
              pd-notes:
                type: "disk"
                source: "/srv/data/pro/pro-dev/notes"
                path: "/home/notes"
                shift: "true"
              pd-keys:
                type: "disk"
                source: "/srv/data/pro/pro-dev/keys"
                path: "/home/keys"
                shift: "true"
                readonly: "true"
              own:
                type: "none"

            """);
        Devices(infra, "pro-doc").ShouldBe("""
              sv-docs:
                type: "disk"
                source: "/mnt/docs"
                path: "/mnt/read"
                shift: "true"
                readonly: "true"

            """);
        Devices(infra, "perso-desk").ShouldBe("""
              sv-docs:
                type: "disk"
                source: "/mnt/docs"
                path: "/mnt/read"
                shift: "true"
                readonly: "true"
              sv-music:
                type: "disk"
                source: "/srv/shares/music"
                path: "/shared/music"

            """);
    }

    [Test]
    public void A_virtual_machine_has_no_owners_to_shift_and_a_volume_only_what_volumes_have()
    {
        const string infra = Head + """
              home:
                subnet_id: 1
                machines:
                  web:
                    type: vm
                    persistent_data: { a: { path: /a, create: true }, b: { path: /b, kind: volume, size: 1GiB, readonly: true } }
              away: { subnet_id: 2, remote: lab, machines: { far: { persistent_data: { c: { path: /c, pool: fast } } } } }
            shared_volumes:
              docs: { propagate: true, create: true, consumers: { web: rw } }

            """;

        var web = File("host_vars/web.yml", infra);
        web.ShouldContain("""
              sv-docs:
                type: "disk"
                source: "/srv/anklume/shares/docs"
                path: "/shared/docs"
              pd-a:
                type: "disk"
                source: "/srv/anklume/data/home/web/a"
                path: "/a"
            instance_created_folders:
              - /srv/anklume/shares/docs
              - /srv/anklume/data/home/web/a
            instance_storage_volumes:
              pd-b:
                size: "1GiB"
                path: /b
                pool: default
                persistent: true
                readonly: true

            """);
        File("host_vars/far.yml", infra).ShouldContain("""
            instance_devices: {}
            instance_storage_volumes:
              pd-c:
                path: /c
                pool: fast
                persistent: true

            """);
    }

    [Test]
    public void Who_may_write_sees_what_is_mounted_below_and_others_are_told_that_they_do_not()
    {
        const string infra = Three + "  docs: { propagate: true, consumers: { web: rw, db: ro } }\n";

        Codes(infra).ShouldBe(["INFRA2633 9:22"]);
        Devices(infra, "web").ShouldEndWith("shift: \"true\"\n    recursive: \"true\"\n    propagation: \"rslave\"\n");
        Devices(infra, "db").ShouldEndWith("shift: \"true\"\n    readonly: \"true\"\n");
    }

    [Test]
    public void Each_copy_mounts_what_all_share_and_has_data_of_its_own()
    {
        var infra = Three.Replace("desk: {}", "desk: { persistent_data: { work: { path: /work } } }", StringComparison.Ordinal)
            + "  docs: { consumers: { seat: ro, seat-02: rw } }\n";

        var compilation = Compile(infra);
        Codes(compilation).ShouldBeEmpty();
        compilation.TextOf("host_vars/seat-01-desk.yml").ShouldContain("readonly: \"true\"");
        compilation.TextOf("host_vars/seat-02-desk.yml").ShouldNotContain("readonly");
        compilation.TextOf("host_vars/seat-02-desk.yml").ShouldContain("source: \"/srv/anklume/data/seat-02/seat-02-desk/work\"");
    }

    [TestCase("docs: { consumers: { home: ro, web: rw, work: ro } }")]
    [TestCase("docs: { consumers: { home: rw, db: ro, dev: ro } }")]
    [TestCase("docs: { consumers: {} }", "INFRA2631 9:3")]
    [TestCase("docs: { consumers: { home: rw, dev: rw } }", "INFRA2632 9:3")]
    [TestCase("docs: { consumers: { seat: rw } }", "INFRA2632 9:3")]
    [TestCase("docs: { consumers: { home: rw, far: rw } }", "INFRA2635 9:3")]
    [TestCase("docs: { consumers: { home: ro, nobody: ro } }", "INFRA2501 9:34")]
    [TestCase("docs: { path: /../x, consumers: { home: ro } }", "INFRA1052 9:17")]
    [TestCase("docs: { source: ../x, consumers: { home: ro } }", "INFRA1052 9:19")]
    [TestCase("docs: { path: /, consumers: { web: ro } }", "INFRA2336 9:33")]
    [TestCase("../docs: { consumers: { home: ro } }", "INFRA2001 9:3")]
    [TestCase("docs: { consumers: { home: read } }", "INFRA1053 9:30")]
    public void A_shared_volume_is_checked_at_its_line(string volume, params string[] faults) =>
        Codes($"{Three}  {volume}\n").ShouldBe(faults);

    [Test]
    public void Two_domains_that_write_to_one_folder_are_named_however_its_path_is_written()
    {
        Fault(Three + "  docs: { consumers: { home: rw, dev: rw } }\n").Message.ShouldBe(
            "Shared volume 'docs': domains 'home' and 'work' write to /srv/anklume/shares/docs, so what one of them writes "
            + "reaches the others, whatever network_policies say. Let only one of them write (rw), if that is not meant.");

        Codes(Three + """
              all: { source: /srv//docs/, consumers: { home: rw } }
              same: { source: /srv/./docs, consumers: { dev: rw } }
              other: { source: /srv/docs2, consumers: { dev: rw } }

            """).ShouldBe(["INFRA2632 9:3", "INFRA2632 10:3"]);
    }

    [TestCase("all: { source: /srv, consumers: { home: rw } }", "INFRA2637 10:44")]
    [TestCase("all: { source: /srv, consumers: { home: ro } }")]
    [TestCase("all: { source: /srv, consumers: { far: rw } }")]
    [TestCase("all: { source: /srv/doc, consumers: { home: rw } }")]
    public void A_folder_that_a_machine_could_replace_by_a_link_is_told(string volume, params string[] faults) =>
        Codes($"{Three}  {volume}\n  docs: {{ source: /srv//docs, consumers: {{ dev: ro }} }}\n").ShouldBe(faults);

    [Test]
    public void A_domain_cannot_have_a_path_that_one_of_its_machines_has_and_hears_it_once() => Codes(Two + """
        shared_volumes:
          docs: { path: /docs, consumers: { web: ro, db: ro } }
          more: { path: /docs, consumers: { home: ro, work: ro } }
        """).ShouldBe(["INFRA2312 8:37", "INFRA2502 8:47"]);

    [Test]
    public void Two_shared_volumes_on_one_path_and_unknown_consumers_are_refused() => Codes(Two + """
        shared_volumes:
          docs: { path: /docs, consumers: { home: ro } }
          more: { path: /docs, consumers: { web: ro, nobody: ro } }
        """).ShouldBe(["INFRA2312 8:37", "INFRA2501 8:46"]);

    [Test]
    public void What_names_a_machine_as_it_was_called_is_told_its_name()
    {
        var faults = Compile(Head + """
              lab: { subnet_id: 1, machines: { shop: { was: web }, db: { needs: [web] } } }
            network_policies: [{ from: lab, to: web }]
            shared_volumes: { docs: { consumers: { web: ro } } }
            """).Diagnostics;

        Codes(faults).ShouldBe(["INFRA2665 4:70", "INFRA2501 5:37", "INFRA2501 6:40"]);
        faults.ShouldAllBe(f => f.Message.EndsWith("Did you mean 'shop'?"));
    }

    [TestCase("storage_volumes: {v: {path: /shared/docs}}", "INFRA2312 7:35")]
    [TestCase("devices: {v: {type: disk, source: /x, path: /shared/docs/}}", "INFRA2312 7:51")]
    [TestCase("devices: {v: {type: disk, source: /x, path: /shared//./docs}}", "INFRA2312 7:51")]
    [TestCase("persistent_data: {v: {path: /shared/docs}}", "INFRA2312 7:35")]
    [TestCase("persistent_data: {v: {path: /shared/docs, kind: volume}}", "INFRA2312 7:35")]
    [TestCase("devices: {sv-docs: {type: none}}", "INFRA2630 7:17")]
    [TestCase("devices: {pd-v: {type: none}}, persistent_data: {v: {path: /v}}", "INFRA2630 7:17")]
    [TestCase("storage_volumes: {sv-docs: {path: /v}}", "INFRA2311 7:25")]
    [TestCase("storage_volumes: {pd-v: {path: /w}}, persistent_data: {v: {path: /v, kind: volume}}", "INFRA2325 7:62")]
    [TestCase("persistent_data: {v: {path: /v, size: 1GiB, pool: fast}}", "INFRA2634 7:45", "INFRA2634 7:57")]
    [TestCase("persistent_data: {v: {path: /v, kind: volume, create: true}}", "INFRA2634 7:61")]
    [TestCase("persistent_data: {v: {}}", "INFRA1054 7:28")]
    [TestCase("persistent_data: {v: {path: v}}", "INFRA1052 7:35")]
    [TestCase("persistent_data: {../v: {path: /v}}", "INFRA2001 7:25")]
    public void What_collides_in_a_machine_is_told_at_its_line(string keys, params string[] faults) =>
        Codes(Machine(keys) + "shared_volumes: { docs: { consumers: { lab: ro } } }\n").ShouldBe(faults);

    [Test]
    public void A_device_of_a_profile_is_not_lost_to_a_shared_volume_of_its_name() => Codes(Head + """
          home:
            subnet_id: 1
            profiles: { default: { devices: { sv-docs: { type: none } } } }
            machines: { web: {}, db: {} }
        shared_volumes: { docs: { consumers: { home: ro } } }
        """).ShouldBe(["INFRA2630 6:39"]);

    [TestCase("shift: false, consumers: { home: rw }")]
    [TestCase("shift: false, consumers: { home: ro }", "INFRA2384 5:54")]
    [TestCase("shift: true, consumers: { home: rw }", "INFRA2384 5:53")]
    public void Where_somebody_has_a_certificate_a_folder_is_neither_read_only_nor_shifted(
        string volume, params string[] faults) => Codes(Head + $$"""
              home: { subnet_id: 1, access: { incus: own }, machines: { web: {} } }
            shared_volumes: { docs: { {{volume}} } }
            """).ShouldBe(faults);

    [Test]
    public void A_folder_with_a_comma_is_not_several_for_the_holder_of_a_certificate() => Codes(Head + """
          home: { subnet_id: 1, access: { incus: own }, machines: { web: {} } }
        shared_volumes: { docs: { source: "/srv/a,/etc", shift: false, consumers: { home: rw } } }
        """).ShouldBe(["INFRA2384 5:77"]);

    [Test]
    public void More_disks_than_a_tree_holds_are_refused_at_once() => Codes(Head + "  seat: { copies: 250, machines: {"
        + string.Concat(Enumerable.Range(0, 99).Select(i => $"m{i}: {{}}, ")) + "}, subnet_id: 1, network: shared }\n"
        + "shared_volumes:\n"
        + string.Concat(Enumerable.Range(0, 5000).Select(i => $"  v{i}: {{ consumers: {{ seat: ro }} }}\n")))
        .ShouldContain("INFRA2636 26:3");

    private static string Devices(string infra, string machine)
    {
        const string begin = "instance_devices:\n";
        var text = File($"host_vars/{machine}.yml", infra);
        text = text[(text.IndexOf(begin, StringComparison.Ordinal) + begin.Length)..];
        return text[..text.IndexOf("\ninstance_", StringComparison.Ordinal)] + "\n";
    }
}
