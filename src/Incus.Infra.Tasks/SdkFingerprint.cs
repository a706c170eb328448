using Incus.Infra.Core.Building;

namespace Incus.Infra.Tasks;

/// <summary>Identifies the generating code, so that another version of the SDK regenerates.</summary>
internal static class SdkFingerprint
{
    /// <summary>
    /// The compiler derives this id from all that goes into Core, the version of the package included; an assembly
    /// compiled ahead of time keeps the id of its IL.
    /// </summary>
    public static string Value { get; } = typeof(InfraBuild).Module.ModuleVersionId.ToString();
}
