using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Diagnostics;

/// <summary>Layer 4, restricted clients and several servers.</summary>
internal static partial class ToolDiagnostics
{
    /// <summary>INFRA4160: a network or project is not as wanted, and this client may not change it.</summary>
    /// <param name="id">The network or project.</param>
    /// <param name="what">How it is, as a clause.</param>
    /// <param name="projects">What the client is restricted to.</param>
    /// <param name="commands">What makes it as wanted.</param>
    /// <remarks>The message ends as a comment of the shell, so that what is copied with it does no harm.</remarks>
    public static Diagnostic AdministratorNeeded(
        ObjectId id, string what, IReadOnlyList<string> projects, IEnumerable<string> commands) => Error(
        "INFRA4160",
        $"{id} {what}, and Incus restricts this client to {Projects(projects)}. "
        + $"Have an administrator run on the server: {string.Join("; ", commands)} # Then apply again.");

    /// <summary>INFRA4161: two remotes lead to one server, where each would take the domains of the other for gone.</summary>
    public static Diagnostic SameServer(string one, string other) => Error(
        "INFRA4161",
        $"{one} and {other} are one server. Give all domains there the same remote, or none.");

    /// <summary>INFRA4162: of several servers, that of a domain cannot be used.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="fault">Why; it names the server.</param>
    public static Diagnostic ServerAway(string domain, Diagnostic fault) => Error(
        "INFRA4162",
        $"Domain '{Excerpt.Of(domain)}' was left as it is, and nobody knows whether it needs a change: {fault.Message}");

    private static string Projects(IReadOnlyList<string> names) => names.Count switch
    {
        0 => "no project",
        1 => $"project '{Excerpt.Of(names[0])}'",
        _ => $"projects {Names(names)}",
    };
}
