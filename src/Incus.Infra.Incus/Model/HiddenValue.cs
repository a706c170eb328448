namespace Incus.Infra.Incus.Model;

/// <summary>Keeps values out of plans, logs and files that are likely to be secret.</summary>
internal static class HiddenValue
{
    private const string Mark = "(hidden)";

    // What is shorter is in words of every journal.
    private const int FewestCharacters = 4;

    // What carries data into the machine, for its programs, or is free text of the user; no mark of ours is ever shown.
    private static readonly string[] Families =
        ["cloud-init.", "environment.", "smbios11.", "systemd.credential.", "systemd.credential-binary.", "user."];

    private static readonly string[] Words = ["credential", "passphrase", "password", "private", "secret", "token"];

    /// <summary>What may be shown of a value; no value is no secret.</summary>
    public static string? Of(Property property, string? value) => value is not null && IsSecret(property) ? Mark : value;

    /// <summary>The lines of such values in the configuration of an instance, as its programs may repeat them.</summary>
    public static IReadOnlyList<string> LinesOf(IEnumerable<KeyValuePair<string, string>> config) =>
    [
        .. config.Where(c => IsSecret(Property.Config(c.Key)))
            .SelectMany(c => c.Value.Split('\n', StringSplitOptions.TrimEntries))
            .Where(line => line.Length >= FewestCharacters)
            .OrderByDescending(line => line.Length),
    ];

    /// <summary>A text without any of these lines.</summary>
    public static string Without(IReadOnlyList<string> lines, string text) =>
        lines.Aggregate(text, (rest, line) => rest.Replace(line, Mark, StringComparison.Ordinal));

    private static bool IsSecret(Property property) =>
        (property.Section == Section.Config && Families.Any(f => property.Key.StartsWith(f, StringComparison.Ordinal)))
        || Words.Any(w => property.Key.Contains(w, StringComparison.OrdinalIgnoreCase));
}
