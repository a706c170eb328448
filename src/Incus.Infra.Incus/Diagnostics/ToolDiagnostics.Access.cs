namespace Incus.Infra.Incus.Diagnostics;

/// <summary>Layer 4, letting others into projects.</summary>
internal static partial class ToolDiagnostics
{
    /// <summary>INFRA4135: a certificate for the project would be one for the host.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="reason">Why, as a clause.</param>
    public static Diagnostic ProjectOpen(string domain, string reason) => Error(
        "INFRA4135",
        $"No token for domain '{domain}': in Incus {reason}. Run Apply, then Access again. No token was made.");

    /// <summary>INFRA4136: Incus makes no token, in its own words.</summary>
    public static Diagnostic NoToken(string domain, string reason) => Error(
        "INFRA4136",
        $"No token for domain '{domain}': {reason.TrimEnd('.')}. A server that listens on no address is opened with "
        + "'incus config set core.https_address :8443'.");
}
