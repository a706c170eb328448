using Incus.Infra.Bench;

// Arguments: the folder feed with the packed SDK, the folder where the tables go, and which of them; by default all.
var (feed, output) = (args[0], Directory.CreateDirectory(args[1]).FullName);
using var workshop = new Workshop(feed);
if (Wants("builds"))
{
    Tell("builds", ResultTable.OfBuilds(new BuildScenario(workshop).Run()));
}

if (Wants("applies"))
{
    using var scenario = new ApplyScenario(workshop);
    scenario.Run();
    Tell("applies", ResultTable.OfRequests("Apply of", scenario.Results, ApplyScenario.Reference));
}

if (Wants("provisions"))
{
    using var scenario = new ProvisionScenario(workshop);
    scenario.Run();
    Tell("provisions", ResultTable.OfProvisions(scenario.Results));
}

if (Wants("snapshots"))
{
    using var scenario = new SnapshotScenario(workshop);
    scenario.Run();
    Tell("snapshots", ResultTable.OfRequests("dotnet build", scenario.Results, SnapshotScenario.Reference));
}

bool Wants(string table) => args.Length == 2 || args.Skip(2).Contains(table);

void Tell(string table, string text)
{
    Console.WriteLine(text);
    File.WriteAllText(Path.Join(output, $"{table}.md"), text);
}
