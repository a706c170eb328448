using System.Globalization;
using Incus.Infra.Testing;

namespace Incus.Infra.Bench;

/// <summary>Classes of growing size on an embedded Incus: what docs/lab-teaching.md says that a host takes.</summary>
internal sealed class ClassScenario(Workshop workshop)
{
    // All systemd together has root's inotify instances, of which a kernel grants 128: more seats of Debian would not boot.
    private static readonly (string Image, int Students)[] s_classes =
        [("debian", 3), ("debian", 6), ("debian", 10), ("busybox", 10), ("busybox", 30), ("busybox", 100)];

    public IReadOnlyList<ClassResult> Run() => [.. s_classes.Select(c => Run(c.Image, c.Students))];

    private ClassResult Run(string image, int students)
    {
        Console.Error.WriteLine($"a class of {students} with {image}");
        using var incus = EmbeddedIncus.Start(image);
        foreach (var (name, value) in incus.Environment)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        var folder = workshop.ClassProject(students, image);
        var before = MemoryOf(incus);
        var apply = Build("-t:Apply");
        var memory = MemoryOf(incus) - before;
        return new ClassResult(
            image,
            students,
            memory / students,
            apply,
            Build("-t:Apply"),
            Build("-t:Snap", "-p:Snapshot=lesson"),
            Build("-t:Reset", $"-p:Domain={SyntheticInfra.Student(students - 1)}", "-p:Snapshot=lesson"));

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
    string Image, int Students, double MebibytesPerSeat, TimeSpan Apply, TimeSpan SecondApply, TimeSpan Snap, TimeSpan Reset);
