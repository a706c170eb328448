using System.Text.Json;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Protocol;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>A server elsewhere, as the incus client is set up for it: here in a network of its own, over HTTPS.</summary>
[Category("Incus")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RemoteTests : IDisposable
{
    private readonly Lab _lab = new();
    private readonly FarClient _client = new();

    [TearDown]
    public Task Remove_everything() => _lab.RemoveAsync();

    public void Dispose() => _client.Dispose();

    [Test]
    [Category("EachRelease")]
    public async Task Apply_works_over_HTTPS_with_the_certificates_of_the_incus_client()
    {
        var result = Apply();

        result.GetProperty("summary").GetProperty("create").GetInt32().ShouldBe(5);
        (await _lab.GetAsync(ObjectId.Instance(_lab.Domain('a').IncusProject, "box"))).Status.ShouldBe("Running");
        Apply().GetProperty("changed").GetBoolean().ShouldBeFalse();
    }

    [Test]
    public void Two_names_of_one_image_in_one_domain_are_one_image()
    {
        var fingerprint = SharedIncus.Daemon.Client("image", "list", "busybox", "--format", "csv", "--columns", "F");
        SharedIncus.Daemon.Client("query", "--request", "PATCH", $"/1.0/images/{fingerprint}", "--data", """{"public":true}""");
        SharedIncus.Daemon.Client("image", "alias", "create", "bb-latest", fingerprint);
        try
        {
            string[] images = ["far:busybox", "far:bb-latest", $"far:{fingerprint}"];
            var machines = images.Select((image, i) => Machine($"m{i}", image: image)).ToArray();

            Apply(machines).GetProperty("summary").GetProperty("create").GetInt32().ShouldBe(7);
            Apply(machines).GetProperty("changed").GetBoolean().ShouldBeFalse();
        }
        finally
        {
            SharedIncus.Daemon.Client("image", "alias", "delete", "bb-latest");
        }
    }

    [Test]
    public void A_client_that_the_server_does_not_trust_is_told_so()
    {
        File.Delete(_client.PathOf("client.crt"));

        Apply().GetProperty("error").GetProperty("code").GetString().ShouldBe("INFRA4006");
    }

    [Test]
    public void A_server_that_shows_another_certificate_is_not_spoken_to()
    {
        File.Copy(_client.PathOf("client.crt"), _client.PathOf("servercerts/far.crt"), overwrite: true);

        Apply().GetProperty("error").GetProperty("code").GetString().ShouldBe("INFRA4007");
    }

    private JsonElement Apply() => Apply(Machine("box"));

    private JsonElement Apply(params MachineSpec[] machines) => _client.Run(new Request
    {
        Version = 1,
        Action = "apply",
        Project = _lab.Project,
        Domains = [_lab.Domain('a', machines)],
    });
}
