namespace Incus.Infra.Bench;

/// <summary>Snapshots at once of one machine and of many, that run.</summary>
internal sealed class SnapshotScenario(Workshop workshop) : IncusScenario(workshop, "busybox")
{
    /// <summary>Row that every other row is a ratio to.</summary>
    public const string Reference = "Snap of 1 instance";

    private const int Rounds = 5;
    private const int Machines = 30;
    private const string Domain = "-p:Domain=b1d0";

    private readonly Workshop _workshop = workshop;

    public void Run()
    {
        var folder = _workshop.IdleProject(1, Machines);
        Build(folder, "-t:Apply", "-p:Tags=infra");
        for (var round = 1; round <= Rounds; round++)
        {
            Console.Error.WriteLine($"round {round} of {Rounds}");
            Add(Reference, Build(folder, "-t:Snap", "-p:Instance=b1m000", "-p:Snapshot=one"));
            Add($"Snap of {Machines} instances", Build(folder, "-t:Snap", Domain, "-p:Snapshot=all"));
            Add($"SnapList of {Machines} instances", Build(folder, "-t:SnapList"));
            Add($"SnapRestore of {Machines} instances", Build(folder, "-t:SnapRestore", Domain, "-p:Snapshot=all"));
            Add($"Reset of {Machines} instances", Build(folder, "-t:Reset", Domain, "-p:Snapshot=all"));
            Add($"SnapDelete of {Machines} instances", Build(folder, "-t:SnapDelete", Domain, "-p:Snapshot=all"));
            Build(folder, "-t:SnapDelete", "-p:Instance=b1m000", "-p:Snapshot=one");
        }
    }
}
