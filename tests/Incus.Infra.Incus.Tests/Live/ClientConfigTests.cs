using Incus.Infra.Incus.Api;

namespace Incus.Infra.Incus.Tests.Live;

/// <summary>What the incus client's own configuration says of a server.</summary>
internal sealed class ClientConfigTests
{
    // The name is the lock's key: with another one, two Applies would work on one server.
    [TestCase("unix:///var/lib/incus/unix.socket", "/var/lib/incus/unix.socket")]
    [TestCase("unix:/run/../srv/unix.socket", "/srv/unix.socket")]
    public void A_socket_has_one_name_however_it_is_written(string address, string expected)
    {
        using var client = new ClientFolder(address, "incus");

        IncusTarget.Resolve(socket: null, "far").Name.ShouldBe(expected);
    }

    [Test]
    public void The_unix_socket_without_a_path_is_the_local_server()
    {
        using var client = new ClientFolder("unix://", "incus");

        IncusTarget.Resolve(socket: null, "far").ShouldBe(IncusTarget.Resolve(socket: null, "local"));
    }

    [Test]
    public void A_key_that_cannot_be_read_is_told_with_its_remote()
    {
        using var client = new ClientFolder("https://far.test:8443", "incus");
        client.Write("client.crt", "damaged");
        client.Write("client.key", "damaged");

        Should.Throw<ToolFaultException>(() => IncusTarget.Resolve(socket: null, "far")).Diagnostic.Message
            .ShouldStartWith("The remote 'far' cannot be used: its certificates cannot be read (");
    }
}
