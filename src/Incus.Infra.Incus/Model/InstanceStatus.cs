namespace Incus.Infra.Incus.Model;

/// <summary>The statuses of instances that the engine tells apart.</summary>
internal static class InstanceStatus
{
    public const string Frozen = "Frozen";
    public const string Stopped = "Stopped";

    /// <summary>Whether an instance has processes, paused or not.</summary>
    public static bool IsUp(string? status) => Runs(status) || status is Frozen;

    /// <summary>Whether Incus cannot say what an instance is, as its member of the cluster does not answer.</summary>
    public static bool IsUnknown(string? status, Dictionary<string, string>? config) => status is "Error" && config is null;

    /// <summary>Whether it can run a command, whether or not its guest said that it is ready.</summary>
    public static bool Runs(string? status) => status is "Running" or "Ready";
}
