namespace Incus.Infra.Bench;

/// <summary>Applies of the infrastructure.</summary>
internal sealed class ApplyScenario(Workshop workshop) : IncusScenario(workshop, "busybox")
{
    /// <summary>Row that every other row is a ratio to.</summary>
    public const string Reference = "nothing to change, 10 instances";

    private const int Rounds = 5;
    private const int Created = 50;

    private static readonly int[] s_sizes = [1, 10, 50, 300];

    private readonly Workshop _workshop = workshop;

    public void Run()
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

            using (var floor = new RawFloor(Incus.SocketPath, $"net-b{number}d0"))
            {
                Add($"{Created} created by bare requests, 8 at once", floor.Create(Created));
                floor.Delete();
            }

            Write(made, SyntheticInfra.Idle(number, Created));
            Add($"{Created} created", Apply(made));
            Write(made, SyntheticInfra.Idle(number, 0));
            Apply(made, "-p:AutoCleanup=true");
        }
    }

    private Measurement Apply(string folder, params string[] arguments) => Build(folder, ["-t:Apply", "-p:Tags=infra", .. arguments]);

    private static string Changed(string infra, int round)
    {
        var at = infra.LastIndexOf("user.round: \"", StringComparison.Ordinal) + "user.round: \"".Length;
        return $"{infra[..at]}{round}{infra[infra.IndexOf('"', at)..]}";
    }
}
