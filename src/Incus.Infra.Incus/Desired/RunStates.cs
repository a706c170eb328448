using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Desired;

/// <summary>The words that variables have for whether an instance is to run.</summary>
internal static class RunStates
{
    public static IReadOnlyDictionary<string, RunState> ByName { get; } = new Dictionary<string, RunState>(StringComparer.Ordinal)
    {
        ["running"] = RunState.Running,
        ["stopped"] = RunState.Stopped,
        ["any"] = RunState.Any,
    };
}
