using System.Security.Cryptography;
using Incus.Infra.Incus.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Incus.Infra.Incus.Api;

/// <summary>
/// The incus client's own configuration: <c>config.yml</c> of the user, that of the whole machine, and the certificates
/// beside them.
/// </summary>
internal sealed class ClientConfig
{
    private const string ConfigFile = "config.yml";

    private readonly string _folder;
    private readonly string _globalFolder;
    private readonly Dictionary<string, RemoteEntry> _remotes;
    private readonly Dictionary<string, RemoteEntry> _global;

    private ClientConfig(string folder, string globalFolder)
    {
        _folder = folder;
        _globalFolder = globalFolder;
        _remotes = Remotes(Path.Join(folder, ConfigFile));
        _global = Remotes(Path.Join(globalFolder, ConfigFile));
    }

    /// <summary>
    /// Reads the folder that INCUS_CONF names, or the user's own, and the one that INCUS_GLOBAL_CONF names, or the machine's;
    /// where there is none, there are no remotes.
    /// </summary>
    /// <exception cref="ToolFaultException">One cannot be read.</exception>
    public static ClientConfig Read() =>
        new(Named("INCUS_CONF") ?? OwnFolder(), Named("INCUS_GLOBAL_CONF") ?? "/etc/incus");

    /// <summary>The entry called <paramref name="remote"/>, or null; the user's own comes first.</summary>
    public RemoteEntry? Find(string remote) => _remotes.GetValueOrDefault(remote) ?? _global.GetValueOrDefault(remote);

    /// <summary>The certificate that <paramref name="remote"/> was added with, in PEM form, or null.</summary>
    public string? ServerCertificate(string remote) => TextOf(Path.Join(
        _global.ContainsKey(remote) && !_remotes.ContainsKey(remote) ? _globalFolder : _folder, "servercerts", remote + ".crt"));

    /// <summary>How to reach <paramref name="remote"/>.</summary>
    /// <exception cref="ToolFaultException">It is unknown, no Incus server, or its certificates cannot be read.</exception>
    public IncusTarget Target(string remote)
    {
        var entry = Find(remote) ?? throw Unusable(remote, "the incus client has no such remote");
        if (entry.Addresses is [var local, ..] && local.StartsWith("unix:", StringComparison.Ordinal))
        {
            // As for the client, unix:// alone is the local server.
            var path = local["unix:".Length..];
            return IncusTarget.Resolve(path.StartsWith("//", StringComparison.Ordinal) ? path[2..] : path, remote: null);
        }

        var addresses = entry.Addresses
            .Select(text => Uri.TryCreate(text, UriKind.Absolute, out var address) ? address : null).OfType<Uri>().ToList();
        if (entry.Protocol != "incus" || entry.Public || addresses.Count == 0 || addresses.Count < entry.Addresses.Count)
        {
            throw Unusable(remote, $"'{string.Join(',', entry.Addresses)}' ({entry.Protocol}) is not an Incus server");
        }

        if (entry.AuthType == "oidc")
        {
            throw Unusable(remote, "it uses OpenID Connect (auth_type: oidc), but only certificates are supported");
        }

        try
        {
            var own = OwnCertificates(remote);
            var target = new RemoteTarget(addresses, ClientCertificate(own), ServerCertificate(remote))
            {
                Authorities = TextOf(own + ".ca"),
            };

            // Reads the certificates; a key may be locked by a passphrase.
            new IncusConnection(target).Dispose();
            return target;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Unusable(remote, $"its certificates cannot be read ({e.Message})");
        }
    }

    // Without their ending: those that were made for this remote, else those for all.
    private string OwnCertificates(string remote)
    {
        var own = Path.Join(_folder, "clientcerts", remote);
        return File.Exists(own + ".crt") && File.Exists(own + ".key") ? own : Path.Join(_folder, "client");
    }

    private static (string Certificate, string Key)? ClientCertificate(string path) =>
        TextOf(path + ".crt") is { } certificate && TextOf(path + ".key") is { } key ? (certificate, key) : null;

    private static string? TextOf(string file) => File.Exists(file) ? File.ReadAllText(file) : null;

    private static string? Named(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } folder ? folder : null;

    // A client since 7.0.1 moves its folder to where XDG_CONFIG_HOME says.
    private static string OwnFolder()
    {
        var own = Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config", "incus");
        return !Directory.Exists(own) && Named("XDG_CONFIG_HOME") is { } moved ? Path.Join(moved, "incus") : own;
    }

    private static ToolFaultException Unusable(string remote, string reason) =>
        new(ToolDiagnostics.UnknownRemote(remote, reason));

    private static Dictionary<string, RemoteEntry> Remotes(string file)
    {
        try
        {
            return TextOf(file) is { } yaml
                && RemoteEntry.Document(yaml)?.Children.TryGetValue("remotes", out var remotes) == true
                && remotes is not YamlScalarNode { Value: null or "" or "null" or "~" }
                ? RemoteEntry.ReadAll(remotes)
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or YamlException)
        {
            throw new ToolFaultException(ToolDiagnostics.UnknownRemote("*", $"'{file}' cannot be read ({e.Message})"), e);
        }
    }
}
