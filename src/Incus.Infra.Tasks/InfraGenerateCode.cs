using Incus.Infra.Core.Diagnostics;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace Incus.Infra.Tasks;

/// <summary>Keeps Infra.g.cs in sync with infra.yml.</summary>
public sealed class InfraGenerateCode : Task
{
    /// <summary>Full path of the project.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Path of infra.yml, relative to the project folder or absolute.</summary>
    [Required]
    public string InfraFile { get; set; } = "";

    /// <summary>Path of infra.lock.yml, relative to the project folder or absolute.</summary>
    [Required]
    public string LockFile { get; set; } = "";

    /// <summary>Path of the C# file, relative to the project folder or absolute.</summary>
    [Required]
    public string CodeFile { get; set; } = "";

    /// <summary>Namespace of the class; empty for none.</summary>
    public string RootNamespace { get; set; } = "";

    /// <summary>
    /// Whether an IDE runs this as the user types: then the code of the last valid infra.yml stays, and nothing is logged.
    /// </summary>
    public bool IsDesignTime { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        var result = ProjectBuild.Code(ProjectFile, InfraFile, LockFile, CodeFile, RootNamespace).Run();
        if (IsDesignTime)
        {
            return true;
        }

        // Warnings are told by Sync, of this project or of the one that infra.yml belongs to.
        Log.LogDiagnostics(result.Diagnostics.Where(d => d.Severity == Severity.Error));
        return result.Succeeded;
    }
}
