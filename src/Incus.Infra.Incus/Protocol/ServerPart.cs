using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Incus.Protocol;

/// <summary>What of a request is for one server.</summary>
/// <param name="Remote">The server, as a remote of the incus client; null for the local one.</param>
/// <param name="Socket">Its socket, in place of a remote; else null.</param>
/// <param name="Wanted">The domains there, and all else as it was asked for.</param>
internal sealed record ServerPart(string? Remote, string? Socket, EngineRequest Wanted)
{
    private const string Local = "local";

    /// <summary>For people.</summary>
    public string Name => Socket ?? $"remote '{Excerpt.Of(Remote ?? Local)}'";

    /// <summary>
    /// A part for each server of the domains that may be looked at, in the order of these; without any, what was asked for is for
    /// the server of the request, and so it is where all domains are there.
    /// </summary>
    public static IReadOnlyList<ServerPart> Of(EngineRequest wanted, RequestTarget target)
    {
        var otherwise = (Remote: NameOf(target.Remote), target.Socket);
        var parts = wanted.Domains
            .GroupBy(d => d.IncusRemote is { Length: > 0 } remote ? (Remote: NameOf(remote), Socket: null) : otherwise)
            .Where(g => wanted.Scope is null || g.Any(d => wanted.Scope.Contains(d.Name)))
            .Select(g => new ServerPart(g.Key.Remote, g.Key.Socket, wanted.Only(g.Contains)))
            .ToList();
        return parts.Count == 0 ? [new ServerPart(otherwise.Remote, otherwise.Socket, wanted)] : parts;
    }

    private static string? NameOf(string? remote) => remote is "" or Local ? null : remote;
}
