using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>
/// What gets into real machines, with real apt, git and pip. Most have Python from their image; how it gets in is the matter
/// of one, and of the quickstart and the demo.
/// </summary>
[Category("Slow")]
internal sealed class ProvisionTests() : IncusTest("debian", "debian-python")
{
    private const string Secret = "fourth-secret-3b6";

    private const string PublicKey =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7Uo3y1oXUOCUd0WkO5iBp0Xn9rU8BvUQv0QwYx3J2k bee";

    private const string Methods = """
                provision:
                  - {name: greeter, apt: {packages: [hello]}}
                  - name: honey
                    apt:
                      packages: [honey=1.0]
                      repositories: [{name: bees, uris: ["http://10.100.0.254:8000"], suites: [apt/], key: keys/bees.asc}]
                  - name: source
                    git: {repo: "http://10.100.0.254:8000/origin/.git", dest: /srv/source, version: v1, update: false}
                  - {name: branch, git: {repo: "http://10.100.0.254:8000/origin/.git", dest: /srv/branch, version: main}}
                  - {name: library, pip: {venv: /srv/venv, packages: [nothing==1.0], no_index: true, find_links: /srv/wheels}}
                  - name: mark
                    script: {inline: "echo one >/srv/mark", creates: /srv/mark, version: "1", environment: {TOKEN: "{{ token }}"}}
        """;

    private string Wheels => $$"""{type: disk, source: "{{Served}}", path: /srv/wheels, readonly: "true"}""";

    private string Served => Path.Join(Sandbox.Home, "served");

    private string Origin => Path.Join(Served, "origin");

    [Test]
    public void Each_method_installs_leaves_alone_changes_and_repairs_what_it_declares()
    {
        ServeSources();
        WriteInfra($"""
                  app:
                    devices:
                      wheels: {Wheels}
                    vars:
                      token: {Secret}
            {Methods}
            """);

        Sandbox.Build("-t:Apply").ShouldSucceed().Output.ShouldContain("app: begin step 1 greeter (apt)");
        InMachine("hello").ShouldContain("Hello, world!");
        Honey().ShouldBe("1.0");
        InMachine("git -C /srv/source describe --tags").ShouldBe("v1");
        InMachine("/srv/venv/bin/pip list").ShouldMatch(@"nothing\s+1\.0");
        InMachine("cat /srv/mark").ShouldBe("one");

        // The other five are left alone.
        Project.Edit("infra.yml", "[hello]", "[hello, tree]");
        Sandbox.Build("-t:Apply").ShouldSucceed().Summary.ShouldEndWith("nothing to change in Incus; 1 task changed something");
        InMachine("which tree").ShouldBe("/usr/bin/tree");

        Project.Edit("infra.yml", "honey=1.0", "honey=2.0");
        Project.Edit("infra.yml", "version: v1", "version: v2");
        Project.Edit("infra.yml", "nothing==1.0", "nothing==2.0");
        Project.Edit("infra.yml", "echo one", "echo two");
        Project.Edit("infra.yml", "version: \"1\"", "version: \"2\"");
        Commit("v3");
        Sandbox.Build("-t:Apply").ShouldSucceed().Summary.ShouldEndWith("5 tasks changed something");
        CheckSecondVersions();

        Project.Edit("infra.yml", "honey=2.0", "honey=1.0");
        InMachine("dpkg --remove hello; rm -r /srv/source /srv/venv/bin/python /srv/mark; chown daemon /srv/branch");
        var verified = Sandbox.Build("-t:Verify");
        verified.ShouldFailWith("INFRA4048");
        verified.Output.ShouldContain("Machine 'app', step 1 greeter (apt): package hello is not installed.");
        verified.Output.ShouldContain("0 of 6 steps are as declared");
        verified.Output.ShouldMatch("app  3 source [(]git[)] +there is no checkout in /srv/source");
        verified.Output.ShouldContain("Machine 'app', step 2 honey (apt): package honey is 2.0, not 1.0.");
        verified.Output.ShouldContain("/srv/branch belongs to another user, so git does not trust it.");

        InMachine("chown root /srv/branch; echo 'raise SystemExit(1)' >/root/pip.py");
        Sandbox.Build("-t:Apply", "-p:Tags=provision").ShouldSucceed();
        InMachine("hello").ShouldContain("Hello, world!");
        Honey().ShouldBe("1.0");
        CheckSecondVersions();
        Sandbox.Build("-t:Verify").ShouldSucceed().Summary.ShouldContain("6 of 6 steps are as declared");
        InMachine("journalctl --no-pager").ShouldNotContain(Secret);

        Project.Edit("infra.yml", "      app:\n", "      app:\n        state: any\n");
        Incus.Client("stop", "app", "--force", "--project=home");
        Sandbox.Build("-t:Apply").ShouldSucceed().Output.ShouldContain("app: nothing is done in it, as it is stopped");
        Sandbox.Build("-t:Verify").ShouldSucceed().Summary.ShouldContain("not looked at: it is stopped");
        Incus.Client("start", "app", "--project=home");

        InMachine("rm /srv/venv/bin/python; ln -s /bin/false /srv/venv/bin/python");
        Sandbox.Build("-t:Verify").ShouldFailWith("INFRA4048").Output
            .ShouldContain("Machine 'app', step 5 library (pip): pip ended with exit code 1 and said nothing.");

        CheckDeclaredSteps();
    }

