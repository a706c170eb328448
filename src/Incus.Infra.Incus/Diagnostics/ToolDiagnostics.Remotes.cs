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

    private static string Projects(IReadOnlyList<string> names) => names.Count switch
    {
        0 => "no project",
        1 => $"project '{Excerpt.Of(names[0])}'",
        _ => $"projects {Names(names)}",
    };
}
