using System.Diagnostics;
using Incus.Infra.Testing;

namespace Incus.Infra.Bench;

/// <summary>What Incus itself takes: instances on an existing network, made by the least possible requests.</summary>
internal sealed class RawFloor : IDisposable
{
    private const int Parallel = 8;

    private readonly string _network;
    private readonly RestApi _incus;
    private readonly List<string> _names = [];

    public RawFloor(string socketPath, string network)
    {
        _network = network;
        _incus = new RestApi(socketPath);
    }

    public Measurement Create(int instances)
    {
        _names.AddRange(Enumerable.Range(0, instances).Select(i => $"floor{i:000}"));
        var source = new { type = "image", alias = "busybox" };
        var devices = new
        {
            root = new { type = "disk", path = "/", pool = "default" },
            eth0 = new { type = "nic", network = _network },
        };
        var clock = Stopwatch.StartNew();
        ForEach(name => _incus.OperateAsync(
            HttpMethod.Post, "/1.0/instances", new { name, source, devices, type = "container", start = true }));
        return new Measurement(clock.Elapsed, Requests: 2 * instances);
    }

    public void Delete() => ForEach(async name =>
    {
        await _incus.OperateAsync(
            HttpMethod.Put, $"/1.0/instances/{name}/state", new { action = "stop", force = true, timeout = -1 });
        await _incus.OperateAsync(HttpMethod.Delete, $"/1.0/instances/{name}", null);
    });

    public void Dispose() => _incus.Dispose();

    private void ForEach(Func<string, Task> action) => System.Threading.Tasks.Parallel.ForEachAsync(
        _names, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (name, _) => await action(name)).Wait();
}
