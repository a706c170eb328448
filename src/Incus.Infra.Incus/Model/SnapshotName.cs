using System.Globalization;
using System.Text.RegularExpressions;

namespace Incus.Infra.Incus.Model;

/// <summary>Names of snapshots.</summary>
internal static partial class SnapshotName
{
    /// <summary>What a name that <see cref="IsValid"/> accepts looks like, as it completes "… must be".</summary>
    public const string Form = "1 to 63 letters, digits, dots, hyphens and underscores, starting with a letter or digit";

    /// <summary>
    /// Whether a snapshot may be taken under this name. Incus itself allows more, names that hide folders among it.
    /// </summary>
    public static bool IsValid(string name) => ValidName().IsMatch(name);

    /// <summary>Such as <c>snap-20261124-021312</c>, in UTC, so that the order of names is that of time.</summary>
    public static string Dated(string prefix, DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}-{at.UtcDateTime:yyyyMMdd-HHmmss}");

    /// <summary>The next of these names that is free: two runs may fall into one second.</summary>
    internal static string NextDated(string prefix, DateTimeOffset at, IReadOnlySet<string> taken)
    {
        while (taken.Contains(Dated(prefix, at)))
        {
            at = at.AddSeconds(1);
        }

        return Dated(prefix, at);
    }

    /// <summary>Whether <see cref="Dated"/> made a name with this prefix.</summary>
    public static bool IsDated(string prefix, string name) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && Date().IsMatch(name.AsSpan(prefix.Length));

    [GeneratedRegex(@"\A-[0-9]{8}-[0-9]{6}\z")]
    private static partial Regex Date();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,62}\z")]
    private static partial Regex ValidName();
}
