using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Isolation;

/// <summary>Connections that a policy declares to be allowed, in one direction.</summary>
internal sealed record Flow(NetworkPolicy Policy, Party From, Party To)
{
    /// <summary>Whether something is open that would be closed without it.</summary>
    public bool HasEffect =>
        !From.IsHost
        && (From.Domain is not null || To.Domain is not null)
        && From.Domain != To.Domain
        && From.Domain is not { Enabled: false } && To.Domain is not { Enabled: false }
        && From.Outside is not { IsEmpty: true } && To.Outside is not { IsEmpty: true };

    /// <summary>Whether it includes all of <paramref name="other"/>.</summary>
    public bool Covers(Flow other) =>
        Policy.Traffic.Covers(other.Policy.Traffic) && From.Covers(other.From) && To.Covers(other.To);
}
