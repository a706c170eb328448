using System.Diagnostics;

namespace Incus.Infra.Bench;

/// <summary>Plans and Applies of the infrastructure, and looks at it.</summary>
internal sealed class ApplyScenario(Workshop workshop) : IncusScenario(workshop, "busybox")
{
    /// <summary>Row that every other row is a ratio to.</summary>
    public const string Reference = "empty project file";

    private const int Rounds = 5;
    private const int Created = 50;
    private const int Most = 300;

    // Any such variable has Ansible run the engine, not the build.
    private const string Doubt = "ANSIBLE_FORKS";

    private static readonly string ChangedRow = $"one changed of {Most} instances";
    private static readonly string FloorRow = $"{Created} created by bare requests, 8 at once";
    private static readonly string CreatedRow = $"{Created} created";
    private static readonly string[] ApplyArguments = ["-t:Apply", "-p:Tags=infra"];
    private static readonly string[] PlanArguments = ["-t:Plan"];
    private static readonly int[] Sizes = [1, 10, 50, Most];
    private static readonly int[] LoopedSizes = [10, 50];

    private readonly Workshop _workshop = workshop;
    private readonly Dictionary<string, int> _processes = [];

    /// <summary>What is promised, as a limit in seconds of the medians and of the row that must keep it.</summary>
    public static IReadOnlyList<Target> Targets(Func<string, double> median) =>
    [
        .. new[] { Unchanged(10), Unchanged(Most), Planned(10), Planned(Most) }
            .Select(row => new Target($"{row}: at most 3 times the {Reference}", median(row), 3 * median(Reference))),
        .. LoopedSizes.Select(size => new Target(
            $"{Unchanged(size)}: less than {Looped(size)}", median(Unchanged(size)), median(Looped(size)))),
        new(
            $"{Created} created: at most 1.3 times the bare requests, and an Apply of {Created} without changes",
            median(CreatedRow),
            (1.3 * median(FloorRow)) + median(Unchanged(50))),
        new("status of 50 instances: at most 1.5 s", median(Status(50)), 1.5),
        new($"status of {Most} instances: at most twice 50", median(Status(Most)), 2 * median(Status(50))),
        new($"{ChangedRow}: at most 1 s more than without a change", median(ChangedRow), median(Unchanged(Most)) + 1),
    ];

    public void Run()
    {
        var empty = _workshop.EmptyProject();
        var projects = Sizes.Index().ToDictionary(s => s.Item, s => _workshop.IdleProject(s.Index + 1, s.Item));
        foreach (var (size, folder) in projects)
        {
            Console.Error.WriteLine($"making {size} instances");
            Apply(folder);
        }

        foreach (var (size, folder) in projects)
        {
            _processes[Unchanged(size)] = Measurement.ProcessesOf(folder, _workshop.PackageCache, ApplyArguments);
        }

        var number = Sizes.Length + 1;
        var made = _workshop.IdleProject(number, 0);
        Apply(made);
        for (var round = 1; round <= Rounds; round++)
        {
            Console.Error.WriteLine($"round {round} of {Rounds}");
            Add(Reference, Build(empty));
            foreach (var (size, folder) in projects)
            {
                AddApply(Unchanged(size), folder);
                Add(Status(size), Build(folder, "-t:Status"));
                Add(Planned(size), Build(folder, PlanArguments));
                Environment.SetEnvironmentVariable(Doubt, "16");
                Add(ByAnsible(size), Apply(folder));
                Environment.SetEnvironmentVariable(Doubt, null);
            }

            foreach (var size in LoopedSizes)
            {
                Add(Looped(size), Loop(Array.IndexOf(Sizes, size) + 1, size));
            }

            var last = projects[Most];
            var infra = Path.Join(last, "infra.yml");
            File.WriteAllText(infra, Changed(File.ReadAllText(infra), round));
            Add(ChangedRow, Apply(last));

            using (var floor = new RawFloor(Incus.SocketPath, $"net-b{number}d0"))
            {
                Add(FloorRow, floor.Create(Created));
                floor.Delete();
            }

            Write(made, SyntheticInfra.Idle(number, Created));
            Add(CreatedRow, Apply(made));
            Write(made, SyntheticInfra.Idle(number, 0));
            Apply(made, "-p:AutoCleanup=true");
        }
    }

    // What a script has to look at to know that it has nothing to do.
    private Measurement Loop(int number, int machines)
    {
        var domain = $"b{number}d0";
        var watch = Stopwatch.StartNew();
        Incus.Client("network", "show", $"net-{domain}");
        Incus.Client("project", "show", domain);
        Incus.Client("profile", "show", "default", "--project", domain);
        for (var i = 0; i < machines; i++)
        {
            Incus.Client("config", "show", $"b{number}m{i:000}", "--project", domain);
        }

        return new Measurement(watch.Elapsed);
    }

    private Measurement Apply(string folder, params string[] arguments) => Build(folder, [.. ApplyArguments, .. arguments]);

    private void AddApply(string row, string folder) =>
        Add(row, Apply(folder) with { Processes = _processes.GetValueOrDefault(row) });

    private static string Unchanged(int instances) => $"nothing to change, {Count(instances)}";

    private static string Planned(int instances) => $"Plan with nothing to change, {Count(instances)}";

    private static string ByAnsible(int instances) => $"nothing to change, by Ansible, {Count(instances)}";

    private static string Looped(int instances) => $"a loop of the incus client, {Count(instances)}";

    private static string Status(int instances) => $"status of {Count(instances)}";

    private static string Count(int instances) => instances == 1 ? "1 instance" : $"{instances} instances";

    private static string Changed(string infra, int round)
    {
        var at = infra.LastIndexOf("user.round: \"", StringComparison.Ordinal) + "user.round: \"".Length;
        return $"{infra[..at]}{round}{infra[infra.IndexOf('"', at)..]}";
    }
}
