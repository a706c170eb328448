using Incus.Infra.Testing;

namespace Incus.Infra.Bench;

/// <summary>Applies of the infrastructure to an embedded Incus.</summary>
internal sealed class ApplyScenario : IDisposable
{
    /// <summary>Row that every other row is a ratio to.</summary>
    public const string Reference = "nothing to change, 10 instances";

    private const int Rounds = 5;
    private const int Created = 50;

    private static readonly int[] s_sizes = [1, 10, 50, 300];

    private readonly Workshop _workshop;
    private readonly EmbeddedIncus _incus = EmbeddedIncus.Start("busybox");
    private readonly RequestProxy _proxy;
    private readonly Dictionary<string, List<Measurement>> _results = [];

    public ApplyScenario(Workshop workshop)
    {
        _workshop = workshop;
        _proxy = new RequestProxy(_incus);
        foreach (var (name, value) in _incus.Environment)
        {
            Environment.SetEnvironmentVariable(name, name == "INCUS_SOCKET" ? _proxy.SocketPath : value);
        }
    }

    public IReadOnlyDictionary<string, List<Measurement>> Run()
    {
        var projects = s_sizes.Index().ToDictionary(s => s.Item, s => _workshop.IdleProject(s.Index + 1, s.Item));
        foreach (var (size, folder) in projects)
        {
            Console.Error.WriteLine($"making {size} instances");
            Apply(folder);
        }

        var number = s_sizes.Length + 1;
        var made = _workshop.IdleProject(number, 0);
        Apply(made);
        for (var round = 1; round <= Rounds; round++)
        {
            Console.Error.WriteLine($"round {round} of {Rounds}");
            foreach (var (size, folder) in projects)
            {
                Add($"nothing to change, {size} instances", Apply(folder));
            }

            var last = projects[s_sizes[^1]];
            var infra = Path.Join(last, "infra.yml");
            File.WriteAllText(infra, Changed(File.ReadAllText(infra), round));
            Add($"one changed of {s_sizes[^1]} instances", Apply(last));

            using (var floor = new RawFloor(_incus.SocketPath, $"net-b{number}d0"))
            {
                Add($"{Created} created by bare requests, 8 at once", floor.Create(Created));
                floor.Delete();
            }

            Write(made, SyntheticInfra.Idle(number, Created));
            Add($"{Created} created", Apply(made));
            Write(made, SyntheticInfra.Idle(number, 0));
            Apply(made, "-p:AutoCleanup=true");
        }

        return _results;
    }

    public void Dispose()
    {
        _proxy.Dispose();
        _incus.Dispose();
    }

    private Measurement Apply(string folder, params string[] arguments)
    {
        _proxy.Take();
        var measurement = Measurement.OfBuild(folder, _workshop.PackageCache, ["-t:Apply", "-p:Tags=infra", .. arguments]);
        return measurement with { Requests = _proxy.Take().Count };
    }

    private void Add(string row, Measurement measurement)
    {
        if (!_results.TryGetValue(row, out var list))
        {
            _results[row] = list = [];
        }

        list.Add(measurement);
    }

    private static void Write(string folder, string infra) => File.WriteAllText(Path.Join(folder, "infra.yml"), infra);

    private static string Changed(string infra, int round)
    {
        var at = infra.LastIndexOf("user.round: \"", StringComparison.Ordinal) + "user.round: \"".Length;
        return $"{infra[..at]}{round}{infra[infra.IndexOf('"', at)..]}";
    }
}
