namespace Incus.Infra.Tasks;

/// <summary>Ansible starts only in a UTF-8 locale, but a build should not depend on the user's.</summary>
internal static class AnsibleLocale
{
    // In the order in which they count.
    private static readonly string[] Names = ["LC_ALL", "LC_CTYPE", "LANG"];

    /// <summary>As <c>NAME=value</c>; empty where the locale is good, or where nothing is set and Python chooses well.</summary>
    public static IEnumerable<string> Variables()
    {
        var locale = Names.Select(Environment.GetEnvironmentVariable).FirstOrDefault(value => !string.IsNullOrEmpty(value));
        if (locale?.Replace("-", "", StringComparison.Ordinal).Contains("utf8", StringComparison.OrdinalIgnoreCase) == false)
        {
            yield return "LC_ALL=C.UTF-8";
        }
    }
}
