namespace Incus.Infra.Bench;

/// <summary>Applies that provision bare machines, all with the same few packages.</summary>
internal sealed class ProvisionScenario(Workshop workshop) : IncusScenario(workshop, "debian")
{
    private const int Rounds = 3;

    /// <summary>How many machines are provisioned at once.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [1, 4, 8];

    private readonly Workshop _workshop = workshop;

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
                Add(First(size), Build(folder, "-t:Apply", "-p:Tags=provision"));
                Add(Second(size), Build(folder, "-t:Apply", "-p:Tags=provision"));
                Write(folder, SyntheticInfra.Provisioned(0));
                Build(folder, "-t:Apply", "-p:Tags=infra", "-p:AutoCleanup=true");
            }
        }
    }

    /// <summary>Row of the first run.</summary>
    public static string First(int machines) => $"bare, {machines} machines";

    /// <summary>Row of the run after it.</summary>
    public static string Second(int machines) => $"nothing to change, {machines} machines";
}
