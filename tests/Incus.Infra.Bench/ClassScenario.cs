using System.Globalization;
using Incus.Infra.Testing;

namespace Incus.Infra.Bench;

/// <summary>Classes of growing size on an embedded Incus: what docs/lab-teaching.md says that a host takes.</summary>
internal sealed class ClassScenario(Workshop workshop)
{
    private const string Own = "own";
    private const string Shared = "shared";

    // All systemd together has root's inotify instances, of which a kernel grants 128: more seats of Debian would not boot.
    private static readonly (string Image, int Students, string Network)[] Classes =
    [
        ("debian", 3, Own), ("debian", 6, Own), ("debian", 10, Own),
        ("busybox", 10, Own), ("busybox", 30, Own), ("busybox", 100, Own),
        ("busybox", 30, Shared), ("busybox", 100, Shared),
    ];

    /// <summary>With one network for 100 seats.</summary>
    public static IReadOnlyList<Target> Targets(IReadOnlyList<ClassResult> results)
    {
        var large = results.Single(r => r is { Students: 100, Network: Shared });
        return
        [
            new("100 seats on one network: at most 5 s without a change", large.SecondApply.TotalSeconds, 5),
            new("the same with Limit of one seat: at most 3 s", large.LimitedApply.TotalSeconds, 3),
        ];
    }

    public IReadOnlyList<ClassResult> Run() => [.. Classes.Select(c => Run(c.Image, c.Students, c.Network))];

    private ClassResult Run(string image, int students, string network)
    {
        Console.Error.WriteLine($"a class of {students} with {image}, network: {network}");
        using var incus = EmbeddedIncus.Start(image);
        foreach (var (name, value) in incus.Environment)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        var folder = workshop.ClassProject(students, image, network);
        var before = MemoryOf(incus);
        var apply = Build("-t:Apply");
        var memory = MemoryOf(incus) - before;
        var last = SyntheticInfra.Seat(students);
        return new ClassResult(
            image,
            students,
            network,
            memory / students,
            apply,
            Build("-t:Apply"),
            Build("-t:Apply", $"-p:Limit={last}"),
            Build("-t:Snap", "-p:Snapshot=lesson"),
            Build("-t:Reset", $"-p:Domain={last}", "-p:Snapshot=lesson"));

        TimeSpan Build(params string[] arguments) => Measurement.OfBuild(folder, workshop.PackageCache, arguments).Time;
    }

    // Of all processes, Incus's own for each container too, shared pages counted once; those that end meanwhile do not count.
    private static double MemoryOf(EmbeddedIncus incus) => incus
        .Exec("sh", "-c", "cat /proc/[0-9]*/smaps_rollup 2>/dev/null || :")
        .Split('\n')
        .Where(line => line.StartsWith("Pss:", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.Split(' ')[^2], CultureInfo.InvariantCulture) / 1024.0);
}

/// <summary>One row.</summary>
internal sealed record ClassResult(
    string Image,
    int Students,
    string Network,
    double MebibytesPerSeat,
    TimeSpan Apply,
    TimeSpan SecondApply,
    TimeSpan LimitedApply,
    TimeSpan Snap,
    TimeSpan Reset);
