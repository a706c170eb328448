using Incus.Infra.Core.Building;

namespace Incus.Infra.Tasks;

/// <summary>The verbs of Core on the project that MSBuild builds.</summary>
internal static class ProjectBuild
{
    /// <summary>All paths but the first are relative to the project folder.</summary>
    public static InfraBuild Of(string projectFile, string infraFile, string lockFile, string intermediateDirectory) => new(
        new BuildOptions
        {
            ProjectDirectory = Path.GetDirectoryName(projectFile)!,
            InfraFile = infraFile,
            LockFile = lockFile,
            IntermediateDirectory = intermediateDirectory,
            Fingerprint = SdkFingerprint.Value,
        },
        InfraCompiler.Compile);
}
