namespace Incus.Infra.Core.Diagnostics;

/// <summary>GPUs: INFRA2309, INFRA2310 and INFRA2401 to INFRA2499.</summary>
internal static partial class RuleDiagnostics
{
    /// <summary>A gputype that does not exist; Incus would store it and ignore it.</summary>
    public static Diagnostic UnknownGpuType(
        SourceLocation at, string owner, string type, IEnumerable<string> known, string? nearest) =>
        Error("INFRA2309", at,
            $"{Excerpt.Of(owner)}: gputype '{Excerpt.Of(type)}' does not exist; Incus would ignore it silently. "
            + DidYouMean(nearest, $"Use {string.Join(", ", known)}."));

    public static Diagnostic UnknownGpuOption(SourceLocation at, string owner, string option, string type, string? nearest) =>
        Error("INFRA2310", at,
            $"{Excerpt.Of(owner)}: a {Excerpt.Of(type)} gpu has no option '{Excerpt.Of(option)}'. "
            + DidYouMean(nearest, "Remove it."));

    /// <summary>A second GPU user under the exclusive policy.</summary>
    public static Diagnostic GpuTaken(SourceLocation at, string machine, string holder, int line) =>
        Error("INFRA2401", at,
            $"Machine '{Excerpt.Of(machine)}': the GPU is already used by '{Excerpt.Of(holder)}' (line {line}) "
            + "and gpu_policy is exclusive. "
            + "Remove one of them, select different cards with pci, or set global.gpu_policy: shared.");

    /// <summary>A second GPU user under the shared policy (warning).</summary>
    public static Diagnostic GpuShared(SourceLocation at, string machine, string holder, int line) =>
        Warning("INFRA2402", at,
            $"Machine '{Excerpt.Of(machine)}' shares the GPU with '{Excerpt.Of(holder)}' (line {line}): "
            + "its memory is not isolated between them.");

    public static Diagnostic WrongGpuValue(SourceLocation at, string owner, string option, string expected, string value) =>
        Error("INFRA2403", at, $"{Excerpt.Of(owner)}: '{Excerpt.Of(option)}' must be {expected}, but is '{Excerpt.Of(value)}'.");

    /// <summary>Two conflicting ways to select a card or a MIG instance.</summary>
    public static Diagnostic GpuSelectedTwice(SourceLocation at, string owner, string device, string name, string other) =>
        Error("INFRA2404", at,
            $"{Excerpt.Of(owner)}: gpu '{Excerpt.Of(device)}' is already selected by {Excerpt.Of(name)}, "
            + $"and Incus rejects {Excerpt.Of(other)} with it. Remove one of them.");

    /// <summary>A GPU that lacks an option its type needs.</summary>
    public static Diagnostic GpuPartMissing(SourceLocation at, string owner, string device, string type, string missing) =>
        Error("INFRA2405", at,
            $"{Excerpt.Of(owner)}: gpu '{Excerpt.Of(device)}' of gputype {Excerpt.Of(type)} "
            + $"needs {Excerpt.Of(missing)}. Add it.");

    public static Diagnostic GpuOfOtherType(
        SourceLocation at, string machine, string device, string what, bool isVirtualMachine) =>
        Error("INFRA2406", at,
            $"Machine '{Excerpt.Of(machine)}': {Excerpt.Of(what)} of gpu '{Excerpt.Of(device)}' is for "
            + (isVirtualMachine
                ? "containers, but this is a virtual machine. Remove it."
                : "virtual machines, but this is a container. Remove it, or use type: vm."));

    /// <summary>A MIG instance, which needs NVIDIA's runtime.</summary>
    public static Diagnostic GpuWithoutRuntime(SourceLocation at, string machine, string device) =>
        Error("INFRA2407", at,
            $"Machine '{Excerpt.Of(machine)}': gpu '{Excerpt.Of(device)}' of gputype mig needs NVIDIA's runtime. "
            + "Set nvidia.runtime: true in config.");

    /// <summary>The device that the field gpu adds would replace another one.</summary>
    public static Diagnostic GpuNameTaken(SourceLocation at, string machine, int line) =>
        Error("INFRA2408", at,
            $"Machine '{Excerpt.Of(machine)}': gpu: true adds a device named 'gpu', "
            + $"but another device or volume (line {line}) has this name. Rename that one.");
}
