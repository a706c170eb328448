namespace Incus.Infra.Core.Diagnostics;

/// <summary>Layer 5: how the SDK is used. INFRA5001 is raised in sdk/targets/Infra.Host.targets.</summary>
public static class UseDiagnostics
{
    /// <summary>INFRA5002, error: SyncDry with FailOnChange=true found files that Sync would write.</summary>
    public static Diagnostic TreeOutOfDate(string infraFile, int changes) => new(
        "INFRA5002",
        Severity.Error,
        new SourceLocation(infraFile),
        $"The tree is not what {infraFile} says: {changes} {(changes == 1 ? "file" : "files")} would change. "
        + "Build the project and commit the result.");
}
