namespace Incus.Infra.Core.CommandLine;

/// <summary>Several names in one property, such as <c>work:lab</c>.</summary>
internal static class CommandList
{
    // MSBuild keeps the comma and the semicolon of a command line for itself, but a file or a quoted value can have them.
    private static readonly char[] Separators = [':', ',', ';'];

    /// <summary>The names; none where the property was not given.</summary>
    public static IReadOnlyList<string> Of(string? value) =>
        (value ?? "").Split(Separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>As Ansible takes tags; null where the property was not given.</summary>
    public static string? ToTags(string? value) => value is null ? null : string.Join(',', Of(value));
}
