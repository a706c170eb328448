using Incus.Infra.Bench;

// Arguments: the folder feed with the packed SDK, the folder where the tables go, and the only scenario to run, if not all.
var (feed, output) = (args[0], Directory.CreateDirectory(args[1]).FullName);
var only = args.ElementAtOrDefault(2);
using var workshop = new Workshop(feed);
if (only is null or "builds")
{
    var results = new BuildScenario(workshop).Run();
    Tell("builds", ResultTable.OfBuilds(results), BuildScenario.Targets(row => ResultTable.Seconds(results[row])));
}

if (only is null or "applies")
{
    using var scenario = new ApplyScenario(workshop);
    scenario.Run();
    Tell(
        "applies",
        ResultTable.OfRequests("Apply of", scenario.Results, ApplyScenario.Reference),
        ApplyScenario.Targets(scenario.Median));
}

if (only is null or "domains")
{
    using var scenario = new DomainScenario(workshop);
    scenario.Run();
    Tell(
        "domains",
        ResultTable.OfRequests("Apply of", scenario.Results, DomainScenario.Reference),
        DomainScenario.Targets(scenario.Median));
}

if (only is null or "provisions")
{
    using var scenario = new ProvisionScenario(workshop);
    scenario.Run();
    Tell(
        "provisions",
        ResultTable.OfRequests("Apply of", scenario.Results, ProvisionScenario.Reference),
        ProvisionScenario.Targets(scenario.Median));
}

if (only is null or "images")
{
    using var scenario = new ImageScenario(workshop);
    scenario.Run();
    Tell(
        "images",
        ResultTable.OfRequests("Apply of", scenario.Results, ImageScenario.Reference),
        ImageScenario.Targets(scenario.Median));
}

if (only is null or "snapshots")
{
    using var scenario = new SnapshotScenario(workshop);
    scenario.Run();
    Tell("snapshots", ResultTable.OfRequests("dotnet build", scenario.Results, SnapshotScenario.Reference), []);
}

if (only is null or "classes")
{
    var results = new ClassScenario(workshop).Run();
    Tell("classes", ResultTable.OfClasses(results), ClassScenario.Targets(results));
}

void Tell(string scenario, string table, IReadOnlyList<Target> targets)
{
    var text = targets.Count == 0 ? table : $"{table}\n{ResultTable.OfTargets(targets)}";
    Console.WriteLine(text);
    File.WriteAllText(Path.Join(output, $"{scenario}.md"), text);
}
