using System.Text;
using Incus.Infra.Core.Ansible;
using Incus.Infra.Core.Compiler;
using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

/// <summary>Who else gets into the machines of a domain: what is accepted, and what it makes of them.</summary>
internal sealed class AccessTests
{
    private const string Alice =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7Uo3y1oXUOCUd0WkO5iBp0Xn9rU8BvUQv0QwYx3J2k alice";

    private const string Bob = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7Uo3y1oXUOCUd0WkO5iBp0Xn9rU8BvUQv0QwYx3J2l bob";

    [Test]
    public void Keys_are_an_option_of_each_machine_of_a_copy_and_steps_stand_once()
    {
        var compilation = WithFiles(
            $"copies: [alice, bob], access: {{ssh_keys: [\"keys/{{{{ copy_name }}}}.pub\", {Bob}], user: student}}",
            ("keys/alice.pub", $"# her laptop\n\n{Alice}\n"), ("keys/bob.pub", Bob));

        compilation.Faults().ShouldBeEmpty();
        compilation.TextOf("host_vars/seat-alice-desk.yml").ShouldContain(
            $"  user.access.ssh-keys: \"{Alice}\\n{Bob}\\n\"\n");
        compilation.TextOf("host_vars/seat-bob-desk.yml").ShouldContain($"  user.access.ssh-keys: \"{Bob}\\n\"\n");
        compilation.TextOf("group_vars/seat_desk.yml").ShouldContain("useradd --create-home --shell /bin/bash student");
        compilation.Files.Count(f => f.Text.Contains("useradd")).ShouldBe(1);
    }

    [Test]
    public void Another_key_makes_another_build_and_the_steps_are_the_same()
    {
        Sources Of(string key) => new("infra.yml", Infra("access: {ssh_keys: [a.pub]}"), "infra.lock.yml", null, "id")
        {
            KeyFiles = Files(("a.pub", key)),
        };

        Of(Alice).Hash.ShouldNotBe(Of(Bob).Hash);
        StepsOf(Alice).ShouldBe(StepsOf(Bob));

        string StepsOf(string key) => InfraCompiler.Compile(Of(key)).TextOf("host_vars/desk.yml").Split("instance_provision")[1];
    }

    [Test]
    public void A_certificate_is_for_the_collection_and_the_engine_and_closes_what_others_may_be_led_to()
    {
        var compilation = WithFiles("access: {incus: own}");

        compilation.TextOf("group_vars/seat.yml").ShouldContain("incus_access: own\n");
        compilation.TextOf("group_vars/seat.yml").ShouldContain("""
              ingress:
                - description: "host"
                  source: "10.120.0.254"
                  destination: "10.120.0.0/24"

            """);
        Encoding.UTF8.GetString(
            new DirectRequest(new DirectOptions { IsPlan = true }, compilation.Infrastructure!, compilation.Addresses!).ToJson())
            .ShouldContain("\"incus_access\":\"own\"");
    }

    [TestCase("ssh_keys: [a.pub]", "infra.yml(4,30) INFRA2319")]
    [TestCase("ssh_keys: [cut.pub]", "cut.pub(2,1) INFRA2380")]
    [TestCase("ssh_keys: [secret]", "secret(1,1) INFRA2381")]
    [TestCase("ssh_keys: [ssh-ed25519 AAAA alice]", "infra.yml(4,30) INFRA2380")]
    [TestCase("ssh_keys: [../a.pub]", "infra.yml(4,30) INFRA1052")]
    [TestCase("ssh_keys: [\"command=x ssh-ed25519 AAAA\"]", "infra.yml(4,30) INFRA1052")]
    [TestCase("incus: own, user: Root", "infra.yml(4,37) INFRA1052")]
    [TestCase("user: root", "infra.yml(4,18) INFRA1059")]
    public void What_is_no_key_is_told_at_its_line(string access, string fault) => WithFiles(
        $"access: {{{access}}}",
        ("cut.pub", $"{Alice}\n{Bob[..40]}\n"),
        ("secret", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n")).Faults().ShouldBe([fault]);

    [TestCase("config: {raw.lxc: x}", "INFRA2383")]
    [TestCase("config: {security.syscalls.intercept.mount.allowed: ext4}", "INFRA2383")]
    [TestCase("config: {boot.host_shutdown_timeout: 9}", "INFRA2383")]
    [TestCase("config: {security.nesting: true, security.syscalls.intercept.mknod: true, limits.memory: 1GiB}", null)]
    [TestCase("ports: {ssh: auto}", "INFRA2384")]
    [TestCase("devices: {a: {type: unix-char, path: /dev/kvm}}", "INFRA2384")]
    [TestCase("devices: {a: {type: nic, network: net-other}}", "INFRA2384")]
    [TestCase("devices: {a: {type: disk, source: /, path: /mnt}}", "INFRA2384")]
    [TestCase("devices: {a: {type: disk, source: /srv/../etc, path: /mnt}}", "INFRA2384")]
    [TestCase("devices: {a: {type: disk, source: \"tmpfs:\", path: /mnt}}", "INFRA2384")]
    [TestCase("devices: {a: {type: disk, source: /srv/a, path: /mnt, readonly: true}}", "INFRA2384")]
    [TestCase("devices: {a: {type: disk, source: /srv/a, path: /mnt, readonly: \"YES\"}}", "INFRA2384")]
    [TestCase("devices: {a: {type: disk, source: /srv/a/, path: /mnt}, root: {size: 5GiB}, eth0: {limits.max: 1Mbit}}", null)]
    [TestCase("storage_volumes: {data: {path: /srv}}, gpu: true", null)]
    public void What_would_open_the_host_to_the_holder_of_a_certificate_is_an_error(string machine, string? code)
    {
        Codes("incus: own").ShouldBe(code is null ? [] : [code]);
        Codes($"ssh_keys: [{Alice}]").ShouldNotContain(c => c.StartsWith("INFRA238"));

        IEnumerable<string> Codes(string access) => WithFiles($"access: {{{access}}}", machine).Diagnostics
            .Select(d => d.Code).Where(c => c.StartsWith("INFRA238"));
    }

    [Test]
    public void A_profile_that_no_machine_has_counts_and_so_does_a_machine_that_cannot_ask()
    {
        WithFiles("access: {incus: own}, profiles: {p: {config: {raw.apparmor: x}}}")
            .Faults().ShouldBe(["infra.yml(4,56) INFRA2383"]);
        WithFiles($"access: {{ssh_keys: [{Alice}]}}", "config: {security.guestapi: false}")
            .Faults().ShouldBe(["infra.yml(4,18) INFRA2382"]);
    }

    private static Compilation WithFiles(string domain, params (string Path, string Text)[] files) =>
        WithFiles(domain, "", files);

    private static Compilation WithFiles(string domain, string machine, params (string Path, string Text)[] files) =>
        InfraCompiler.Compile(new Sources("infra.yml", Infra(domain, machine), "infra.lock.yml", null, "id")
        {
            KeyFiles = Files(files),
        });

    // The domain's own keys begin at line 4, column 9.
    private static byte[] Infra(string domain, string machine = "") =>
        Encoding.UTF8.GetBytes($"{ZonedHead}  seat: {{{domain}, machines: {{desk: {{{machine}}}}}}}\n");

    private static Dictionary<string, ReadOnlyMemory<byte>> Files(params (string Path, string Text)[] files) =>
        files.ToDictionary(f => f.Path, f => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(f.Text)));
}
