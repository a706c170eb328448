using System.Text.Json;
using System.Text.RegularExpressions;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Protocol;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>A client whose certificate is restricted to some projects.</summary>
[Category("Incus")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed partial class RestrictedTests
{
    private static readonly ObjectKind[] Given = [ObjectKind.Acl, ObjectKind.Network, ObjectKind.Project];

    private readonly Lab _lab = new();

    // An administrator takes over what commands made, so that it goes as all else does.
    [TearDown]
    public async Task Remove_everything()
    {
        await _lab.ApplyAsync(_lab.Request(Domain(other: true)) with { Kinds = Given.ToHashSet() });
        await _lab.RemoveAsync();
    }

    [Test]
    [Category("EachRelease")]
    [Category("OnCluster")]
    public async Task What_an_administrator_is_told_is_all_that_it_takes()
    {
        using var client = new FarClient(projects: []);
        var domain = Domain(other: false);
        var box = ObjectId.Instance(domain.IncusProject, "box");
        var refused = client.Run(Apply(domain));
        MethodsOf(refused).ShouldBe(["GET"]);
        RunByAdministrator(refused).ShouldBe(2);

        ErrorsOf(client.Run(Apply(domain))).ShouldBeEmpty();

        (await _lab.GetAsync(box)).Status.ShouldBe("Running");
        (await _lab.GetAsync(ObjectId.Network(domain.IncusNetwork.Name))).Config!["security.acls"]
            .ShouldBe(domain.IncusNetworkAcl.Name);
        var again = client.Run(Apply(domain));
        again.GetProperty("changed").GetBoolean().ShouldBeFalse();
        MethodsOf(again).ShouldBe(["GET"]);
        var taken = client.Run(Apply(domain) with { Action = "snapshot" });
        taken.GetProperty("actions")[0].GetProperty("status").GetString().ShouldBe("done");

        // Another subnet: Incus shows a restricted client the addresses of a network, and not its configuration.
        RunByAdministrator(client.Run(Apply(Domain(other: true)))).ShouldBe(1);
        ErrorsOf(client.Run(Apply(Domain(other: true)))).ShouldBeEmpty();
        client.Run(Apply(Domain(other: true))).GetProperty("changed").GetBoolean().ShouldBeFalse();

        ErrorsOf(client.Run(Apply() with { Options = new RequestOptions { AutoCleanup = true } })).ShouldBeEmpty();
        (await _lab.FindAsync(box)).ShouldBeNull();
    }

    private DomainSpec Domain(bool other)
    {
        var domain = _lab.Domain('a', Machine("box") with
        {
            InstanceIp = _lab.Address(other ? 'b' : 'a', 1),
            InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data" } },
            InstanceSnapshotsKeep = 1,
        });
        return other ? domain with { IncusNetwork = Network(domain.IncusNetwork.Name, _lab.Address('b', 0)[..^2]) } : domain;
    }

    private Request Apply(params DomainSpec[] domains) =>
        new() { Version = 1, Action = "apply", Project = _lab.Project, Domains = domains };

    private static IEnumerable<string> MethodsOf(JsonElement result) =>
        result.GetProperty("requests").EnumerateObject().Select(m => m.Name);

    private static IEnumerable<string> ErrorsOf(JsonElement result) => result.GetProperty("actions").EnumerateArray()
        .Append(result)
        .Where(of => of.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object)
        .Select(of => of.GetProperty("error").GetProperty("message").GetString()!);

    // As somebody who copies them.
    private static int RunByAdministrator(JsonElement result)
    {
        var texts = ErrorsOf(result).Select(e => Commands().Match(e)).Where(m => m.Success).ToList();
        foreach (var text in texts)
        {
            SharedIncus.Daemon.Exec("sh", "-e", "-c", text.Groups[1].Value);
        }

        return texts.Count;
    }

    [GeneratedRegex("run on the server: (.*)")]
    private static partial Regex Commands();
}
