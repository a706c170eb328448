using System.Text;
using Incus.Infra.Core.Compiler;
using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

/// <summary>Steps of files, users and services.</summary>
internal sealed class DeclaredStepTests
{
    private const string Key =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7Uo3y1oXUOCUd0WkO5iBp0Xn9rU8BvUQv0QwYx3J2k alice";

    private const string PrivateKey = "-----BEGIN OPENSSH PRIVATE KEY-----\\nb3BlbnNzaC1rZXk\\n";

    [TestCase("files: [{dest: /etc/motd, content: \"\"}]")]
    [TestCase("files: [{dest: /etc/a b/ä, source: files/a, owner: www-data, group: adm, mode: \"640\", restart: nginx}]")]
    [TestCase("files: [{dest: /..a/b..c, template: templates/a.j2, mode: \"4755\", restart: backup@home.timer}]")]
    [TestCase("users: [{name: dev}, {name: ops, groups: [], ssh_keys: [], shell: /bin/bash}]")]
    [TestCase("users: [{name: dev, groups: [sudo, adm], ssh_keys: [" + Key + "]}]")]
    [TestCase("services: [{name: nginx, enabled: true}, {name: php8.2-fpm, state: stopped}]")]
    [TestCase("services: [{name: nginx, state: started}, {name: nginx.socket, enabled: false, state: stopped}]")]
    public void Each_form_of_these_steps_is_accepted(string step) => Codes(Machine($"provision: [{{{step}}}]")).ShouldBeEmpty();

    [TestCase("files: [{dest: /etc/motd}]", "INFRA1059")]
    [TestCase("files: [{dest: /etc/motd, content: a, source: b}]", "INFRA1060")]
    [TestCase("files: [{content: a}]", "INFRA1054")]
    [TestCase("files: [{dest: etc/motd, content: a}]", "INFRA1052")]
    [TestCase("files: [{dest: /etc/../motd, content: a}]", "INFRA1052")]
    [TestCase("files: [{dest: /etc/./motd, content: a}]", "INFRA1052")]
    [TestCase("files: [{dest: /etc//motd, content: a}]", "INFRA1052")]
    [TestCase("files: [{dest: /etc/, content: a}]", "INFRA1052")]
    [TestCase("files: [{dest: \"/etc/a\\nb\", content: a}]", "INFRA1052")]
    [TestCase("files: [{dest: /a, source: ../b}]", "INFRA1052")]
    [TestCase("files: [{dest: /a, template: /etc/passwd}]", "INFRA1052")]
    [TestCase("files: [{dest: /a, content: b, owner: \"-x\"}]", "INFRA1052")]
    [TestCase("files: [{dest: /a, content: b, restart: \"--now\"}]", "INFRA1052")]
    [TestCase("files: [{dest: /a, content: b, restart: ../b}]", "INFRA1052")]
    [TestCase("files: [{dest: /a, content: b, mode: \"0888\"}]", "INFRA1052")]
    [TestCase("files: [{dest: /a, content: b, mode: u=rw}]", "INFRA1052")]
    [TestCase("files: [{dest: /a, content: !vault b}]", "INFRA1018")]
    [TestCase("users: [{name: Dev}]", "INFRA1052")]
    [TestCase("users: [{name: dev, groups: [\"a,b\"]}]", "INFRA1052")]
    [TestCase("users: [{name: dev, ssh_keys: [ssh-ed25519 AAAA x]}]", "INFRA2380")]
    [TestCase("services: [{name: nginx}]", "INFRA1059")]
    [TestCase("services: [{name: nginx, state: running}]", "INFRA1053")]
    [TestCase("services: [{name: a b, state: started}]", "INFRA1052")]
    public void What_cannot_be_meant_is_an_error(string step, string code) =>
        Fault(Machine($"provision: [{{{step}}}]")).Code.ShouldBe(code);

    [TestCase("0644")]
    [TestCase("644")]
    public void A_mode_without_quotes_is_told_to_be_put_in_quotes(string mode) =>
        Fault(Machine($"provision: [{{files: [{{dest: /a, content: b, mode: {mode}}}]}}]")).Message
            .ShouldEndWith($"must be an octal mode in quotes, such as \"0644\", but is the number {mode}. "
                + $"Put it in quotes: \"{mode}\".");