    /// <summary>Files, users and services, in the machine of the other methods; making one is what costs.</summary>
    private void CheckDeclaredSteps()
    {
        WriteDeclaredSteps();
        var first = Sandbox.Build("-t:Apply", $"-p:VaultPasswordFile={Password}", "-p:AnsibleArguments=--diff").ShouldSucceed();
        first.Summary.ShouldEndWith("3 tasks changed something");
        var shown = first.Output + Sandbox.LastBinaryLog() + InMachine("journalctl --no-pager");
        shown.ShouldNotContain(Secret);
        shown.ShouldNotContain("honey from a file");
        InMachine("id --name --groups bee; cat ~bee/.ssh/authorized_keys").ShouldBe($"bee games\n{PublicKey}");
        InMachine("stat --format='%U:%G %a' /etc/secret /etc/plain /usr/local/bin/counter")
            .ShouldBe("bee:root 600\nroot:root 644\nroot:root 755");
        InMachine("cat /etc/secret /etc/plain /etc/token").ShouldBe($"honey from a file\n{{{{ no template }}}}\n{Secret}");
        Starts().ShouldBe("1");
        InMachine("hello").ShouldContain("Hello, world!", customMessage: "what leaves infra.yml stays in the machine");
        Sandbox.Build("-t:Apply", $"-p:VaultPasswordFile={Password}")
            .ShouldSucceed().Summary.ShouldEndWith("nothing to change in Incus");

        // What the machine's users and programs did meanwhile; the link would lead to a file that is none of ours.
        InMachine("""
            chmod 644 /etc/secret; usermod --append --groups sudo bee; echo more >>~bee/.ssh/authorized_keys
            ln -sf /etc/hostname /etc/plain; systemctl --quiet disable --now counter
            """);
        var verified = Sandbox.Build("-t:Verify", $"-p:VaultPasswordFile={Password}");
        verified.ShouldFailWith("INFRA4048");
        verified.Output.ShouldContain("Machine 'app', step 1 (users): user bee is in games, sudo, not in games.");
        verified.Output.ShouldContain("Machine 'app', step 1 (users): /home/bee/.ssh/authorized_keys has other keys.");
        verified.Output.ShouldContain("Machine 'app', step 2 (files): /etc/secret has the mode 0644, not 0600.");
        verified.Output.ShouldContain("Machine 'app', step 2 (files): /etc/plain is no regular file.");
        verified.Output.ShouldContain("Machine 'app', step 3 (services): service counter is disabled, not enabled.");
        verified.Output.ShouldContain("Machine 'app', step 3 (services): service counter is inactive, not started.");

        // The program that writes is killed as soon as it would restart.
        Project.Edit("counter", "first", "second");
        InMachine("""
            mv /usr/bin/systemctl /usr/bin/systemctl.real
            printf '#!/bin/sh\n[ "$1" != restart ] || { kill -9 $PPID; exit; }\nexec systemctl.real "$@"\n' >/usr/bin/systemctl
            chmod 755 /usr/bin/systemctl
            """);
        Sandbox.Build("-t:Apply", $"-p:VaultPasswordFile={Password}").ShouldFailWith("INFRA4041");
        InMachine("mv /usr/bin/systemctl.real /usr/bin/systemctl; cat /usr/local/bin/counter").ShouldContain("second");
        Starts().ShouldBe("1");
        Sandbox.Build("-t:Verify", $"-p:VaultPasswordFile={Password}").ShouldFailWith("INFRA4048").Output
            .ShouldContain("step 2 (files): service counter has not been restarted since its files changed.");
        Sandbox.Build("-t:Apply", $"-p:VaultPasswordFile={Password}").ShouldSucceed();
        Starts().ShouldBe("2");
        InMachine("cat /etc/hostname").ShouldBe("app");

        Project.Edit("counter", "second", "third; echo out of honey; exit 3");
        Sandbox.Build("-t:Apply", $"-p:VaultPasswordFile={Password}").ShouldFailWith("INFRA4041").Output
            .ShouldMatch("systemctl restart counter failed: (.|\n)*out of honey");
        Project.Edit("counter", "; echo out of honey; exit 3", "");
        Sandbox.Build("-t:Apply", $"-p:VaultPasswordFile={Password}").ShouldSucceed();
        Sandbox.Build("-t:Verify", $"-p:VaultPasswordFile={Password}")
            .ShouldSucceed().Summary.ShouldContain("3 of 3 steps are as declared");
    }

