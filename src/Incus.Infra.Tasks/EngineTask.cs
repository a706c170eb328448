using System.Diagnostics.CodeAnalysis;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace Incus.Infra.Tasks;

/// <summary>What the tasks share that use the engine within the build: the server, cancelling, and reporting.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable",
    Justification = "MSBuild never disposes a task, and a source without a timer holds nothing to free.")]
public abstract class EngineTask : Task, ICancelableTask
{
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>The project file, with InfraFile, LockFile and IntermediateDirectory as metadata.</summary>
    [Required]
    public ITaskItem Project { get; set; } = null!;

    /// <summary>A remote of the incus client, instead of the local server.</summary>
    public string? IncusRemote { get; set; }

    /// <summary>Name of the project file, for messages.</summary>
    protected string ProjectName => Path.GetFileName(Project.ProjectFile);

    /// <inheritdoc/>
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc/>
    public sealed override bool Execute()
    {
        if (Prepare())
        {
            Run();
        }

        return !Log.HasLoggedErrors && !_cancellation.IsCancellationRequested;
    }

    /// <summary>Checks the properties, and infra.yml if needed; logs what is wrong.</summary>
    /// <returns>Whether nothing is.</returns>
    protected abstract bool Prepare();

    /// <summary>The one call into the engine, and the logging of its result.</summary>
    private protected abstract System.Threading.Tasks.Task RunAsync(
        IncusClient client, IncusTarget target, ServerInfo server, CancellationToken ct);

    private void Run()
    {
        try
        {
            RunAsync(_cancellation.Token).GetAwaiter().GetResult();
        }
        catch (ToolFaultException e)
        {
            Log.LogDiagnostics([e.Diagnostic]);
        }
        catch (IncusErrorException e)
        {
            Log.LogDiagnostics([ToolDiagnostics.CannotBeRead(e)]);
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            Log.LogMessage(MessageImportance.Low, "Stopped.");
        }
    }

    private async System.Threading.Tasks.Task RunAsync(CancellationToken ct)
    {
        var target = IncusTarget.Resolve(socket: null, IncusRemote);
        using var client = new IncusClient(target, new RequestCounter(LogRequest), IncusTimeouts.Default);
        var server = await ServerCheck.RunAsync(client, target, ct);
        await RunAsync(client, target, server, ct);
    }

    private void LogRequest(RequestRecord request) => Log.LogMessage(
        MessageImportance.Low, $"{request.Method} {request.Path} {request.Status}");
}
