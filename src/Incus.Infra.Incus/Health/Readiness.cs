using System.Collections.Concurrent;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Health;

/// <summary>
/// Has instances wait for the health of others while the engine starts them. For one that Ansible provisions nobody waits here:
/// it may be healthy only afterwards.
/// </summary>
/// <param name="domains">The machines.</param>
/// <param name="store">The server.</param>
/// <param name="onWaiting">Called with a sentence that says what is being waited for.</param>
internal sealed class Readiness(IEnumerable<DomainSpec> domains, IIncusStore store, Action<string> onWaiting) : IDisposable
{
    private readonly HealthWatch _watch = new(store, onWaiting);

    private readonly Dictionary<ObjectId, HealthProbe> _probes = domains
        .SelectMany(d => d.Machines.Where(m => m.InstanceHealth is { Provisioned: false }).Select(m => HealthProbe.Of(d, m)!))
        .ToDictionary(p => p.Id);

    // However many need it, it is waited for once.
    private readonly ConcurrentDictionary<ObjectId, Lazy<Task<string?>>> _answers = new();

    public void Dispose() => _watch.Dispose();

    /// <summary>Waits for some objects; the first that is not healthy when its time is up, and what it answers.</summary>
    public async Task<(ObjectId Id, string Answer)?> FindUnhealthyAsync(IEnumerable<ObjectId> needed, CancellationToken ct)
    {
        foreach (var probe in needed.Where(_probes.ContainsKey).Select(id => _probes[id]))
        {
            var answer = _answers.GetOrAdd(probe.Id, _ => new Lazy<Task<string?>>(() => _watch.WaitAsync(probe, ct)));
            if (await answer.Value is { } said)
            {
                return (probe.Id, $"{probe.Name}: {said}");
            }
        }

        return null;
    }
}
