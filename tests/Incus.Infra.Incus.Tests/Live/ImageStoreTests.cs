using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Live;
using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Live;

/// <summary>On a fake: no remote is within reach of the tests.</summary>
internal sealed class ImageStoreTests
{
    private const string Images = """
        {"fingerprint":"NAME","type":"TYPE","project":"home","update_source":{"alias":"debian/13","server":"SERVER"}}
        """;

    [Test]
    public async Task An_image_that_is_there_for_a_virtual_machine_is_not_taken_for_a_container()
    {
        using var remotes = new ClientFolder("https://far.test", "simplestreams");
        var machine = Image("for-machines", "virtual-machine");
        var fetched = false;
        using var incus = new FakeIncus(request =>
        {
            fetched |= request.StartsWith("POST", StringComparison.Ordinal);
            return FakeIncus.Sync(request.StartsWith("GET", StringComparison.Ordinal)
                ? $"[{machine}{(fetched ? "," + Image("for-containers", "container") : "")}]"
                : "{}");
        });
        using var client = new IncusClient(new SocketTarget(incus.SocketPath), new RequestCounter(), IncusTimeouts.Default);

        (await new ImageStore(client).EnsureAsync("home", "far:debian/13", "container", CancellationToken.None)).ShouldBe("for-containers");

        static string Image(string name, string type) => Images.Replace("NAME", name, StringComparison.Ordinal)
            .Replace("TYPE", type, StringComparison.Ordinal).Replace("SERVER", "https://far.test", StringComparison.Ordinal);
    }
}