    private void WriteDeclaredSteps()
    {
        Project.Write("bee.pub", PublicKey + "\n");
        Project.Write("note.j2", "{{ token }}\n");
        Project.Write("counter", "#!/bin/sh\necho first\necho >>/srv/starts\n");
        Project.Write("secret", "honey from a file\n");
        File.WriteAllText(Password, "open sesame\n");
        Sandbox.Run("ansible-vault", "encrypt", $"--vault-password-file={Password}", Project.At("secret")).ShouldSucceed();
        WriteInfra($$$"""
                  app:
                    devices:
                      wheels: {{{Wheels}}}
                    vars:
                      token: {{{Secret}}}
                    provision:
                      - users: [{name: bee, groups: [bee, games], ssh_keys: [bee.pub]}]
                      - files:
                          - {dest: /etc/secret, source: secret, owner: bee, mode: "0600"}
                          - {dest: /etc/plain, content: "{{ no template }}\n"}
                          - {dest: /etc/token, template: note.j2, mode: "0600"}
                          - {dest: /usr/local/bin/counter, source: counter, mode: "0755", restart: counter}
                          - dest: /etc/systemd/system/counter.service
                            content: |
                              [Service]
                              ExecStartPre=/usr/local/bin/counter
                              ExecStart=sleep infinity
                              [Install]
                              WantedBy=multi-user.target
                            restart: counter
                      - services: [{name: counter, enabled: true, state: started}]
            """);
    }

    private string Password => Path.Join(Sandbox.Home, "vault-password");

    private string Starts() => InMachine("wc -l </srv/starts");

    [Test]
    public void A_machine_that_fails_names_its_step_and_the_others_are_done()
    {
        WriteInfra("""
                  broken:
                    provision:
                      - {name: first, script: {inline: "echo out of honey; exit 3", version: "1"}}
                      - {name: second, script: {inline: "touch /srv/second", creates: /srv/second}}
                  lonely:
                    devices: {eth0: {type: none}}
                    vars: {infra_network_timeout: 3}
                    provision: [{script: {inline: "true", version: "1"}}]
                  lost:
                    vars: {infra_network_timeout: 3}
                    provision: [{script: {inline: "true", version: "1"}}]
                  fine:
                    os_image: debian
                    roles: [mine]
                    vars: {greeting: "hello from infra.yml"}
                    provision: [{name: last, script: {inline: "cp /srv/greeting /srv/last", creates: /srv/last}}]
            """);
        Project.Write("roles/mine/tasks/main.yml", """
            - name: Greet
              ansible.builtin.copy: {content: "{{ greeting }}", dest: /srv/greeting, mode: "0644"}
            """);

        Sandbox.Build("-t:Apply", "-p:Tags=provision", "-p:Limit=fine").ShouldFailWith("INFRA4042");
        Sandbox.Build("-t:Verify", "-p:Limit=fine").ShouldFailWith("INFRA4042");
        Sandbox.Build("-t:Apply", "-p:Tags=infra").ShouldSucceed();
        HoldLock("fine", "/var/lib/apt/lists/lock");
        // Only its DNS shall be missing within 3 seconds of the Apply to come.
        InMachine("until ip route | grep -q ^default; do sleep 0.1; done", "lost");
        InMachine("""echo 'Acquire::http::Proxy "http://mirror.invalid:3128";' >/etc/apt/apt.conf.d/lost.conf""", "lost");

        var build = Sandbox.StartBuild("-t:Apply");
        build.WaitFor("broken: begin step 1 first (script)");
        InMachine("kill $(cat /run/holder)", "fine");
        var result = build.Wait();

        result.ShouldFailWith("INFRA4041");
        result.Output.ShouldMatch(
            @"infra\.yml\(\d+,13\): error INFRA4041: Task 'Run step 1 first \(script\)' failed on host 'broken': "
            + @"The script failed with exit code 3\.");
        result.Output.ShouldContain("error INFRA4041: out of honey");
        result.Output.ShouldMatch(
            @"infra\.yml\(11,\d+\): error INFRA4041: .*'lonely': "
            + @"Machine 'lonely' got no address and no route within 3 seconds\.");
        result.Output.ShouldMatch(
            @"infra\.yml\(15,\d+\): error INFRA4041: .*'lost': "
            + @"Machine 'lost' has an address, but its DNS did not find all of mirror\.invalid within 3 seconds\.");
        result.Output.ShouldContain("broken: failed at 'Run step 1 first (script)'");
        result.Output.ShouldContain("fine: done");
        InMachine("test ! -e /srv/second", "broken");
        InMachine("cat /srv/last", "fine").ShouldBe("hello from infra.yml");

        Project.Edit("infra.yml", "echo out of honey; exit 3", "echo ready");
        Project.Edit("infra.yml", "devices: {eth0: {type: none}}", "devices: {}");
        InMachine("rm /etc/apt/apt.conf.d/lost.conf", "lost");
        Project.Edit("infra.yml", "infra_network_timeout: 3", "infra_network_timeout: 60");
        Sandbox.Build("-t:Apply", "-p:Limit=home:!fine").ShouldSucceed();
        InMachine("test -e /srv/second && echo 'raise SystemExit(1)' >/root/json.py", "broken");
        Sandbox.Build("-t:Verify", "-p:Limit=broken").ShouldSucceed().Summary.ShouldContain("2 of 2 steps are as declared");

        InMachine("mv /usr/bin/python3 /usr/bin/python3.away", "broken");
        Sandbox.Build("-t:Verify", "-p:Limit=broken").ShouldFailWith("INFRA4041", "INFRA4056").Output
            .ShouldContain("There is no /usr/bin/python3 in the machine; Apply installs it.");
    }

