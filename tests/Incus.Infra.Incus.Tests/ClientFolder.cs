using System.Globalization;
using System.Runtime.Versioning;

[assembly: SupportedOSPlatform("linux")]

namespace Incus.Infra.Incus.Tests;

/// <summary>A configuration of the incus client of a test's own, in the place of the user's until it is disposed.</summary>
internal sealed class ClientFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("infra-");
    private readonly Dictionary<string, string?> _before = [];

    /// <summary>With one remote, called <c>far</c>.</summary>
    /// <param name="address">Its address, or several with commas.</param>
    /// <param name="protocol">Its protocol; behind it may stand more of it.</param>
    public ClientFolder(string address, string protocol)
    {
        Write("config.yml", $"remotes: {{far: {{addr: '{address}', protocol: {protocol}}}}}");
        Set("INCUS_CONF", PathOf("own"));
        Set("INCUS_GLOBAL_CONF", PathOf("global"));
    }

    public void Write(string file, string text) => WriteTo($"own/{file}", text);

    /// <summary>Writes what all users of the machine have.</summary>
    public void WriteGlobal(string file, string text) => WriteTo($"global/{file}", text);

    /// <summary>What the client says to <c>remote list</c>.</summary>
    public void ListIs(string text, int exitCode = 0)
    {
        WriteTo("list", text);
        WriteTo("bin/incus", string.Create(
            CultureInfo.InvariantCulture, $"#!/bin/sh\necho no such luck >&2\ncat '{PathOf("list")}'\nexit {exitCode}\n"));
        new FileInfo(PathOf("bin/incus")).UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserExecute;
        Set("PATH", $"{PathOf("bin")}:{Environment.GetEnvironmentVariable("PATH")}");
    }

    public void Dispose()
    {
        foreach (var (variable, value) in _before)
        {
            Environment.SetEnvironmentVariable(variable, value);
        }

        _folder.Delete(recursive: true);
    }

    public string PathOf(string file) => Path.Join(_folder.FullName, file);

    public void WriteTo(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        File.WriteAllText(PathOf(file), text);
    }

    public void Set(string variable, string value)
    {
        _before[variable] = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, value);
    }
}
