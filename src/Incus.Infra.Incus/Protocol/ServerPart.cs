using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Incus.Protocol;

/// <summary>What of a request is for one server.</summary>
/// <param name="Remote">The server, as a remote of the incus client; null for the local one.</param>
/// <param name="Socket">Its socket, in place of a remote; else null.</param>
/// <param name="Wanted">The domains there, and all else as it was asked for.</param>
internal sealed record ServerPart(string? Remote, string? Socket, EngineRequest Wanted)
{
    /// <summary>For people.</summary>
    public string Name => Socket ?? $"remote '{Excerpt.Of(Remote ?? "local")}'";

    /// <summary>
    /// A part for each server of the domains that may be looked at, in their order; where there are none, all of it for the
    /// server of the request.
    /// </summary>
    public static IReadOnlyList<ServerPart> Of(EngineRequest wanted, RequestTarget target)
    {
        var otherwise = (Remote: IncusTarget.Remote(target.Remote), target.Socket);
        var parts = wanted.Domains
            .GroupBy(d => d.IncusRemote is { Length: > 0 } named ? (Remote: IncusTarget.Remote(named), Socket: null) : otherwise)
            .Where(g => wanted.Scope is null || g.Any(d => wanted.Scope.Contains(d.Name)))
            .Select(g => new ServerPart(g.Key.Remote, g.Key.Socket, wanted.Only(g.Contains)))
            .ToList();
        return parts.Count == 0 ? [new ServerPart(otherwise.Remote, otherwise.Socket, wanted)] : parts;
    }
}
