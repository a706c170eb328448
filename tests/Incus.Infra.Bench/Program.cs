using Incus.Infra.Bench;

// Arguments: the folder feed with the packed SDK, and the folder where the tables go.
var (feed, output) = (args[0], Directory.CreateDirectory(args[1]).FullName);
using var workshop = new Workshop(feed);
Tell("builds.md", ResultTable.OfBuilds(new BuildScenario(workshop).Run()));
using (var applies = new ApplyScenario(workshop))
{
    Tell("applies.md", ResultTable.OfApplies(applies.Run()));
}

Tell("classes.md", ResultTable.OfClasses(new ClassScenario(workshop).Run()));

void Tell(string file, string table)
{
    Console.WriteLine(table);
    File.WriteAllText(Path.Join(output, file), table);
}
