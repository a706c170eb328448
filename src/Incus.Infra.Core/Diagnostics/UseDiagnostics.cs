using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Reading;

namespace Incus.Infra.Core.Diagnostics;

/// <summary>Layer 5: how the SDK is used. INFRA5001 is raised in sdk/targets/Infra.Host.targets.</summary>
public static class UseDiagnostics
{
    /// <summary>INFRA5002, error: SyncDry with FailOnChange=true found files that Sync would write.</summary>
    public static Diagnostic TreeOutOfDate(string infraFile, int changes) => Error(
        "INFRA5002",
        infraFile,
        $"The tree is not what {infraFile} says: {changes} {(changes == 1 ? "file" : "files")} would change. "
        + "Build the project and commit the result.");

    /// <summary>INFRA5010, error: a target was not told what it is about.</summary>
    public static Diagnostic PropertyMissing(string file, string kind, string what) => Error(
        "INFRA5010", file, $"{kind} does not know what it is about. Say {what}.");

    /// <summary>INFRA5011, error: a value on the command line has not the form it must have.</summary>
    public static Diagnostic BadProperty(string file, string kind, string value, string expected) => Error(
        "INFRA5011", file, $"{kind}={Excerpt.Of(value)}: it must be {expected}.");

    /// <summary>INFRA5012, error: infra.yml has no such domain.</summary>
    public static Diagnostic NoDomain(string infraFile, string domain, IEnumerable<string> domains)
    {
        var nearest = Suggestion.For(domain, domains);
        return Error(
            "INFRA5012",
            infraFile,
            $"There is no domain '{Excerpt.Of(domain)}'."
            + (nearest is null ? "" : $" Did you mean '{nearest}'?")
            + $" There are: {string.Join(", ", domains)}.");
    }

    /// <summary>INFRA5013, error: a limit names neither a domain nor a machine.</summary>
    public static Diagnostic UnknownLimit(string infraFile, string name, IEnumerable<string> names) => Error(
        "INFRA5013",
        infraFile,
        $"Limit: '{Excerpt.Of(name)}' is neither a domain nor a machine that is enabled."
        + (Suggestion.For(name, names) is { } nearest ? $" Did you mean '{nearest}'?" : ""));

    private static Diagnostic Error(string code, string file, string message) =>
        new(code, Severity.Error, new SourceLocation(file), message);
}
