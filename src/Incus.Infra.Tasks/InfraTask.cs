using System.Diagnostics.CodeAnalysis;
using Incus.Infra.Core.Building;
using Incus.Infra.Core.Diagnostics;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace Incus.Infra.Tasks;

/// <summary>What all tasks share: the project's paths, cancelling, and turning diagnostics into log entries.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable",
    Justification = "MSBuild never disposes a task, and a source without a timer holds nothing to free.")]
public abstract class InfraTask : Task, ICancelableTask
{
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>Full path of the project; its folder is where the tree goes.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Path of infra.yml, relative to the project folder.</summary>
    [Required]
    public string InfraFile { get; set; } = "";

    /// <summary>Path of infra.lock.yml, relative to the project folder.</summary>
    [Required]
    public string LockFile { get; set; } = "";

    /// <summary>Where the state of the last build is kept, relative to the project folder.</summary>
    [Required]
    public string IntermediateDirectory { get; set; } = "";

    /// <inheritdoc/>
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc/>
    public sealed override bool Execute()
    {
        try
        {
            Run(ProjectBuild.Of(ProjectFile, InfraFile, LockFile, IntermediateDirectory), _cancellation.Token);
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            return false;
        }

        return !Log.HasLoggedErrors;
    }

    /// <summary>The one call into Core, and the logging of its result.</summary>
    protected abstract void Run(InfraBuild build, CancellationToken cancellationToken);

    /// <summary>Logs the diagnostics, and below them a summary when there is no error.</summary>
    protected void Report(IReadOnlyList<Diagnostic> diagnostics, string summary)
    {
        Log.LogDiagnostics(diagnostics);
        if (!Log.HasLoggedErrors)
        {
            Log.LogSummary(ProjectFile, summary);
        }
    }
}
