using Incus.Infra.Incus.Api;

namespace Incus.Infra.Incus.Tests.Live;

/// <summary>What the incus client's own configuration says of a server.</summary>
internal sealed class ClientConfigTests
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("infra-");
    private readonly string? _before = Environment.GetEnvironmentVariable("INCUS_CONF");

    [SetUp]
    public void Use_a_folder_of_its_own() => Environment.SetEnvironmentVariable("INCUS_CONF", _folder.FullName);

    [OneTimeTearDown]
    public void Remove()
    {
        Environment.SetEnvironmentVariable("INCUS_CONF", _before);
        _folder.Delete(recursive: true);
    }

    // The name is the lock's key: with another one, two Applies would work on one server.
    [TestCase("unix:///var/lib/incus/unix.socket", "/var/lib/incus/unix.socket")]
    [TestCase("unix:/run/../srv/unix.socket", "/srv/unix.socket")]
    public void A_socket_has_one_name_however_it_is_written(string address, string expected)
    {
        Write(address);

        IncusTarget.Resolve(socket: null, "far").Name.ShouldBe(expected);
    }

    [Test]
    public void The_unix_socket_without_a_path_is_the_local_server()
    {
        Write("unix://");

        IncusTarget.Resolve(socket: null, "far").ShouldBe(IncusTarget.Resolve(socket: null, "local"));
    }

    [Test]
    public void A_key_that_cannot_be_read_is_told_with_its_remote()
    {
        Write("https://far.test:8443");
        File.WriteAllText(Path.Join(_folder.FullName, "client.crt"), "damaged");
        File.WriteAllText(Path.Join(_folder.FullName, "client.key"), "damaged");

        Should.Throw<ToolFaultException>(() => IncusTarget.Resolve(socket: null, "far")).Diagnostic.Message
            .ShouldStartWith("The remote 'far' cannot be used: its certificates cannot be read (");
    }

    private void Write(string address) =>
        File.WriteAllText(Path.Join(_folder.FullName, "config.yml"), $"remotes: {{far: {{addr: '{address}', protocol: incus}}}}");
}
