using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace Incus.Infra.Tasks;

/// <summary>Keeps Infra.g.cs in sync with infra.yml.</summary>
public sealed class InfraGenerateCode : Task
{
    /// <summary>The project file, with InfraFile, LockFile and IntermediateDirectory as metadata.</summary>
    [Required]
    public ITaskItem Project { get; set; } = null!;

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
        var result = Project.ToCode(CodeFile, RootNamespace).Run();
        if (IsDesignTime)
        {
            return true;
        }

        // Warnings are told by Sync, of this project or of the one that infra.yml belongs to.
        Log.LogDiagnostics(result.Diagnostics.Where(d => d.Severity == Severity.Error));
        return result.Succeeded;
    }
}
