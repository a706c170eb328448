using Incus.Infra.Core.Building;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace Incus.Infra.Tasks;

/// <summary>What all tasks share: the project's paths, cancelling, and turning diagnostics into log entries.</summary>
public abstract class InfraTask : Task, ICancelableTask
{
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>The project file, with InfraFile, LockFile and IntermediateDirectory as metadata.</summary>
    [Required]
    public ITaskItem Project { get; set; } = null!;

    /// <inheritdoc/>
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc/>
    public sealed override bool Execute()
    {
        try
        {
            Run(Project.ToBuild(), _cancellation.Token);
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            return false;
        }

        return !Log.HasLoggedErrors;
    }

    /// <summary>The one call into Core, and the logging of its result.</summary>
    private protected abstract void Run(InfraBuild build, CancellationToken cancellationToken);

    /// <summary>Logs the diagnostics, and below them a summary when there is no error.</summary>
    private protected void Report(IReadOnlyList<Diagnostic> diagnostics, string summary)
    {
        Log.LogDiagnostics(diagnostics);
        if (!Log.HasLoggedErrors)
        {
            Log.LogSummary(Project.ProjectFile, summary);
        }
    }
}
