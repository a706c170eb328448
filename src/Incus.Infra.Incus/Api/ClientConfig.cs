using System.Security.Cryptography;
using Incus.Infra.Incus.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Incus.Infra.Incus.Api;

/// <summary>A server in the incus client's configuration.</summary>
/// <param name="Address">A URL, or <c>unix://</c> and a path.</param>
/// <param name="Protocol"><c>incus</c>, <c>simplestreams</c> or <c>oci</c>.</param>
internal sealed record RemoteEntry(string Address, string Protocol);

/// <summary>The incus client's own configuration: <c>config.yml</c>, its certificate, and those of the servers.</summary>
internal sealed class ClientConfig
{
    private readonly string _folder;
    private readonly Dictionary<string, RemoteEntry> _remotes;

    private ClientConfig(string folder, Dictionary<string, RemoteEntry> remotes)
    {
        _folder = folder;
        _remotes = remotes;
    }

    /// <summary>Reads the folder that INCUS_CONF names, or the user's own; without one there are no remotes.</summary>
    public static ClientConfig Read()
    {
        var folder = Environment.GetEnvironmentVariable("INCUS_CONF") is { Length: > 0 } given
            ? given
            : Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config", "incus");
        var file = Path.Join(folder, "config.yml");
        try
        {
            return new ClientConfig(folder, File.Exists(file) ? Remotes(File.ReadAllText(file)) : []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or YamlException)
        {
            throw new ToolFaultException(ToolDiagnostics.UnknownRemote("*", $"'{file}' cannot be read ({e.Message})"), e);
        }
    }

    /// <summary>The entry called <paramref name="remote"/>, or null.</summary>
    public RemoteEntry? Find(string remote) => _remotes.GetValueOrDefault(remote);

    /// <summary>The certificate that <paramref name="remote"/> was added with, in PEM form, or null.</summary>
    public string? ServerCertificate(string remote)
    {
        var file = Path.Join(_folder, "servercerts", remote + ".crt");
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }

    /// <summary>How to reach <paramref name="remote"/>.</summary>
    /// <exception cref="ToolFaultException">It is unknown, no Incus server, or its certificates cannot be read.</exception>
    public IncusTarget Target(string remote)
    {
        var entry = Find(remote) ?? throw Unusable(remote, "the incus client does not know it");
        if (entry.Address.StartsWith("unix:", StringComparison.Ordinal))
        {
            // As for the client, unix:// alone is the local server.
            var path = entry.Address["unix:".Length..];
            return IncusTarget.Resolve(path.StartsWith("//", StringComparison.Ordinal) ? path[2..] : path, remote: null);
        }

        if (entry.Protocol != "incus" || !Uri.TryCreate(entry.Address, UriKind.Absolute, out var address))
        {
            throw Unusable(remote, $"'{entry.Address}' ({entry.Protocol}) is not an Incus server");
        }

        try
        {
            var certificate = Path.Join(_folder, "client.crt");
            var key = Path.Join(_folder, "client.key");
            var target = new RemoteTarget(
                address,
                File.Exists(certificate) ? (File.ReadAllText(certificate), File.ReadAllText(key)) : null,
                ServerCertificate(remote));

            // Reads the certificates; a key may be locked by a passphrase.
            new IncusConnection(target).Dispose();
            return target;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Unusable(remote, $"its certificates cannot be read ({e.Message})");
        }
    }

    private static ToolFaultException Unusable(string remote, string reason) =>
        new(ToolDiagnostics.UnknownRemote(remote, reason));

    private static Dictionary<string, RemoteEntry> Remotes(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        var remotes = new Dictionary<string, RemoteEntry>(StringComparer.Ordinal);
        if (stream.Documents is not [{ RootNode: YamlMappingNode root }]
            || !root.Children.TryGetValue("remotes", out var node)
            || node is not YamlMappingNode entries)
        {
            return remotes;
        }

        foreach (var (name, value) in entries.Children)
        {
            if (value is YamlMappingNode entry && Text(entry, "addr") is { } address)
            {
                remotes[name.ToString()] = new RemoteEntry(address, Text(entry, "protocol") ?? "incus");
            }
        }

        return remotes;
    }

    private static string? Text(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var value) && value is YamlScalarNode { Value: { Length: > 0 } text } ? text : null;
}
