using Incus.Infra.Sdk.Tests.Harness;
using Incus.Infra.Testing;

namespace Incus.Infra.Sdk.Tests;

/// <summary>A project on two servers, the local one and the remote <c>far</c>.</summary>
[Category("Incus")]
internal sealed class ServersTests : SdkTest
{
    private readonly EmbeddedIncus _near = EmbeddedIncus.Start("busybox");
    private readonly EmbeddedIncus _far = EmbeddedIncus.Start("debian-python");

    [SetUp]
    public void UseIncus()
    {
        foreach (var (name, value) in _near.Environment)
        {
            Sandbox.Set(name, value ?? "");
        }

        Sandbox.Set("INCUS_CONF", Path.Join(Sandbox.Home, "incus"));
        Introduce($"unix:{_far.SocketPath}");
    }

    [TearDown]
    public void StopIncus()
    {
        Stop(_near);
        Stop(_far);
    }

    [Test]
    public void Every_verb_works_over_both_and_one_that_is_down_fails_its_own_domains_only()
    {
        Project.Write("infra.yml", """
            project_name: lab
            global: {base_subnet: "10.100", default_os_image: busybox}
            domains:
              home: {subnet_id: 1, ephemeral: true, machines: {h1: {}}}
              away:
                subnet_id: 2
                ephemeral: true
                remote: far
                machines:
                  a1:
                    os_image: debian-python
                    provision: [{script: {inline: "touch /done", creates: /done}}]
            """);

        Sandbox.Build("-t:Apply").ShouldSucceed().Output.ShouldContain("infra -> create 10 objects; 1 task changed something");

        MachinesOf(_near).ShouldBe("h1,RUNNING");
        MachinesOf(_far).ShouldBe("a1,RUNNING");
        Sandbox.Set("ANSIBLE_FORKS", "16");
        Sandbox.Build("-t:Apply").ShouldSucceed().Output.ShouldContain("infra -> nothing to change in Incus");
        Sandbox.Unset("ANSIBLE_FORKS");
        Sandbox.Build("-t:Snap", "-p:Snapshot=one").ShouldSucceed().Output
            .ShouldContain("2 snapshots 'one' taken: home/h1, away/a1");
        Sandbox.Build("-t:SnapDelete", "-p:Instance=a1", "-p:Snapshot=one").ShouldSucceed();
        Sandbox.Build("-t:SnapList").ShouldSucceed().Output.ShouldContain("infra -> 1 snapshot\n");
        // In h1 is nothing to try connections with, which is a warning.
        Sandbox.Build("-t:Verify").Output.ShouldContain("a1  1 (script)  ok");

        Introduce("https://127.0.0.1:1");
        Project.Edit("infra.yml", "{h1: {}}", "{h1: {}, h2: {}}");
        Sandbox.Build("-t:Apply", "-p:Tags=infra").ShouldFailWith("INFRA4162").Output
            .ShouldContain("infra -> unreachable 1 object, create 1 object");
        MachinesOf(_near).ShouldBe("h1,RUNNING\nh2,RUNNING");
        Sandbox.Build("-t:Status").ShouldFailWith("INFRA4007").Output.ShouldContain("3 machines: 2 as applied, 1 unreachable");
        Sandbox.Build("-t:Graph", "-p:Live=true").ShouldFailWith("INFRA4007");
        Project.Read("infra.mmd").ShouldMatch("h1<br/>10.100.1.1<br/>busybox<br/>Running(.|\n)*, on far(.|\n)*<br/>unreachable");

        Introduce($"unix:{_far.SocketPath}");
        Sandbox.Build("-t:Reset", "-p:Domain=all").ShouldSucceed();
        Sandbox.Build("-t:Destroy", "-p:Confirm=lab").ShouldSucceed();
        MachinesOf(_near).ShouldBeEmpty();
        MachinesOf(_far).ShouldBeEmpty();
    }

    private static string MachinesOf(EmbeddedIncus incus) =>
        incus.Client("list", "--all-projects", "--format=csv", "--columns=ns");

    private void Introduce(string address)
    {
        var folder = Directory.CreateDirectory(Path.Join(Sandbox.Home, "incus"));
        File.WriteAllText(
            Path.Join(folder.FullName, "config.yml"), $"remotes:\n  far:\n    addr: {address}\n    protocol: incus\n");
    }
}
