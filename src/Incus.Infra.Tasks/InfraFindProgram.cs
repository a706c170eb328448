using Incus.Infra.Core.Diagnostics;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace Incus.Infra.Tasks;

/// <summary>Finds a program, so that a missing one is reported before any work.</summary>
public sealed class InfraFindProgram : Task
{
    /// <summary>Full path of the project.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Name or path of the program.</summary>
    [Required]
    public string Program { get; set; } = "";

    /// <summary>How to get it, in one sentence.</summary>
    [Required]
    public string Fix { get; set; } = "";

    /// <summary>Its path.</summary>
    [Output]
    public string? FullPath { get; private set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        FullPath = Programs.Find(Program, Path.GetDirectoryName(ProjectFile)!);
        if (FullPath is null)
        {
            Log.LogDiagnostics([AnsibleDiagnostics.ToolMissing(Path.GetFileName(ProjectFile), Program, Fix)]);
        }

        return !Log.HasLoggedErrors;
    }
}
