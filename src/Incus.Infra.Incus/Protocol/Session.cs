using System.Text.Json;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Health;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using Incus.Infra.Incus.Snapshots;

namespace Incus.Infra.Incus.Protocol;

/// <summary>How a session ends.</summary>
internal enum ExitCode
{
    Success = 0,
    ObjectsFailed = 1,
    BadRequest = 2,
    IncusUnreachable = 3,
    Stopped = 130,
}

/// <summary>One request, its progress and its result; the same in the Reconciler and within a build.</summary>
/// <param name="progress">Called for each event, by several threads at once.</param>
internal sealed class Session(Action<ProgressLine> progress)
{
    private readonly Dictionary<string, (int Ended, int Total)> _counts = new(StringComparer.Ordinal);
    private RequestCounter _counter = new();

    /// <summary>What came of the request that stands in <paramref name="input"/> as JSON.</summary>
    public async Task<(Result Result, ExitCode ExitCode)> RunAsync(Stream input, CancellationToken ct)
    {
        Request request;
        EngineRequest wanted;
        try
        {
            request = await JsonSerializer.DeserializeAsync(input, ProtocolJson.Default.Request, ct)
                ?? throw new JsonException("it is empty.");
            wanted = request.ToEngineRequest();
        }
        catch (JsonException e)
        {
            return Fail(ToolDiagnostics.BadRequest(e.Message), ExitCode.BadRequest);
        }
        catch (ToolFaultException e)
        {
            return Fail(e.Diagnostic, ExitCode.BadRequest);
        }
        catch (OperationCanceledException)
        {
            return Stop();
        }

        try
        {
            var actions = await RunAsync(request, wanted, ct);
            var exitCode = ct.IsCancellationRequested && actions.Any(a => a.Status == Words.Stopped) ? ExitCode.Stopped
                : actions.Any(a => a.Error is not null) ? ExitCode.ObjectsFailed
                : ExitCode.Success;
            return (Result.Of(actions, _counter), exitCode);
        }
        catch (FaultException e)
        {
            return Fail(ToolDiagnostics.Of(e), ExitCode.IncusUnreachable);
        }
        catch (OperationCanceledException)
        {
            return Stop();
        }
    }

    private async Task<IReadOnlyList<ResultAction>> RunAsync(Request request, EngineRequest wanted, CancellationToken ct)
    {
        _counter = new RequestCounter(request.Options.LogRequests ? Tell : null);
        var parts = ServerPart.Of(
            request.IsSnapshot ? wanted with { Domains = [.. wanted.Domains.Where(DeclaresSnapshots)] } : wanted, request.Target);
        if (parts is [var only])
        {
            using var server = await ServerLink.OpenAsync(only.Remote, only.Socket, _counter, ct);
            return await RunAsync(request, only.Wanted, server, ct);
        }

        var links = await Task.WhenAll(parts.Select(part => TryAsync(
            part, () => ServerLink.OpenAsync(part.Remote, part.Socket, _counter, ct))));
        try
        {
            ServerLink.CheckDistinct(links.Select(l => l.Value).OfType<ServerLink>());

            // What such a domain has elsewhere, perhaps on the same server by another name, stays until it is seen there.
            var missed = parts.Zip(links).Where(p => p.Second.Value is null).SelectMany(p => p.First.Wanted.Domains);
            var keep = wanted.Keep.Union(missed.Select(d => d.Name)).ToHashSet(StringComparer.Ordinal);
            var results = await Task.WhenAll(parts.Zip(links).Select(async p => p.Second.Value is { } server
                ? await TryAsync(p.First, () => RunAsync(request, p.First.Wanted with { Keep = keep }, server, ct))
                : (null, p.Second.Missed)));
            return [.. results.SelectMany(r => r.Value ?? r.Missed)];
        }
        finally
        {
            foreach (var (server, _) in links)
            {
                server?.Dispose();
            }
        }
    }

    private async Task<IReadOnlyList<ResultAction>> RunAsync(
        Request request, EngineRequest wanted, ServerLink server, CancellationToken ct)
    {
        var (_, client, target, info) = server;
        if (request.IsSnapshot)
        {
            var snapshots = new SnapshotEngine(
                client,
                target,
                info,
                TellWaiting,
                step => Tell(server, ResultAction.Of(step.Result), step.Ended, step.Total),
                TimeProvider.System);
            return [.. (await snapshots.TakeDeclaredAsync(DeclaredSnapshot.Of(wanted.Domains), ct)).Select(ResultAction.Of)];
        }

        if (request.IsHealth)
        {
            var health = new HealthEngine(client, info, TellWaiting);
            return [.. (await health.RunAsync(wanted.Domains, waits: true, ct)).Select(ResultAction.Of)];
        }

        ServerCheck.CheckFirewall(info, target);
        var engine = new Engine(client, info);
        var actions = request.IsApply
            ? await engine.ApplyAsync(
                wanted,
                target,
                info,
                TellWaiting,
                step => Tell(server, ResultAction.Of(step.Result), step.Ended, step.Total),
                ct)
            : await engine.PlanAsync(wanted, ct);
        return [.. actions.Select(ResultAction.Of)];
    }

    private static bool DeclaresSnapshots(DomainSpec domain) => DeclaredSnapshot.Of([domain]).Count > 0;

    // A server that cannot be used fails its own domains and no other.
    private static async Task<(T? Value, IReadOnlyList<ResultAction> Missed)> TryAsync<T>(ServerPart part, Func<Task<T>> run)
        where T : class
    {
        try
        {
            return (await run(), []);
        }
        catch (FaultException e)
        {
            return (null, Missed(part, ToolDiagnostics.Of(e)));
        }
    }

    private static IReadOnlyList<ResultAction> Missed(ServerPart part, Diagnostic fault) =>
    [
        .. part.Wanted.Domains.Where(d => part.Wanted.Covers(d.Name)).Select(domain => ResultAction.Of(new ActionResult(
            ObjectId.OfProject(domain.IncusProject),
            ActionKind.Unreachable,
            [],
            $"its server, {part.Name}, cannot be used",
            ActionStatus.Unreachable,
            ToolDiagnostics.ServerAway(domain.Name, fault)))),
    ];

    private (Result Result, ExitCode ExitCode) Fail(Diagnostic diagnostic, ExitCode code) =>
        (new Result { Error = ResultError.Of(diagnostic), Requests = _counter.Counts }, code);

    private (Result Result, ExitCode ExitCode) Stop() => (Result.Of([], _counter), ExitCode.Stopped);

    private void TellWaiting(string what) => progress(new ProgressLine("waiting") { Message = what });

    private void Tell(ServerLink server, ResultAction result, int ended, int total)
    {
        lock (_counts)
        {
            // Of all servers, as far as they have begun.
            _counts[server.Name] = (ended, total);
            (ended, total) = (_counts.Values.Sum(c => c.Ended), _counts.Values.Sum(c => c.Total));
        }

        progress(new ProgressLine(result.Status == Words.Planned ? "begin" : "end")
        {
            Kind = result.Kind,
            Project = result.Project,
            Name = result.Name,
            Action = result.Action,
            Status = result.Status,
            Error = result.Error,
            Ended = ended,
            Total = total,
        });
    }

    private void Tell(RequestRecord request) => progress(new ProgressLine("request")
    {
        Method = request.Method,
        Path = request.Path,
        Code = request.Status,
        Milliseconds = (int)request.Elapsed.TotalMilliseconds,
    });
}
