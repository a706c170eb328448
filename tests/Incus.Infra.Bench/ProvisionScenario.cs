namespace Incus.Infra.Bench;

/// <summary>Applies that provision bare machines, all with the same few packages.</summary>
internal sealed class ProvisionScenario(Workshop workshop) : IncusScenario(workshop, "debian")
{
    /// <summary>Row that every other row is a ratio to.</summary>
    public static readonly string Reference = Unchanged(1);

    private const int Rounds = 3;

    // How many machines are provisioned at once.
    private static readonly int[] Sizes = [1, 4, 8];

    private readonly Workshop _workshop = workshop;

    /// <summary>What is promised, as a limit in seconds of the medians and of the row that must keep it.</summary>
    public static IReadOnlyList<Target> Targets(Func<string, double> median) =>
    [
        .. Sizes.Skip(1).Select(size => new Target(
            $"bare: {size} machines at most {size} times 1", median(Bare(size)), size * median(Bare(1)))),
        new("nothing to change: 8 machines at most 2 times 1", median(Unchanged(8)), 2 * median(Unchanged(1))),
    ];

    public void Run()
    {
        var folder = _workshop.IdleProject(1, 0);
        for (var round = 1; round <= Rounds; round++)
        {
            foreach (var size in Sizes)
            {
                Console.Error.WriteLine($"round {round} of {Rounds}, {size} machines");
                Write(folder, SyntheticInfra.Provisioned(size));
                Build(folder, "-t:Apply", "-p:Tags=infra");
                Add(Bare(size), Build(folder, "-t:Apply", "-p:Tags=provision"));
                Add(Unchanged(size), Build(folder, "-t:Apply", "-p:Tags=provision"));
                Write(folder, SyntheticInfra.Provisioned(0));
                Build(folder, "-t:Apply", "-p:Tags=infra", "-p:AutoCleanup=true");
            }
        }
    }

    private static string Bare(int machines) => $"bare, {machines} machine{(machines == 1 ? "" : "s")}";

    private static string Unchanged(int machines) => $"nothing to change, {machines} machine{(machines == 1 ? "" : "s")}";
}
