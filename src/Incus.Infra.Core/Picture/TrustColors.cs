namespace Incus.Infra.Core.Picture;

/// <summary>The colors of one trust level: for the ground and the line, on a light page and on a dark one.</summary>
/// <param name="Name">As a class of CSS.</param>
/// <param name="Ground">Of the box.</param>
/// <param name="Line">Around it, and of its name.</param>
/// <param name="DarkGround">The ground on a dark page.</param>
/// <param name="DarkLine">The line on a dark page.</param>
internal sealed record TrustColors(string Name, string Ground, string Line, string DarkGround, string DarkLine)
{
    /// <summary>From the most trusted on; the last is for domains without a level.</summary>
    public static IReadOnlyList<TrustColors> All { get; } =
    [
        new("admin", "#f3ebff", "#6d28d9", "#221a36", "#b797ff"),
        new("trusted", "#e4f5e8", "#176b30", "#12261a", "#5fd381"),
        new("semi-trusted", "#fff4cf", "#805500", "#2a2310", "#e3b341"),
        new("untrusted", "#ffe8e4", "#b3261e", "#311614", "#ff8a80"),
        new("disposable", "#ffe6f2", "#a62d78", "#2f1625", "#f78bc4"),
        new("none", "#eef1f5", "#4b5563", "#1b212a", "#a3adba"),
    ];

    public static TrustColors Of(DomainPlace domain) => All.First(c => c.Name == (domain.TrustLevel ?? "none"));
}
