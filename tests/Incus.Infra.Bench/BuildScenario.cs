using System.Diagnostics;
using System.Globalization;

namespace Incus.Infra.Bench;

/// <summary>
/// Builds that start no other program. Each round measures the floors again, so that all figures of a round share its noise.
/// </summary>
internal sealed class BuildScenario(Workshop workshop)
{
    /// <summary>Row that every other row is a ratio to.</summary>
    public const string Reference = "empty project file";

    private const int Rounds = 7;

    private readonly Dictionary<string, List<Measurement>> _results = [];

    /// <summary>What is promised, as a limit in seconds of the medians and of the row that must keep it.</summary>
    public static IReadOnlyList<Target> Targets(Func<string, double> median) =>
    [
        .. new[]
        {
            ("up to date, 10 machines", 1.5),
            ("up to date, 10,000 machines", 2.5),
            ("first build, 10,000 machines", 10),
            ("one machine changed, 10,000 machines", 5),
        }.Select(promise => new Target(
            string.Create(CultureInfo.InvariantCulture, $"{promise.Item1}: at most {promise.Item2} times {Reference}"),
            median(promise.Item1),
            promise.Item2 * median(Reference))),
    ];

    public IReadOnlyDictionary<string, List<Measurement>> Run()
    {
        var empty = workshop.EmptyProject();
        var emptySdk = workshop.EmptySdkProject();
        int[] sizes = [10, 1_000, 10_000];
        var projects = sizes.ToDictionary(n => n, workshop.InfraProject);

        // The first build of all fills the package cache and the page cache.
        Measurement.OfBuild(emptySdk, workshop.PackageCache);
        Measurement.OfBuild(projects[sizes[0]], workshop.PackageCache);
        for (var round = 0; round < Rounds; round++)
        {
            Console.Error.WriteLine($"round {round + 1} of {Rounds}");
            Measure(Reference, empty);
            Measure("empty SDK package", emptySdk);
            foreach (var (machines, folder) in projects)
            {
                RemoveGenerated(folder);
                Measure($"first build, {machines:N0} machines", folder);
                Add($"its files written by nothing else, {machines:N0} machines", BareWriting(folder));
                Measure($"up to date, {machines:N0} machines", folder);
                ChangeOneMachine(folder, round);
                Measure($"one machine changed, {machines:N0} machines", folder);
            }
        }

        return _results;
    }

    private void Measure(string row, string folder) => Add(row, Measurement.OfBuild(folder, workshop.PackageCache));

    private void Add(string row, Measurement measurement)
    {
        if (!_results.TryGetValue(row, out var list))
        {
            _results[row] = list = [];
        }

        list.Add(measurement);
    }

    // What the disk takes, whoever writes.
    private static Measurement BareWriting(string folder)
    {
        var files = Directory.EnumerateDirectories(folder)
            .SelectMany(child => Directory.EnumerateFiles(child, "*", SearchOption.AllDirectories))
            .Select(path => (Path: Path.GetRelativePath(folder, path), Content: File.ReadAllBytes(path)))
            .ToList();
        var copy = Directory.CreateTempSubdirectory("infra-bench-files-").FullName;
        var watch = Stopwatch.StartNew();
        foreach (var parent in files.Select(f => Path.GetDirectoryName(f.Path)!).Distinct())
        {
            Directory.CreateDirectory(Path.Join(copy, parent));
        }

        files.ForEach(f => File.WriteAllBytes(Path.Join(copy, f.Path), f.Content));
        var time = watch.Elapsed;
        Directory.Delete(copy, recursive: true);
        return new Measurement(time);
    }

    private static void RemoveGenerated(string folder)
    {
        foreach (var child in Directory.EnumerateDirectories(folder))
        {
            Directory.Delete(child, recursive: true);
        }

        foreach (var file in new[] { "site.yml", "requirements.yml", "ansible.cfg", "infra.lock.yml" })
        {
            File.Delete(Path.Join(folder, file));
        }
    }

    private static void ChangeOneMachine(string folder, int round)
    {
        var path = Path.Join(folder, "infra.yml");
        var lines = File.ReadAllLines(path);
        var description = Array.FindIndex(lines, l => l.Contains("Machine number 7\"", StringComparison.Ordinal)
            || l.Contains("Machine 7 changed", StringComparison.Ordinal));
        lines[description] = $"        description: \"Machine 7 changed in round {round}\"";
        File.WriteAllLines(path, lines);
    }
}
