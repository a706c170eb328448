using Incus.Infra.Core.Files;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Snapshots;

namespace Incus.Infra.Tasks;

/// <summary>Lists snapshots.</summary>
public sealed class InfraSnapList : ScopedSnapshotTask
{
    /// <summary>File that gets the list as JSON, relative to the project folder.</summary>
    public string? Json { get; set; }

    /// <inheritdoc/>
    private protected override Diagnostic? Check() => null;

    /// <inheritdoc/>
    private protected override async Task RunAsync(SnapshotEngine engine, CancellationToken ct)
    {
        var instances = await engine.ListAsync(Scope, ct);
        var list = SnapshotList.Of(instances);
        if (Json is not null)
        {
            if (FileFault.Of(() => File.WriteAllText(Path.GetFullPath(Json, Project.Folder), list.ToJson())) is { } fault)
            {
                Log.LogDiagnostics([fault.WhenWriting(Json)]);
                return;
            }
        }

        Log.LogSummary(Project.ProjectFile, list.ToTable());
        Log.LogDiagnostics(instances
            .Select(i => new Choice(ObjectId.Instance(i.Project, i.Name), i).Fault)
            .OfType<Diagnostic>());
    }
}
