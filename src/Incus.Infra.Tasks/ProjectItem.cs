using Incus.Infra.Core.Building;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Importing;
using Microsoft.Build.Framework;

namespace Incus.Infra.Tasks;

/// <summary>The item that every task is given: the project file, and where its sources are as metadata.</summary>
internal static class ProjectItem
{
    extension(ITaskItem project)
    {
        /// <summary>Full path of the project file; the tree is beside it.</summary>
        public string ProjectFile => project.ItemSpec;

        /// <summary>Name of the project file, for messages.</summary>
        public string FileName => Path.GetFileName(project.ItemSpec);

        /// <summary>The project folder.</summary>
        public string Folder => Path.GetDirectoryName(project.ItemSpec)!;

        /// <summary>Path of infra.yml, relative to the project folder or absolute.</summary>
        public string InfraFile => project.GetMetadata("InfraFile");

        /// <summary>Path of infra.lock.yml, relative to the project folder or absolute.</summary>
        public string LockFile => project.GetMetadata("LockFile");

        /// <summary>The verbs of Core on the project.</summary>
        public InfraBuild ToBuild() => new(project.ToOptions(), InfraCompiler.Compile);

        /// <summary>The C# file of the project.</summary>
        /// <param name="codeFile">Relative to the project folder or absolute.</param>
        /// <param name="rootNamespace">Of the class; empty for none.</param>
        public CodeBuild ToCode(string codeFile, string rootNamespace) => new(project.ToOptions(), codeFile, rootNamespace);

        /// <summary>The files that Import writes.</summary>
        /// <param name="force">Whether they may replace others.</param>
        public ImportFiles ToImport(bool force) => new(project.ToOptions(), force);

        private bool MakesPicture => string.Equals(project.GetMetadata("Graph"), "true", StringComparison.OrdinalIgnoreCase);

        private BuildOptions ToOptions() => new()
        {
            ProjectDirectory = project.Folder,
            InfraFile = project.InfraFile,
            LockFile = project.LockFile,
            IntermediateDirectory = project.GetMetadata("IntermediateDirectory"),
            Fingerprint = project.MakesPicture ? $"{SdkFingerprint.Value} with a picture" : SdkFingerprint.Value,
            MakesPicture = project.MakesPicture,
            MakesResponseFile = Path.GetExtension(project.ItemSpec) != ".csproj",
        };
    }
}
