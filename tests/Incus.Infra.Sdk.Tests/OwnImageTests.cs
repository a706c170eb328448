using System.Diagnostics;
using Incus.Infra.Sdk.Tests.Harness;
using Incus.Infra.Testing;

namespace Incus.Infra.Sdk.Tests;

/// <summary>Images that Apply builds of Debian, with the packed SDK, and machines that are made of them.</summary>
[Category("Slow")]
internal sealed class OwnImageTests() : IncusTest("debian-python")
{
    private readonly int _kills = Kills.Or(3);
    private readonly Random _random = new(Seed: 26);

    [SetUp]
    public void WriteInfra()
    {
        // Six images of Debian, of which each takes five seconds to compress.
        Incus.Client("config", "set", "images.compression_algorithm=none");
        Project.Write("motd", "first\n");
        Project.Write("roles/greeter/tasks/main.yml", """
            - name: Greet
              ansible.builtin.copy: {content: "{{ greeting }}\n", dest: /etc/greeting, mode: "0644"}
            """);
        Project.Write("infra.yml", """
            project_name: lab
            global: {base_subnet: "10.100", default_os_image: seat}
            images:
              base:
                from: debian-python
                provision:
                  - {name: ssh, apt: {packages: [openssh-server]}}
                  - {name: once, script: {inline: "echo base >/srv/once", version: "1"}}
              seat:
                from: base
                roles: [greeter]
                vars: {greeting: hello}
                provision: [{files: [{dest: /etc/motd, source: motd}]}]
            domains:
              home:
                subnet_id: 0
                ephemeral: true
                machines:
                  web: {}
                  db: {provision: [{name: once, script: {inline: "echo db >>/srv/once", version: "1"}}]}
            """);
    }

    [Test]
    public void They_are_built_when_they_are_missing_or_made_of_something_else_and_machines_stay()
    {
        Sandbox.Build("-t:Plan").ShouldSucceed().Output.ShouldContain("2 images: build (new)");

        Sandbox.Build("-t:Apply").ShouldSucceed().Output.ShouldContain("infra -> 2 images built\n");

        Instances().ShouldBe(["home,db,RUNNING", "home,web,RUNNING"], "the machines that they were built in are gone");
        Projects().ShouldBe(["default", "home"]);
        Aliases().ShouldBe(["base", "seat"]);
        In("web", "cat /etc/greeting /etc/motd /srv/once").ShouldBe("hello\nfirst\nbase");
        In("db", "cat /srv/once").ShouldBe("base\ndb", "what a step of the image did says nothing of a step of the machine");
        Own("web").ShouldNotBe(Own("db"));
        In("web", "systemctl is-active ssh; ls /var/lib/apt/lists").ShouldBe("active");

        var again = Sandbox.Build("-t:Apply", "-v:detailed").ShouldSucceed();
        again.Output.ShouldContain("nothing to change in Incus");
        again.Output.ShouldNotContain("built");
        again.Output.ShouldContain("incus: GET");
        again.Output.ShouldNotMatch("incus: (POST|PUT|PATCH|DELETE)");

        // What somebody publishes of such a machine is theirs.
        Incus.Client("init", "seat", "other");
        Incus.Client("publish", "other", "--alias=mine");
        Incus.Client("delete", "other");

        // The machine of a failed build stays to be looked at, and what was there stays.
        var before = Own("web");
        Project.Write("motd", "second\n");
        Project.Edit("infra.yml", "web: {}", "web: {}\n      new: {}");
        Project.Edit("infra.yml", "greeting: hello", "other: hello");
        Sandbox.Build("-t:Plan").ShouldSucceed().Output.ShouldContain("image seat: build (changed: file motd, vars)");

        // From here on Ansible asks the engine.
        Project.Write("host_vars/web.yml", Project.Read("host_vars/web.yml") + "mine: true\n");
        Sandbox.Build("-t:Plan").ShouldSucceed().Output.ShouldContain("image seat: build (changed: file motd, vars)");
        Sandbox.Build("-t:Apply").ShouldFailWith("INFRA4041");
        Instances().ShouldBe(["home,db,RUNNING", "home,web,RUNNING", "images,seat,RUNNING"]);
        Project.Edit("infra.yml", "other: hello", "greeting: hello");

        // As a run leaves it that is killed before the image has its mark.
        Incus.Client("stop", "seat", "--force", "--project=images");
        Incus.Client("publish", "seat", "--project=images", "user.infra.builder=images");

        Sandbox.Build("-t:Apply", "-p:Tags=infra").ShouldSucceed().Output.ShouldNotContain("image base");
        Projects().ShouldBe(["default", "home"]);
        In("new", "cat /etc/motd").ShouldBe("second");
        In("web", "cat /etc/motd").ShouldBe("first");
        Own("web").ShouldBe(before);

        Project.Edit("infra.yml", "default_os_image: seat", "default_os_image: debian-python");
        Sandbox.Build("-t:Destroy", "-p:Confirm=lab").ShouldSucceed();
        Aliases().ShouldBe(["mine"]);
        List("image", "list", "--columns=L").ShouldBe(["debian-python", "mine"]);
    }

    [Test]
    [Category("Endurance")]
    public void However_a_build_of_an_image_ends_the_next_Apply_completes_it()
    {
        string[] apply = ["-t:Apply", "-p:Tags=infra", "-p:AutoCleanup=true"];
        Sandbox.Build(apply).ShouldSucceed();
        Project.Write("motd", "measured\n");
        var clock = Stopwatch.StartNew();
        Sandbox.Build(apply).ShouldSucceed();
        var span = clock.Elapsed;
        var running = 0;

        for (var kill = 0; kill < _kills; kill++)
        {
            Project.Write("motd", $"kill {kill}\n");
            var build = Sandbox.StartBuild(apply);
            Thread.Sleep(span * _random.NextDouble());
            running += build.HasExited ? 0 : 1;
            build.KillAlone();

            var next = Sandbox.Build(apply);

            next.ExitCode.ShouldBe(0, next.Output);
            Projects().ShouldBe(["default", "home"], $"kill {kill}");
            Aliases().ShouldBe(["base", "seat"], $"kill {kill}");
            Incus.Client("launch", "seat", "probe");
            Incus.InInstance("default", "probe", "cat", "/etc/motd").ShouldBe($"kill {kill}");
            Incus.Client("delete", "--force", "probe");
            Sandbox.Build("-t:Plan", "-p:AutoCleanup=true").Output.ShouldContain("nothing to change in Incus");
            Sandbox.ShouldHaveNoProcesses();
        }

        running.ShouldBeGreaterThan(_kills / 4, "or the kills came after the builds, and the test proved nothing");
    }

    private List<string> Aliases() => List("image", "alias", "list", "--columns=a").FindAll(name => name != "debian-python");

    // What no two machines may have alike.
    private string Own(string machine) => In(machine, "cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub");

    private string In(string machine, string command) => Incus.InInstance("home", machine, "sh", "-c", command);
}
