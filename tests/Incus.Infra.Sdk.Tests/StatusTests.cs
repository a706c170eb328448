using System.Text.Json;
using Incus.Infra.Sdk.Tests.Harness;
using Incus.Infra.Testing;

namespace Incus.Infra.Sdk.Tests;

/// <summary>What there is, at a glance, from the packaged SDK.</summary>
internal sealed class StatusTests : IncusTest
{
    [Test]
    public void Status_shows_what_is_not_there_yet_what_is_as_applied_and_what_somebody_changed_and_only_reads()
    {
        Sandbox.Build("-t:Status", "-p:FailOnChange=true").ShouldFailWith("INFRA5003");
        Sandbox.Build("-t:Apply", "-p:Tags=infra").ShouldSucceed();
        Sandbox.Build("-t:Snap", "-p:Instance=dev").ShouldSucceed();

        Lines(Sandbox.Build("-t:Status", "-p:FailOnChange=true")).ShouldBe(
        [
            "status", "MACHINE STATE ADDRESS IMAGE SNAPSHOT STATUS",
            "home/web running 10.100.0.1 busybox - as applied", "work/dev running 10.100.1.1 busybox 0 min as applied",
            "2 machines: 2 as applied",
        ]);

        Sandbox.Run("incus", "config", "set", "web", "user.note=mine", "limits.cpu=1", "--project=home").ShouldSucceed();
        Sandbox.Run("incus", "stop", "--force", "dev", "--project=work").ShouldSucceed();
        Project.Edit("infra.yml", "      dev: {}", "      dev: {config: {limits.cpu: 1}}\n      new: {}");
        using var proxy = new RequestProxy(Incus.SocketPath);
        Sandbox.Set("INCUS_SOCKET", proxy.SocketPath);
        var before = Project.Snapshot();

        var status = Sandbox.Build("-t:Status", "-v:detailed");

        status.ShouldSucceed();
        proxy.Take().ShouldAllBe(request => request.StartsWith("GET "));
        Project.Snapshot().ShouldBe(before);
        Lines(status)[2..7].ShouldBe(
        [
            "home/web running 10.100.0.1 busybox - changed by hand", "config.user.note: (hidden)",
            "work/dev stopped 10.100.1.1 busybox 0 min as applied", "work/new - - - - not there yet",
            "3 machines: 1 as applied, 1 changed by hand, 1 not there yet",
        ]);

        Sandbox.Build("-t:Status", "-p:Limit=dev:new", "-p:FailOnChange=true", "-p:Json=status.json").ShouldFailWith("INFRA5003");
        using var json = JsonDocument.Parse(Project.Read("status.json"));
        json.RootElement.GetProperty("machines").EnumerateArray().Select(m => m.GetProperty("status").GetString())
            .ShouldBe(["as applied", "not there yet"]);
        Sandbox.Build("-t:Status", "-p:Limit=dve").ShouldFailWith("INFRA5013");
    }

    // The columns, whatever their width.
    private static string[] Lines(CommandResult result) =>
    [
        .. result.Summary.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))),
    ];
}
