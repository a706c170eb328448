using System.Text.Json;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Probing;

/// <summary>
/// Sends packets from instances to each other. Each first answers on all ports that others will try, since a port that nobody
/// listens on looks like one that a rule rejects; then all probe at once. Nothing is written into an instance: a program is
/// given to its Python, and what listens there ends afterwards, at the latest by itself.
/// </summary>
/// <param name="client">Speaks to Incus.</param>
internal sealed class FlowProber(IncusClient client)
{
    private const int ProbeSeconds = 2;
    private const int ListenSeconds = 300;

    // An argument of a program has at most 128 KiB.
    private const int ProbesAtOnce = 4000;

    private static readonly string Program = ReadProgram();

    private readonly InstanceCommands _commands = new(client);

    /// <summary>The instances as Incus has them.</summary>
    public async Task<IReadOnlyDictionary<ObjectId, InstanceView>> ReadAsync(CancellationToken ct) =>
        await new SnapshotStore(client).ReadAsync(ct);

    /// <summary>Has all of them probe at the same time.</summary>
    /// <param name="probers">Instances that run; they may lack Python.</param>
    /// <param name="ct">Ends the waiting; what listens is stopped nevertheless.</param>
    /// <returns>In the order of <paramref name="probers"/>.</returns>
    public async Task<IReadOnlyList<ProbeAnswer>> RunAsync(IReadOnlyList<Prober> probers, CancellationToken ct)
    {
        var token = $"incus-infra-{Guid.NewGuid():n}";
        var wanted = probers.SelectMany(p => p.Probes).Distinct().ToLookup(p => p.Address);
        var listening = new (Taken? Taken, string? Fault)[probers.Count];
        try
        {
            await EachAsync(async i => listening[i] = await ListenAsync(probers[i], token, wanted[probers[i].Address], ct));
            var answers = new ProbeAnswer[probers.Count];
            await EachAsync(async i => answers[i] = listening[i].Fault is { } fault
                ? new ProbeAnswer([], fault)
                : await ProbeAsync(probers[i], ct));
            var unready = probers.Zip(listening).ToDictionary(p => p.First.Address, p => p.Second.Taken?.Udp);
            return [.. probers.Zip(answers, (prober, answer) => answer with
            {
                Answered = [.. prober.Probes.Zip(answer.Answered, (probe, answered) => IsAnswerable(probe) ? answered : null)],
            })];

            // Where something of the instance's own has a port of UDP, nobody knows whether it answers.
            bool IsAnswerable(Probe probe) => !unready.TryGetValue(probe.Address, out var taken)
                || (taken is not null && !(probe.Protocol == "udp" && taken.Contains(probe.Port)));
        }
        finally
        {
            var stop = JsonSerializer.Serialize(new StopOrder(token), ProbingJson.Default.StopOrder);
            await EachAsync(async i =>
            {
                if (listening[i].Taken is not null)
                {
                    await RunAsync(probers[i].Id, "stop", stop, CancellationToken.None);
                }
            });
        }

        Task EachAsync(Func<int, Task> act) => Task.WhenAll(Enumerable.Range(0, probers.Count).Select(act));
    }

    private async Task<(Taken? Taken, string? Fault)> ListenAsync(
        Prober prober, string token, IEnumerable<Probe> probes, CancellationToken ct)
    {
        var ports = probes.ToLookup(p => p.Protocol, p => p.Port);
        var order = new ListenOrder(token, prober.Address, ListenSeconds, [.. ports["tcp"]], [.. ports["udp"]]);
        var (output, fault) = await RunAsync(
            prober.Id, "listen", JsonSerializer.Serialize(order, ProbingJson.Default.ListenOrder), ct);
        return fault is null ? Parse(output, text => JsonSerializer.Deserialize(text, ProbingJson.Default.Taken)) : (null, fault);
    }

    private async Task<ProbeAnswer> ProbeAsync(Prober prober, CancellationToken ct)
    {
        var answered = new List<bool?>();
        foreach (var batch in prober.Probes.Chunk(ProbesAtOnce))
        {
            var order = new ProbeOrder(ProbeSeconds, [.. batch.Select(p => $"{p.Protocol} {p.Address} {p.Port}")]);
            var (output, fault) = await RunAsync(
                prober.Id, "probe", JsonSerializer.Serialize(order, ProbingJson.Default.ProbeOrder), ct);
            var (answers, unreadable) = fault is null
                ? Parse(output, text => JsonSerializer.Deserialize(text, ProbingJson.Default.BooleanArray))
                : (null, fault);
            if (answers?.Length != batch.Length)
            {
                return new ProbeAnswer([], unreadable ?? "its Python answered something else");
            }

            answered.AddRange(answers.Select(a => (bool?)a));
        }

        return new ProbeAnswer(answered, Fault: null);
    }

    private async Task<(string Output, string? Fault)> RunAsync(ObjectId id, string verb, string order, CancellationToken ct)
    {
        // Isolated, as Python would take what lies in the current folder for its own library.
        var outcome = await _commands.RunAsync(id, ["python3", "-I", "-c", Program, verb, order], _ => true, ct);
        return outcome.ExitCode switch
        {
            0 => (outcome.Output, null),
            127 => ("", "it has no python3"),
            3 => ("", Excerpt.Of(outcome.Errors.Trim())),
            -1 => ("", $"Incus says: {Excerpt.Of(outcome.Errors)}"),
            _ => ("", $"its python3 ended with {outcome.ExitCode}: {Excerpt.Of(outcome.Errors.TrimEnd().Split('\n')[^1])}"),
        };
    }

    private static (T? Value, string? Fault) Parse<T>(string output, Func<string, T?> parse)
        where T : class
    {
        try
        {
            return parse(output) is { } value ? (value, null) : (null, "its Python answered nothing");
        }
        catch (JsonException)
        {
            return (null, "its Python answered something else");
        }
    }

    private static string ReadProgram()
    {
        using var stream = typeof(FlowProber).Assembly.GetManifestResourceStream("flows.py")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
