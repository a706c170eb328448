using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;

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

    [Test]
    public void A_certificate_that_was_made_for_a_remote_comes_before_the_one_for_all()
    {
        using var client = new ClientFolder("https://far.test:8443", "incus");
        var (own, all) = (Certificate("own"), Certificate("all"));
        client.Write("client.crt", all.Certificate);
        client.Write("client.key", all.Key);
        client.Write("clientcerts/far.crt", own.Certificate);
        Target().Client!.Value.Certificate.ShouldBe(all.Certificate, "without its key it is none");

        client.Write("clientcerts/far.key", own.Key);

        Target().Client!.Value.Certificate.ShouldBe(own.Certificate);
    }

    [Test]
    public void Several_addresses_are_tried_from_the_one_on_that_answered_last()
    {
        using var client = new ClientFolder(
            "https://a.test:8443, https://b.test:8443,https://c.test", "incus, last_working_address: 'https://b.test:8443'");

        Target().Addresses.Select(a => a.Host).ShouldBe(["b.test", "c.test", "a.test"]);
    }

    [Test]
    public void Authorities_beside_the_certificate_are_trusted_as_the_client_trusts_them()
    {
        using var client = new ClientFolder("https://far.test:8443", "incus");
        var (own, authority) = (Certificate("own"), Certificate("authority"));
        client.Write("client.crt", own.Certificate);
        client.Write("client.key", own.Key);
        client.Write("client.ca", authority.Certificate);
        Target().Authorities.ShouldBe(authority.Certificate);

        client.Write("clientcerts/far.crt", own.Certificate);
        client.Write("clientcerts/far.key", own.Key);

        Target().Authorities.ShouldBeNull("those of one remote have their own");
    }

    [Test]
    public void Who_is_only_in_the_group_incus_gets_the_socket_for_users()
    {
        using var client = new ClientFolder("unix://", "incus");
        client.Set("INCUS_SOCKET", "");
        client.Set("INCUS_DIR", client.PathOf("dir"));
        IncusTarget.Resolve(socket: null, remote: null).Name.ShouldBe(client.PathOf("dir/unix.socket"), "so that errors name it");

        client.WriteTo("dir/unix.socket.user", "");
        IncusTarget.Resolve(socket: null, remote: null).Name.ShouldBe(client.PathOf("dir/unix.socket.user"));

        client.WriteTo("dir/unix.socket", "");
        IncusTarget.Resolve(socket: null, remote: null).Name.ShouldBe(client.PathOf("dir/unix.socket"));
    }

    [Test]
    public void Remotes_of_the_machine_are_known_and_those_of_the_user_come_first()
    {
        using var client = new ClientFolder("https://far.test:8443", "incus");
        client.WriteGlobal("config.yml", "remotes: {far: {addr: 'https://other.test'}, near: {addr: 'https://near.test'}}");
        client.WriteGlobal("servercerts/near.crt", Certificate("near").Certificate);
        client.WriteGlobal("servercerts/far.crt", "not that of the user's remote");

        Target().Addresses.Single().Host.ShouldBe("far.test");
        Target().Server.ShouldBeNull();
        Target("near").Addresses.Single().Host.ShouldBe("near.test");
        Target("near").Server.ShouldNotBeNull();
    }

    [TestCase("incus, auth_type: oidc", "it uses OpenID Connect (auth_type: oidc), but only certificates are supported.")]
    [TestCase("incus, public: true", "'https://far.test' (incus) is not an Incus server.")]
    [TestCase("simplestreams", "'https://far.test' (simplestreams) is not an Incus server.")]
    public void A_remote_that_cannot_be_used_is_told_with_the_reason(string protocol, string reason)
    {
        using var client = new ClientFolder("https://far.test", protocol);

        Should.Throw<ToolFaultException>(() => Target())
            .Diagnostic.Message.ShouldStartWith($"The remote 'far' cannot be used: {reason}");
    }

    [TestCase("remotes: [far]")]
    [TestCase("remotes: {far: https://far.test}")]
    [TestCase("- remotes")]
    [TestCase("remotes: {")]
    public void A_configuration_that_is_none_is_a_fault_and_not_one_without_remotes(string yaml)
    {
        using var client = new ClientFolder("https://far.test", "incus");
        client.Write("config.yml", yaml);

        Should.Throw<ToolFaultException>(() => Target()).Diagnostic.Message.ShouldContain("config.yml' cannot be read (");
    }

    // As the clients write them: 6.0.4 and 7.0.1, which joins several addresses.
    [TestCase("images:\n  addr: https://images.test\n  protocol: simplestreams\n  public: true\n")]
    [TestCase("images:\n    protocol: simplestreams\n    public: true\n    addr: https://images.test,https://second.test\n")]
    public async Task A_remote_that_is_built_into_the_client_is_known(string list)
    {
        using var client = new ClientFolder("https://far.test", "incus");
        client.ListIs(list);

        var images = await ImageRemotes.FindAsync("images", CancellationToken.None);

        images.ShouldBe(new ImageRemote("https://images.test", "simplestreams", null));
    }

    [TestCase("", 1, "'incus remote list' ended with 1 (no such luck).")]
    [TestCase("{}", 0, "the incus client has no such remote.")]
    [TestCase("[1]", 0, "'incus remote list' does not say what it is (")]
    [TestCase("images: {protocol: simplestreams}", 0, "the incus client has no address for it.")]
    public async Task What_the_client_does_not_say_is_no_empty_list(string list, int exitCode, string reason)
    {
        using var client = new ClientFolder("https://far.test", "incus");
        client.ListIs(list, exitCode);

        var fault = await Should.ThrowAsync<ToolFaultException>(ImageRemotes.FindAsync("images", CancellationToken.None));

        fault.Diagnostic.Message.ShouldStartWith($"The remote 'images' cannot be used: {reason}");
    }

    private static RemoteTarget Target(string remote = "far") => (RemoteTarget)IncusTarget.Resolve(socket: null, remote);

    private static (string Certificate, string Key) Certificate(string name)
    {
        using var key = ECDsa.Create();
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
