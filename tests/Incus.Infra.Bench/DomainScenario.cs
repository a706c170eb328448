using System.Diagnostics;
using Incus.Infra.Testing;

namespace Incus.Infra.Bench;

/// <summary>Applies of many domains, each closed by rules of its own, with one machine, and open to the one before it.</summary>
internal sealed class DomainScenario(Workshop workshop) : IncusScenario(workshop, "busybox")
{
    /// <summary>Row that every other row is a ratio to.</summary>
    public static readonly string Reference = Unchanged(10);

    private const int Rounds = 5;
    private const int Changing = 30;
    private const string Rules = "/1.0/network-acls?";

    private static readonly string ChangedRow = $"one policy changed among {Changing} domains";
    private static readonly string[] ApplyArguments = ["-t:Apply", "-p:Tags=infra"];
    private static readonly int[] Sizes = [10, Changing, 80];

    private readonly Workshop _workshop = workshop;

    /// <summary>What is promised, as a limit in seconds of the medians and of the row that must keep it.</summary>
    public static IReadOnlyList<Target> Targets(Func<string, double> median) =>
    [
        new($"{ChangedRow}: at most 0.5 s more than without a change", median(ChangedRow), median(Unchanged(Changing)) + 0.5),
    ];

    public void Run()
    {
        using var incus = new RestApi(Incus.SocketPath);
        var folder = _workshop.IdleProject(1, 0);
        foreach (var size in Sizes)
        {
            Console.Error.WriteLine($"making {size} domains");
            Write(folder, SyntheticInfra.Neighbours(size, port: 1));
            Build(folder, ApplyArguments);
            Build(folder, ApplyArguments);
            string[] lists =
            [
                .. LastRequests.Where(r => r.Contains("recursion=1", StringComparison.Ordinal)).Select(r => r.Split(' ')[1]),
            ];
            string[] others = [.. lists.Where(l => !l.StartsWith(Rules, StringComparison.Ordinal))];
            for (var round = 1; round <= Rounds; round++)
            {
                Console.Error.WriteLine($"round {round} of {Rounds}");
                Add(Unchanged(size), Build(folder, ApplyArguments));
                Add($"its lists alone, {size} domains", Get(incus, lists));
                Add($"the same without rules, {size} domains", Get(incus, others));
                if (size == Changing)
                {
                    Write(folder, SyntheticInfra.Neighbours(size, port: round + 1));
                    Add(ChangedRow, Build(folder, ApplyArguments));
                }
            }
        }
    }

    // At the same time, as an Apply does.
    private static Measurement Get(RestApi incus, string[] paths)
    {
        var clock = Stopwatch.StartNew();
        Task.WhenAll(paths.Select(incus.GetAsync)).Wait();
        return new Measurement(clock.Elapsed, Requests: paths.Length);
    }

    private static string Unchanged(int domains) => $"nothing to change, {domains} domains";
}
