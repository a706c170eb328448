using Incus.Infra.Core.Model;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace Incus.Infra.Tasks;

/// <summary>What the tasks share that use the engine within the build: the server, cancelling, and reporting.</summary>
public abstract class EngineTask : Task, ICancelableTask
{
    private readonly CancellationTokenSource _cancellation = new();

    // By domain; null is the local server.
    private IReadOnlyDictionary<string, string?> _remotes = new Dictionary<string, string?>();
    private bool _others;
    private string? _remote;

    /// <summary>The project file, with InfraFile, LockFile and IntermediateDirectory as metadata.</summary>
    [Required]
    public ITaskItem Project { get; set; } = null!;

    /// <summary>A remote of the incus client, instead of the local server.</summary>
    public string? IncusRemote { get; set; }

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

    /// <summary>The one call into the engine, for one server.</summary>
    private protected abstract System.Threading.Tasks.Task RunAsync(
        IncusClient client, IncusTarget target, ServerInfo server, CancellationToken ct);

    /// <summary>For a server that cannot be used, which is logged.</summary>
    private protected virtual void Miss()
    {
    }

    /// <summary>Logs what came of all servers, unless none could be used, in the place of several such lines.</summary>
    private protected virtual void Conclude()
    {
    }

    /// <summary>Has the servers asked that these domains are on, and not the one that the command line means.</summary>
    /// <param name="domains">The domains; without any it is as before.</param>
    /// <param name="others">Whether there is more to ask about, which infra.yml does not know: that one is asked, too.</param>
    private protected void AskServersOf(IEnumerable<Domain> domains, bool others = false)
    {
        _remotes = domains.DistinctBy(d => d.Name.Value)
            .ToDictionary(d => d.Name.Value, d => IncusTarget.Remote(d.Remote?.Value ?? IncusRemote), StringComparer.Ordinal);
        _others = others;
    }

    /// <summary>
    /// Whether a domain is on the server that is being asked; one that infra.yml does not have is where the command line says.
    /// </summary>
    private protected bool IsHere(string domain) =>
        (_remotes.TryGetValue(domain, out var remote) ? remote : IncusTarget.Remote(IncusRemote)) == _remote;

    private void Run()
    {
        try
        {
            RunOnAllAsync(_cancellation.Token).GetAwaiter().GetResult();
        }
        catch (ToolFaultException e)
        {
            Log.LogDiagnostics([e.Diagnostic]);
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            Log.LogMessage(MessageImportance.Low, "Stopped.");
        }
    }

    private async System.Threading.Tasks.Task RunOnAllAsync(CancellationToken ct)
    {
        var otherwise = IncusTarget.Remote(IncusRemote);
        var remotes = _remotes.Values.Concat(_others ? [otherwise] : []).DefaultIfEmpty(otherwise).Distinct().ToList();
        var counter = new RequestCounter(LogRequest);
        var servers = new Dictionary<string, ServerLink>(StringComparer.Ordinal);
        try
        {
            // One that is away is waited for only once.
            await System.Threading.Tasks.Task.WhenAll(remotes.Select(remote => TryAsync(async () =>
            {
                var server = await ServerLink.OpenAsync(remote, socket: null, counter, ct);
                lock (servers)
                {
                    servers.Add(remote ?? "", server);
                }
            })));
            ServerLink.CheckDistinct(servers.Values);
            var isAnyUsed = false;
            foreach (var remote in remotes)
            {
                _remote = remote;
                if (servers.TryGetValue(remote ?? "", out var server)
                    && await TryAsync(() => RunAsync(server.Client, server.Target, server.Info, ct)))
                {
                    isAnyUsed = true;
                }
                else
                {
                    Miss();
                }
            }

            if (isAnyUsed)
            {
                Conclude();
            }
        }
        finally
        {
            foreach (var server in servers.Values)
            {
                server.Dispose();
            }
        }
    }

    // One server keeps no other from its work.
    private async Task<bool> TryAsync(Func<System.Threading.Tasks.Task> run)
    {
        try
        {
            await run();
            return true;
        }
        catch (FaultException e)
        {
            Log.LogDiagnostics([ToolDiagnostics.Of(e)]);
            return false;
        }
    }

    private void LogRequest(RequestRecord request) => Log.LogMessage(
        MessageImportance.Low, $"{request.Method} {request.Path} {request.Status}");
}
