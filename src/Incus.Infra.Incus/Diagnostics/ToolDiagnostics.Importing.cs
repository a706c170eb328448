namespace Incus.Infra.Incus.Diagnostics;

/// <summary>What Import finds.</summary>
internal static partial class ToolDiagnostics
{
    /// <summary>INFRA4090, warning: a project cannot be a domain as it is.</summary>
    /// <param name="project">The project.</param>
    /// <param name="why">Sentences.</param>
    public static Diagnostic ProjectLeftOut(string project, string why) => Warning(
        "INFRA4090", $"Project '{Excerpt.Of(project)}' is not imported. {why}");

    /// <summary>INFRA4091, warning: a machine cannot be in infra.yml as it is.</summary>
    /// <param name="project">Its project.</param>
    /// <param name="machine">Its name.</param>
    /// <param name="why">Sentences.</param>
    public static Diagnostic MachineLeftOut(string project, string machine, string why) => Warning(
        "INFRA4091", $"Machine '{Excerpt.Of(machine)}' in project '{Excerpt.Of(project)}' is not imported. {why}");

    /// <summary>INFRA4092: no project can be a domain as it is.</summary>
    public static Diagnostic NothingToImport() => Error(
        "INFRA4092", "No project can be a domain as it is, so nothing is written. The warnings say why, and what to do.");
}
