using System.Text.Json;
using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>What the incus client made, brought into infra.yml with the packed SDK.</summary>
internal sealed class ImportTests : IncusTest
{
    private const string AllInstances = "/1.0/instances?recursion=1&all-projects=true";

    [SetUp]
    public void DeleteSources() => File.Delete(Project.At("infra.yml"));

    [Test]
    public void Two_projects_are_imported_planned_and_applied_and_no_machine_is_restarted()
    {
        MakeProject("web", 3);
        Client("profile", "device", "add", "default", "root", "disk", "path=/", "pool=default", "--project=web");
        Client("profile", "device", "add", "default", "eth0", "nic", "network=net-web", "--project=web");
        Client("launch", Image, "www", "--project=web", "--device=eth0,ipv4.address=10.60.3.7", "-c", "limits.memory=64MiB");
        Client("storage", "volume", "create", "default", "www-data", "size=16MiB", "--project=web");
        Client("config", "device", "add", "www", "data", "disk", "pool=default", "source=www-data", "path=/srv", "--project=web");
        MakeProject("shop", 4);
        Client(
            "launch", Image, "till", "--project=shop", "--network=net-shop", "--storage=default",
            "-c", "security.protection.delete=true", "-c", "environment.DB_PASSWORD=hunter2", "-c", "snapshots.schedule=@daily");
        var before = Running();

        Sandbox.Build("-t:Import").ShouldSucceed().Summary.ShouldStartWith("infra.yml has 2 domains with 2 machines");
        Project.Read("infra.yml").ShouldNotContain("hunter2");
        Sandbox.LastBinaryLog().ShouldNotContain("hunter2");
        Planned().ShouldBe(
        [
            "acl: create", "acl: create", "instance: update", "instance: update", "network: update", "network: update",
            "profile: update", "profile: update", "project: update", "project: update", "volume: update",
        ]);
        Sandbox.Build("-t:Apply", "-p:Tags=infra").ShouldSucceed();
        Running().ShouldBe(before);
        Sandbox.Build("-t:Apply", "-p:Tags=infra").ShouldSucceed().Summary.ShouldEndWith("nothing to change in Incus");

        Sandbox.Build("-t:Import").ShouldFailWith("INFRA5035");
        Sandbox.Build("-t:Import", "-p:Project=wbe", "-p:Force=true").ShouldFailWith("INFRA5036");
        Sandbox.Build("-t:Import", "-p:Force=true").ShouldFailWith("INFRA4090", "INFRA4092");
        Project.Read("infra.yml").ShouldContain("www", customMessage: "nothing to import replaces nothing");
    }

    private string Image => Client("image", "list", "busybox", "--format=csv", "--columns=F").Trim();

    private void MakeProject(string name, int number)
    {
        Client("project", "create", name);
        Client("network", "create", $"net-{name}", $"ipv4.address=10.60.{number}.254/24", "ipv4.nat=true", "ipv6.address=none");
        // The client copies no image within a server that nobody reaches by network.
        Client(
            "query", "--wait", "-X", "POST", $"/1.0/images?project={name}", "-d",
            $$$"""{"source": {"type": "image", "mode": "pull", "protocol": "incus", "fingerprint": "{{{Image}}}"}}""");
    }

    private List<string> Planned()
    {
        Sandbox.Build("-t:Plan", "-p:PlanFile=plan.json").ShouldSucceed();
        using var plan = JsonDocument.Parse(Project.Read("plan.json"));
        return
        [
            .. plan.RootElement.GetProperty("actions").EnumerateArray()
                .Select(a => $"{a.GetProperty("kind")}: {a.GetProperty("action")}").Order(StringComparer.Ordinal),
        ];
    }

    private string Client(params string[] arguments) => Sandbox.Run("incus", arguments).ShouldSucceed().Output;

    /// <summary>Each instance, and when it was started.</summary>
    private List<string> Running()
    {
        using var instances = JsonDocument.Parse(Client("query", AllInstances));
        return
        [
            .. instances.RootElement.EnumerateArray().Select(i =>
                $"{i.GetProperty("name")} {i.GetProperty("status")} {i.GetProperty("last_used_at")} "
                + i.GetProperty("config").GetProperty("volatile.uuid")),
        ];
    }
}
