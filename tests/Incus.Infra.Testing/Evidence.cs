using System.Reflection;
using System.Text.RegularExpressions;

namespace Incus.Infra.Testing;

/// <summary>
/// Where a failed test leaves what explains it: <c>artifacts/evidence/&lt;suite&gt;/&lt;test&gt;</c>;
/// where another Incus than the machine's is under test, the suite has its name behind an <c>@</c>.
/// </summary>
public static partial class Evidence
{
    private static readonly string Root =
        typeof(Evidence).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "EvidenceFolder").Value!;

    /// <summary>The folder of a test, whose name may have arguments in it: a CI uploads few characters, and paths end.</summary>
    public static string FolderOf(Assembly suite, string test)
    {
        ArgumentNullException.ThrowIfNull(suite);
        var name = NotInNames().Replace(test, "-");
        var other = IncusRelease.Asked == IncusRelease.Installed ? "" : $"@{IncusRelease.Asked}";
        return Path.Join(Root, suite.GetName().Name + other, name[..Math.Min(name.Length, 120)]);
    }

    [GeneratedRegex("[^A-Za-z0-9_.-]+")]
    private static partial Regex NotInNames();
}
