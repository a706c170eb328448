using Incus.Infra.Core.CommandLine;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Importing;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Importing;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Tasks;

/// <summary>Writes infra.yml from what Incus has.</summary>
public sealed class InfraImport : EngineTask
{
    /// <summary>Only these projects of Incus, separated by colons.</summary>
    public string? Projects { get; set; }

    /// <summary>Whether an infra.yml and an infra.lock.yml that exist are replaced.</summary>
    public bool Force { get; set; }

    private ImportFiles Files => Project.ToImport(Force);

    /// <inheritdoc/>
    protected override bool Prepare()
    {
        var fault = Projects is not null && (!LimitNames.IsOnlyNames(Projects) || !LimitNames.In(Projects).Any())
            ? UseDiagnostics.BadProperty(Project.FileName, "Project", Projects, "names of projects of Incus, separated by colons")
            : Files.Check();
        Log.LogDiagnostics(fault is null ? [] : [fault]);
        return fault is null;
    }

    private protected override async Task RunAsync(
        IncusClient client, IncusTarget target, ServerInfo server, CancellationToken ct)
    {
        await ServerCheck.ForApplyAsync(client, target, ct);
        var host = await LiveHost.ReadAsync(client, ct);
        var known = host.State.Objects.Keys.Where(id => id.Kind == ObjectKind.Project).Select(id => id.Name).ToList();
        var only = Projects is null ? null : LimitNames.In(Projects).ToHashSet(StringComparer.Ordinal);
        var unknown = (only ?? []).Except(known).Select(p => UseDiagnostics.NoProject(Project.FileName, p, known)).ToList();
        Log.LogDiagnostics(unknown);
        if (unknown is [])
        {
            Write(new Survey(host, ImportedModel.Form).Run(only), ct);
        }
    }

    private void Write(SurveyResult found, CancellationToken ct)
    {
        var faults = new DiagnosticBag();
        // The folder / has no name.
        var name = Path.GetFileName(Project.Folder) is { Length: > 0 } folder ? folder : "infra";
        var files = Files.Write(ImportedModel.Of(name, found), faults, ct);
        Log.LogDiagnostics(files?.LeftOut.Select(LeftOut) ?? []);
        Log.LogDiagnostics(faults);
        if (files is null)
        {
            return;
        }

        Log.LogDiagnostics(files.Warnings);
        if (files.Domains.Count == 0)
        {
            Log.LogDiagnostics([ToolDiagnostics.NothingToImport()]);
            return;
        }

        var machines = files.Domains.Sum(d => d.Machines.Count);
        Log.LogSummary(Project.ProjectFile, $"{Project.InfraFile} has {Quantity.Of(files.Domains.Count, "domain")} with "
            + $"{Quantity.Of(machines, "machine")}\nRead it, then run Plan. It shows no more than marks, descriptions where "
            + "there are none, and what closes each domain: add to network_policies who may reach whom before you run Apply.");
    }

    private static Diagnostic LeftOut(Remark remark) => remark.Place.Keys is [var project, _, var machine]
        ? ToolDiagnostics.MachineLeftOut(project, machine, remark.Text)
        : ToolDiagnostics.ProjectLeftOut(remark.Place.Keys[0], remark.Text);
}
