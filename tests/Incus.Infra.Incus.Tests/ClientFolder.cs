namespace Incus.Infra.Incus.Tests;

/// <summary>A configuration of the incus client of a test's own, in the place of the user's until it is disposed.</summary>
internal sealed class ClientFolder : IDisposable
{
    private const string Variable = "INCUS_CONF";

    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("infra-");

    /// <summary>With one remote, called <c>far</c>.</summary>
    public ClientFolder(string address, string protocol)
    {
        Write("config.yml", $"remotes: {{far: {{addr: '{address}', protocol: {protocol}}}}}");
        Environment.SetEnvironmentVariable(Variable, _folder.FullName);
    }

    public void Write(string file, string text) => File.WriteAllText(Path.Join(_folder.FullName, file), text);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, _before);
        _folder.Delete(recursive: true);
    }
}
