using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Execution;

/// <summary>Keeps values out of plans, logs and files that are likely to be secret.</summary>
internal static class HiddenValue
{
    private const string Mark = "(hidden)";

    // What carries data into the machine, for its programs, or is free text of the user; no mark of ours is ever shown.
    private static readonly string[] Families =
        ["cloud-init.", "environment.", "smbios11.", "systemd.credential.", "systemd.credential-binary.", "user."];

    private static readonly string[] Words = ["credential", "passphrase", "password", "private", "secret", "token"];

    /// <summary>What may be shown of a value; no value is no secret.</summary>
    public static string? Of(Property property, string? value) => value is not null && IsSecret(property) ? Mark : value;

    private static bool IsSecret(Property property) =>
        (property.Section == Section.Config && Families.Any(f => property.Key.StartsWith(f, StringComparison.Ordinal)))
        || Words.Any(w => property.Key.Contains(w, StringComparison.OrdinalIgnoreCase));
}
