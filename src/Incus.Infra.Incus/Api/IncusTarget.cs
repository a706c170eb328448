using System.Runtime.InteropServices;
using Incus.Infra.Incus.Diagnostics;

namespace Incus.Infra.Incus.Api;

/// <summary>An Incus server and how to reach it.</summary>
internal abstract partial record IncusTarget
{
    /// <summary>For people, and the same for everybody who means this server: a socket's path or a URL.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// The target that the user means: an explicit socket, else a remote of the incus client, else the local server
    /// as the incus client finds it (INCUS_SOCKET, INCUS_DIR, then the places where packages put it).
    /// </summary>
    /// <exception cref="ToolFaultException">The remote is not known or its certificates cannot be read.</exception>
    public static IncusTarget Resolve(string? socket, string? remote) => (socket, Remote(remote)) switch
    {
        ({ Length: > 0 }, _) => new SocketTarget(Path.GetFullPath(socket)),
        (_, null) => new SocketTarget(Path.GetFullPath(LocalSocket())),
        (_, { } elsewhere) => ClientConfig.Read().Target(elsewhere),
    };

    /// <summary>The name of a remote; null for the local server, however it is named.</summary>
    public static string? Remote(string? name) => name is "" or "local" ? null : name;

    private static string LocalSocket()
    {
        const string socketName = "unix.socket";
        const string runtimeFolder = "/run/incus";
        if (Environment.GetEnvironmentVariable("INCUS_SOCKET") is { Length: > 0 } socket)
        {
            return socket;
        }

        var folder = Environment.GetEnvironmentVariable("INCUS_DIR") is { Length: > 0 } named ? named
            : File.Exists(Path.Join(runtimeFolder, socketName)) ? runtimeFolder
            : "/var/lib/incus";
        var path = Path.Join(folder, socketName);

        // Who is only in the group incus has a project of their own behind the other one.
        var userPath = path + ".user";
        return !IsWritable(path) && IsWritable(userPath) ? userPath : path;
    }

    private static bool IsWritable(string path) => Access(path, mode: 2) == 0;

    // A file's mode does not tell what root, and the capabilities of others, may do.
    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Access(string path, int mode);
}

/// <summary>A server on this machine.</summary>
/// <param name="Path">Its unix socket.</param>
internal sealed record SocketTarget(string Path) : IncusTarget
{
    public override string Name => Path;
}

/// <summary>A server elsewhere.</summary>
/// <param name="Addresses">Such as <c>https://host:8443</c>; of several that lead there, the first that answers is used.</param>
/// <param name="Client">The certificate and key that the server trusts, in PEM form, or null.</param>
/// <param name="Server">The only certificate that is accepted, in PEM form, or null to trust the system's authorities.</param>
internal sealed record RemoteTarget(IReadOnlyList<Uri> Addresses, (string Certificate, string Key)? Client, string? Server)
    : IncusTarget
{
    /// <summary>The authorities that are trusted in place of the system's, and beside <see cref="Server"/>, or null.</summary>
    public string? Authorities { get; init; }

    public override string Name => Addresses[0].GetLeftPart(UriPartial.Authority);
}
