using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Health;

/// <summary>What came of a machine.</summary>
/// <param name="Id">The machine.</param>
/// <param name="Error">What stands against its health, or null.</param>
internal sealed record HealthResult(ObjectId Id, Diagnostic? Error);

/// <summary>Tells which machines are healthy; one that declares nothing of that is when it runs.</summary>
/// <param name="client">Speaks to the server.</param>
/// <param name="server">What it says about itself.</param>
/// <param name="onWaiting">Called with a sentence that says what is being waited for.</param>
internal sealed class HealthEngine(IncusClient client, ServerInfo server, Action<string> onWaiting)
{
    /// <summary>Asks all machines of some domains at the same time; changes nothing in them.</summary>
    /// <param name="domains">The domains.</param>
    /// <param name="waits">Whether a machine has the time that it declares to become healthy.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns>One for each machine.</returns>
    /// <exception cref="ToolFaultException">Incus does not answer.</exception>
    /// <exception cref="IncusErrorException">Incus rejects a request to read.</exception>
    public async Task<IReadOnlyList<HealthResult>> RunAsync(
        IReadOnlyList<DomainSpec> domains, bool waits, CancellationToken ct)
    {
        var instances = await new SnapshotStore(client, server.Restriction is not null).ReadAsync(ct);
        using var watch = new HealthWatch(new IncusStore(client, server), onWaiting);
        return await Task.WhenAll(domains.SelectMany(d => d.Machines.Select(async machine =>
        {
            var id = ObjectId.Instance(d.IncusProject, machine.InstanceName);
            var runs = instances.GetValueOrDefault(id) is { } found && InstanceStatus.Runs(found.Status);
            return new HealthResult(id, runs
                ? HealthProbe.Of(d, machine) is { } probe ? await FaultOfAsync(watch, probe, waits, ct) : null
                : ToolDiagnostics.NotHealthy(id, "it does not run", waited: null, journal: []));
        })));
    }

    private static async Task<Diagnostic?> FaultOfAsync(
        HealthWatch watch, HealthProbe probe, bool waits, CancellationToken ct) =>
        await (waits ? watch.WaitAsync(probe, ct) : watch.AskAsync(probe, ct)) is { } answer
            ? ToolDiagnostics.NotHealthy(
                probe.Id,
                $"{probe.Name}: {answer}",
                waits ? probe.Within : null,
                [.. (await watch.JournalAsync(probe.Id, ct)).Select(probe.Shown)])
            : null;
}
