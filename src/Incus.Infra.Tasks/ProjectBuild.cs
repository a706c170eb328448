using Incus.Infra.Core.Building;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Files;

namespace Incus.Infra.Tasks;

/// <summary>The verbs of Core on the project that MSBuild builds.</summary>
internal static class ProjectBuild
{
    /// <summary>All paths but the first are relative to the project folder.</summary>
    public static InfraBuild Of(string projectFile, string infraFile, string lockFile, string intermediateDirectory) =>
        new(Options(projectFile, infraFile, lockFile, intermediateDirectory), InfraCompiler.Compile);

    /// <summary>The C# file of a project; all paths but the first are relative to the project folder.</summary>
    public static CodeBuild Code(
        string projectFile, string infraFile, string lockFile, string codeFile, string rootNamespace) =>
        new(Options(projectFile, infraFile, lockFile, Path.GetDirectoryName(codeFile)!), codeFile, rootNamespace);

    private static BuildOptions Options(
        string projectFile, string infraFile, string lockFile, string intermediateDirectory) => new()
        {
            ProjectDirectory = Path.GetDirectoryName(projectFile)!,
            InfraFile = infraFile,
            LockFile = lockFile,
            IntermediateDirectory = intermediateDirectory,
            Fingerprint = SdkFingerprint.Value,
            MakesResponseFile = Path.GetExtension(projectFile) != ".csproj",
        };
}
