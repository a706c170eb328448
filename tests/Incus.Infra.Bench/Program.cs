using Incus.Infra.Bench;

// Arguments: the folder feed with the packed SDK, and where the table goes.
var (feed, output) = (args[0], args[1]);
using var workshop = new Workshop(feed);
var measurements = new Scenario(workshop).Run();
var table = ResultTable.Of(measurements);
Console.Write(table);
Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
File.WriteAllText(output, table);