    [TestCase("{files: [{dest: /a, content: b}]}, {files: [{dest: /a, content: c}]}", "INFRA2650 7:70")]
    [TestCase("{files: [{dest: /a/b/c, content: b}, {dest: /a, content: c}, {dest: /ab, content: c}]}", "INFRA2651 7:35")]
    [TestCase("{users: [{name: a}]}, {users: [{name: a}]}", "INFRA2652 7:57")]
    [TestCase("{services: [{name: a, state: stopped}, {name: a.service, enabled: true}]}", "INFRA2653 7:65")]
    [TestCase("{services: [{name: a, state: stopped}, {name: a.timer, enabled: true}]}", null)]
    [TestCase("{files: [{dest: /a, content: b, restart: c.service}]}, {services: [{name: c, state: stopped}]}", "INFRA2654 7:60")]
    [TestCase("{files: [{dest: /a, content: \"" + PrivateKey + "\"}]}", "INFRA2655 7:48")]
    public void Steps_that_contradict_each_other_are_an_error_at_the_later_line(string steps, string? fault) =>
        Codes(Machine($"provision: [{steps}]")).ShouldBe(fault is null ? [] : [fault]);

    [TestCase("[\"" + PrivateKey + "\"]")]
    [TestCase("\"" + PrivateKey + "\"")]
    [TestCase("[\"-----BEGIN OPENSSH PRIVATE KEY----- b3BlbnNzaC1rZXk\"]")]
    public void A_private_key_in_the_place_of_a_public_one_is_an_error_that_shows_nothing_of_it(string keys)
    {
        var fault = Fault(Machine($"provision: [{{users: [{{name: dev, ssh_keys: {keys}}}]}}]"));

        fault.Severity.ShouldBe(Severity.Error);
        fault.Message.ShouldContain("private key");
        fault.Message.ShouldNotContain("b3Bl");
    }

    [Test]
    public void Files_and_users_reach_the_tree_with_content_that_is_no_template_and_with_the_keys_of_the_files()
    {
        var compilation = WithKeys(
            "files: [{dest: /a, content: \"{{ b }}\"}, {dest: /c, template: d.j2, mode: \"0600\"}]}, "
            + "{users: [{name: dev, ssh_keys: [keys/dev.pub, keys/more.pub]}, {name: ops, groups: [], ssh_keys: []}]",
            ("keys/dev.pub", $"# hers\n{Key}\n"), ("keys/more.pub", $"{Key}\n{Key[..^5]}bob\n"));

        compilation.Faults().ShouldBeEmpty();
        compilation.TextOf("host_vars/web.yml").ShouldEndWith($$$"""
            instance_provision:
              - files:
                  - dest: /a
                    content: !unsafe "{{ b }}"
                  - dest: /c
                    template: d.j2
                    mode: "0600"
              - users:
                  - name: dev
                    ssh_keys:
                      - "{{{Key}}}"
                      - "{{{Key[..^5]}}}bob"
                  - name: ops
                    groups: []
                    ssh_keys: []

            """);
    }

    [TestCase("keys/none.pub", "infra.yml(7,51) INFRA2319")]
    [TestCase("keys/cut.pub", "keys/cut.pub(2,1) INFRA2380")]
    [TestCase("keys/secret", "keys/secret(1,1) INFRA2381")]
    public void A_file_without_a_public_key_is_an_error_at_its_line(string path, string fault) => WithKeys(
        $"users: [{{name: dev, ssh_keys: [{path}]}}]",
        ("keys/cut.pub", $"{Key}\n{Key[..40]}\n"),
        ("keys/secret", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n")).Faults().ShouldBe([fault]);

    private static Compilation WithKeys(string step, params (string Path, string Text)[] files) => InfraCompiler.Compile(
        new Sources("infra.yml", Encoding.UTF8.GetBytes(Machine($"provision: [{{{step}}}]")), "infra.lock.yml", null, "id")
        {
            KeyFiles = files.ToDictionary(f => f.Path, f => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(f.Text))),
        });
}
