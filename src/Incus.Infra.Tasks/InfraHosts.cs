using Incus.Infra.Core.Building;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Tasks;

/// <summary>Shows the names of the machines for a hosts file of this machine, and writes them into it.</summary>
public sealed class InfraHosts : InfraTask
{
    private const string SystemHosts = "/etc/hosts";

    /// <summary>The hosts file to write, relative to the project folder; without it a terminal is asked.</summary>
    public string? HostsFile { get; set; }

    /// <summary>A remote of the incus client, instead of the local server.</summary>
    public string? IncusRemote { get; set; }

    /// <inheritdoc/>
    private protected override void Run(InfraBuild build, CancellationToken cancellationToken)
    {
        var declared = build.ReadDeclared(out var diagnostics);
        Log.LogDiagnostics(diagnostics);
        if (declared is not var (infra, addresses))
        {
            return;
        }

        var (lines, elsewhere) = HostNames.Of(infra, addresses, IncusRemote);
        if (elsewhere > 0)
        {
            Log.LogSummary(
                Project.ProjectFile,
                $"{Quantity.Of(elsewhere, "machine")} of other servers left out: not reached from here");
        }

        Edit(new HostsBlock($"infra.yml of {Excerpt.Of(infra.ProjectName)}"), lines);
    }

    private void Edit(HostsBlock block, string lines)
    {
        if (HostsFile is null && !Terminal.IsThere)
        {
            Log.LogSummary(Project.ProjectFile, lines.Length == 0
                ? "no machine is reached from here"
                : $"HostsFile={SystemHosts} writes this\n{block.Text(lines).TrimEnd()}");
            return;
        }

        var name = HostsFile ?? SystemHosts;
        var file = new HostsFileEdit(Path.GetFullPath(name, Project.Folder), block, lines);
        Log.LogDiagnostics(file.Read());
        if (Log.HasLoggedErrors)
        {
            return;
        }

        Log.LogDiagnostics(file.Rivals());
        var changes = file.Changes;
        if (changes.Count == 0)
        {
            Log.LogSummary(Project.ProjectFile, $"{name} is up to date");
            return;
        }

        var shown = string.Join('\n', Log.Paint(changes));
        if (HostsFile is null)
        {
            Log.LogSummary(Project.ProjectFile, $"{name} would change\n{shown}");
            if (!Terminal.Confirms($"This changes {name}."))
            {
                Log.LogSummary(Project.ProjectFile, "nothing was written");
                return;
            }
        }

        var prepared = Path.Join(Path.GetFullPath(Project.GetMetadata("IntermediateDirectory"), Project.Folder), "hosts");
        Report(file.Write(prepared), HostsFile is null ? $"{name} is written" : $"{name} is written\n{shown}");
    }
}
