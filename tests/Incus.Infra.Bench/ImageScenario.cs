namespace Incus.Infra.Bench;

/// <summary>Seats of a class that are provisioned each, and the same from an image that was provisioned once.</summary>
internal sealed class ImageScenario(Workshop workshop) : IncusScenario(workshop, "debian")
{
    /// <summary>Row that every other row is a ratio to.</summary>
    public const string Reference = "provisioned each";

    private const string FromImage = "from an image";
    private const int Rounds = 2;

    // With 30, systemd would have more inotify instances than a kernel grants.
    private const int Seats = 8;

    private readonly Workshop _workshop = workshop;

    /// <summary>What is promised.</summary>
    public static IReadOnlyList<Target> Targets(Func<string, double> median) =>
        [new($"{Seats} seats from an image: at most a third of provisioning each", median(FromImage), median(Reference) / 3)];

    public void Run()
    {
        var folder = _workshop.IdleProject(1, 0);
        Write(folder, SyntheticInfra.Seats(0, isFromImage: true));
        Add("the image itself", Build(folder, "-t:Apply"));
        for (var round = 1; round <= Rounds; round++)
        {
            foreach (var isFromImage in new[] { false, true })
            {
                Console.Error.WriteLine($"round {round} of {Rounds}, {(isFromImage ? FromImage : Reference)}");
                Write(folder, SyntheticInfra.Seats(Seats, isFromImage));
                Add(isFromImage ? FromImage : Reference, Build(folder, "-t:Apply"));
                Write(folder, SyntheticInfra.Seats(0, isFromImage));
                Build(folder, "-t:Apply", "-p:Tags=infra", "-p:AutoCleanup=true");
            }
        }
    }
}
