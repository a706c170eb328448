using Incus.Infra.Bench;

// Arguments: the folder feed with the packed SDK, the folder where the tables go, and the only scenario to run, if not all.
var (feed, output) = (args[0], Directory.CreateDirectory(args[1]).FullName);
var only = args.ElementAtOrDefault(2);
using var workshop = new Workshop(feed);
if (only is null or "builds")
{
    Tell("builds.md", ResultTable.OfBuilds(new BuildScenario(workshop).Run()));
}

if (only is null or "applies")
{
    using var applies = new ApplyScenario(workshop);
    Tell("applies.md", ResultTable.OfApplies(applies.Run()));
}

void Tell(string file, string table)
{
    Console.WriteLine(table);
    File.WriteAllText(Path.Join(output, file), table);
}
