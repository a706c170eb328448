namespace Incus.Infra.Core.Model;

/// <summary>Declared snapshots: the section <c>snapshots</c> of a domain or machine. What is not written is null.</summary>
internal sealed record SnapshotPolicy
{
    /// <summary>When Incus takes one, as Incus reads it.</summary>
    public Located<string>? Schedule { get; init; }

    /// <summary>How long one is kept, as the user wrote it.</summary>
    public Located<string>? Expiry { get; init; }

    /// <summary>How Incus names those of its schedule.</summary>
    public string? Pattern { get; init; }

    /// <summary>How many of those with hooks are kept.</summary>
    public int? Keep { get; init; }

    /// <summary>Commands before, each a program and its arguments.</summary>
    public IReadOnlyList<IReadOnlyList<string>>? Pre { get; init; }

    /// <summary>Commands after, each a program and its arguments.</summary>
    public IReadOnlyList<IReadOnlyList<string>>? Post { get; init; }

    /// <summary>The expiry in Incus's units, or null.</summary>
    // Incus writes minutes as M and hours as H; its m are months, so an unchanged '60m' would keep snapshots for years.
    public string? IncusExpiry => Expiry?.Value switch
    {
        [.. var number, 'm'] => number + "M",
        [.. var number, 'h'] => number + "H",
        var other => other,
    };

    /// <summary>As infra.yml has an expiry of Incus in minutes, hours, days or weeks.</summary>
    public static string FromIncus(string expiry) => expiry switch
    {
        [.. var number, 'M'] => number + "m",
        [.. var number, 'H'] => number + "h",
        var other => other,
    };

    /// <summary>Whether commands run before or after.</summary>
    public bool HasHooks => Pre is { Count: > 0 } || Post is { Count: > 0 };

    /// <summary>This policy, with what it lacks taken from another one.</summary>
    public SnapshotPolicy Or(SnapshotPolicy? other) => other is null ? this : new SnapshotPolicy
    {
        Schedule = Schedule ?? other.Schedule,
        Expiry = Expiry ?? other.Expiry,
        Pattern = Pattern ?? other.Pattern,
        Keep = Keep ?? other.Keep,
        Pre = Pre ?? other.Pre,
        Post = Post ?? other.Post,
    };
}