    /// <summary>As apt does it, until the process in /run/holder ends.</summary>
    private void HoldLock(string machine, string file) => InMachine(
        $$"""
        setsid perl -MFcntl -e 'open(F, ">>", "{{file}}");
          $lock = pack("s s x4 q q l", F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLK, $lock) or die;
          open(P, ">", "/run/holder"); print P $$; close(P); sleep(300)' >/dev/null 2>&1 </dev/null &
        until [ -s /run/holder ]; do sleep 0.1; done
        """,
        machine);

    private void CheckSecondVersions()
    {
        InMachine("git -C /srv/source describe --tags").ShouldBe("v2");
        InMachine("git -C /srv/branch describe --tags").ShouldBe("v3");
        InMachine("/srv/venv/bin/pip list").ShouldMatch(@"nothing\s+2\.0");
        InMachine("cat /srv/mark").ShouldBe("two");
    }

    private string Honey() => InMachine("dpkg-query --show --showformat='${Version}' honey");

    private void WriteInfra(string machines) => Project.Write("infra.yml", $$"""
        project_name: lab
        global: {base_subnet: "10.100", default_os_image: debian-python}
        domains:
          home:
            subnet_id: 0
            machines:
        {{machines}}
        network_policies: [{from: home, to: host, ports: [8000]}]
        """);

    /// <summary>What a shell in a machine prints.</summary>
    private string InMachine(string command, string machine = "app") => Incus.InInstance("home", machine, "sh", "-c", command);

    /// <summary>A folder with wheels and a repository with two versions; the host of Incus serves it.</summary>
    private void ServeSources()
    {
        Directory.CreateDirectory(Origin);
        Wheel.Write(Served, "1.0");
        Wheel.Write(Served, "2.0");
        AptRepository.Write(
            Sandbox,
            Directory.CreateDirectory(Path.Join(Served, "apt")).FullName,
            Path.Join(Directory.CreateDirectory(Project.At("keys")).FullName, "bees.asc"));
        Git("init", "--quiet", "--initial-branch=main");
        Commit("v1");
        Commit("v2");
        Incus.Exec("sh", "-c", $"python3 -m http.server --directory '{Served}' 8000 >/dev/null 2>&1 &");
    }

    private void Commit(string version)
    {
        Git(
            "-c", "user.name=test", "-c", "user.email=test@localhost",
            "commit", "--quiet", "--allow-empty", "--message", version);
        Git("tag", version);
        Git("update-server-info");
    }

    private void Git(params string[] arguments) => Sandbox.Run("git", ["-C", Origin, .. arguments]).ExitCode.ShouldBe(0);
}
