using Incus.Infra.Testing;

namespace Incus.Infra.Bench;

/// <summary>Builds that work on an embedded Incus of their own; what they ask of it is counted.</summary>
internal abstract class IncusScenario : IDisposable
{
    private readonly Workshop _workshop;
    private readonly RequestProxy _proxy;
    private readonly Dictionary<string, List<Measurement>> _results = [];

    protected IncusScenario(Workshop workshop, string image)
    {
        _workshop = workshop;
        Incus = EmbeddedIncus.Start(image);
        _proxy = new RequestProxy(Incus.SocketPath);
        foreach (var (name, value) in Incus.Environment)
        {
            Environment.SetEnvironmentVariable(name, name == "INCUS_SOCKET" ? _proxy.SocketPath : value);
        }
    }

    /// <summary>What was measured, by row.</summary>
    public IReadOnlyDictionary<string, List<Measurement>> Results => _results;

    /// <summary>The median time of a row in seconds.</summary>
    public double Median(string row) => ResultTable.Seconds(_results[row]);

    protected EmbeddedIncus Incus { get; }

    /// <summary>Method and path of each request of the last build.</summary>
    protected IReadOnlyList<string> LastRequests { get; private set; } = [];

    public void Dispose()
    {
        _proxy.Dispose();
        Incus.Dispose();
    }

    protected Measurement Build(string folder, params string[] arguments)
    {
        _proxy.Take();
        var measurement = Measurement.OfBuild(folder, _workshop.PackageCache, arguments);
        LastRequests = _proxy.Take();
        return measurement with { Requests = LastRequests.Count };
    }

    protected void Add(string row, Measurement measurement)
    {
        if (!_results.TryGetValue(row, out var list))
        {
            _results[row] = list = [];
        }

        list.Add(measurement);
    }

    protected static void Write(string folder, string infra) => File.WriteAllText(Path.Join(folder, "infra.yml"), infra);
}
