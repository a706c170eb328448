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
    private const string Address = "127.0.0.1:8443";

    private readonly Lab _lab = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("infra-").FullName;

    [SetUp]
    public void Listen()
    {
        SharedIncus.Daemon.Client("config", "set", "core.https_address", Address);
        var trusted = SharedIncus.Daemon.Environment["INCUS_CONF"]!;
        if (!File.Exists(Path.Join(trusted, "client.crt")))
        {
            SharedIncus.Daemon.Client("remote", "generate-certificate");
            SharedIncus.Daemon.Client("config", "trust", "add-certificate", Path.Join(trusted, "client.crt"));
        }

        File.Copy(Path.Join(trusted, "client.crt"), Path.Join(_folder, "client.crt"));
        File.Copy(Path.Join(trusted, "client.key"), Path.Join(_folder, "client.key"));
        File.WriteAllText(
            Path.Join(_folder, "config.yml"),
            $"remotes:\n  far:\n    addr: https://{Address}\n    protocol: incus\n");
        Directory.CreateDirectory(Path.Join(_folder, "servercerts"));
        var server = JsonDocument.Parse(SharedIncus.Daemon.Client("query", "/1.0")).RootElement;
        File.WriteAllText(
            Path.Join(_folder, "servercerts", "far.crt"),
            server.GetProperty("environment").GetProperty("certificate").GetString());
    }

    [TearDown]
    public Task Remove_everything() => _lab.RemoveAsync();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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
        File.Delete(Path.Join(_folder, "client.crt"));

        Apply().GetProperty("error").GetProperty("code").GetString().ShouldBe("INFRA4006");
    }

    [Test]
    public void A_server_that_shows_another_certificate_is_not_spoken_to()
    {
        File.Copy(Path.Join(_folder, "client.crt"), Path.Join(_folder, "servercerts", "far.crt"), overwrite: true);

        Apply().GetProperty("error").GetProperty("code").GetString().ShouldBe("INFRA4007");
    }

    private JsonElement Apply() => Apply(Machine("box"));

    private JsonElement Apply(params MachineSpec[] machines)
    {
        var request = Path.Join(_folder, "request.json");
        File.WriteAllText(request, JsonSerializer.Serialize(
            new Request
            {
                Version = 1,
                Action = "apply",
                Project = _lab.Project,
                Target = new RequestTarget { Remote = "far" },
                Domains = [_lab.Domain('a', machines)],
            },
            ProtocolJson.Default.Request));
        var program = Path.Join(AppContext.BaseDirectory, "Incus.Infra.Reconciler.dll");
        var output = SharedIncus.Daemon.Exec(
            "env", $"INCUS_CONF={_folder}", "sh", "-c", $"dotnet '{program}' <'{request}' 2>/dev/null || true");
        return JsonDocument.Parse(output).RootElement;
    }
}
