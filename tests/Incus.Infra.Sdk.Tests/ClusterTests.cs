using Incus.Infra.Sdk.Tests.Harness;
using Incus.Infra.Testing;

namespace Incus.Infra.Sdk.Tests;

/// <summary>A project on a cluster, whose machines are on other members than the one that is asked.</summary>
[Category("Incus")]
internal sealed class ClusterTests : SdkTest
{
    private readonly EmbeddedIncus _incus = EmbeddedIncus.StartCluster("debian-python", "busybox");

    [SetUp]
    public void UseIncus()
    {
        foreach (var (name, value) in _incus.Environment)
        {
            Sandbox.Set(name, value ?? "");
        }
    }

    [TearDown]
    public void StopIncus() => Stop(_incus);

    [Test]
    public void Machines_on_another_member_are_made_and_provisioned_packets_arrive_as_declared_all_moves_and_a_link_spreads_it()
    {
        const string infra = """
            project_name: lab
            global: {base_subnet: "10.100", default_os_image: debian-python}
            domains:
              work:
                subnet_id: 1
                ephemeral: true
                target: m2
                machines:
                  w1:
                    storage_volumes: {data: {path: /data}}
                    provision: [{script: {inline: "touch /data/done", creates: /data/done}}]
              lab: {subnet_id: 2, ephemeral: true, machines: {l1: {}}}
            network_policies:
              - {from: work, to: lab, ports: [8080]}
            """;
        Project.Write("infra.yml", infra);

        Sandbox.Build("-t:Apply").ShouldSucceed();

        Places().ShouldBe(["l1,RUNNING,m2", "w1,RUNNING,m2"], ignoreOrder: true);
        Sandbox.Build("-t:Apply").ShouldSucceed().Output.ShouldContain("infra -> nothing to change in Incus");
        Sandbox.Build("-t:Verify").ShouldSucceed().Summary.ShouldMatch(@"(\d+) of \1 connections are as declared");
        Sandbox.Build("-t:Status").ShouldSucceed().Output.ShouldContain("running on m2");

        Project.Write("infra.yml", infra.Replace("m2", "m3", StringComparison.Ordinal)
            .Replace("{subnet_id: 2,", "{subnet_id: 2, target: m3,", StringComparison.Ordinal));
        Sandbox.Build("-t:Plan").ShouldSucceed().Output.ShouldContain("allow it with AllowMove=true");
        Sandbox.Build("-t:Apply", "-p:AllowMove=true").ShouldSucceed().Output.ShouldContain("move 2 objects");

        Places().ShouldBe(["l1,RUNNING,m3", "w1,RUNNING,m3"], ignoreOrder: true);
        Sandbox.Build("-t:Graph", "-p:Live=true").ShouldSucceed();
        Project.Read("infra.mmd").ShouldContain("work, 10.100.1.0/24, on m3");

        Project.Write("infra.yml", infra.Replace("m2", "m3", StringComparison.Ordinal)
            .Replace("global: {", "global: {cluster: {link: eth0}, ", StringComparison.Ordinal)
            .Replace("{from: work, to: lab,", "{from: w1, to: l1,", StringComparison.Ordinal)
            .Replace("machines:\n", "machines:\n      x1: {target: m1, os_image: busybox}\n", StringComparison.Ordinal));
        Sandbox.Build("-t:Apply", "-p:Tags=infra").ShouldSucceed();
        Places().ShouldBe(["l1,RUNNING,m3", "w1,RUNNING,m3", "x1,RUNNING,m1"], ignoreOrder: true);
        Sandbox.Build("-t:Apply", "-p:Tags=infra").ShouldSucceed().Output.ShouldContain("infra -> nothing to change in Incus");
        Sandbox.Run("incus", "network", "get", "net-work", "tunnel.v.id").ShouldSucceed().Output.Trim().ShouldBe("680961");

        _incus.Client("cluster", "evacuate", "m2", "--force");
        Sandbox.Build("-t:Doctor").Output.ShouldContain("warning INFRA4125: Member 'm2' of the cluster is evacuated");

        string[] Places() => Sandbox.Run("incus", "list", "--all-projects", "--format=csv", "--columns=nsL").ShouldSucceed()
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
