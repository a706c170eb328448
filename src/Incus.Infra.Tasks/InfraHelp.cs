using Incus.Infra.Core.CommandLine;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace Incus.Infra.Tasks;

/// <summary>Lists the targets and their properties.</summary>
public sealed class InfraHelp : Task
{
    /// <summary>The project file.</summary>
    [Required]
    public ITaskItem Project { get; set; } = null!;

    /// <inheritdoc/>
    public override bool Execute()
    {
        Log.LogSummary(Project.ProjectFile, CommandHelp.Text());
        return true;
    }
}
