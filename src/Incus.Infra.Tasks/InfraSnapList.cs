using Incus.Infra.Core.Files;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Snapshots;

namespace Incus.Infra.Tasks;

/// <summary>Lists snapshots.</summary>
public sealed class InfraSnapList : ScopedSnapshotTask
{
    private readonly List<InstanceView> _found = [];

    /// <summary>File that gets the list as JSON, relative to the project folder.</summary>
    public string? Json { get; set; }

    /// <inheritdoc/>
    private protected override Diagnostic? Check() => null;

    /// <inheritdoc/>
    private protected override async Task RunAsync(SnapshotEngine engine, CancellationToken ct) =>
        _found.AddRange(await engine.ListAsync(Scope, ct));

    private protected override void Conclude()
    {
        var list = SnapshotList.Of(_found);
        if (Json is not null)
        {
            if (FileFault.Of(() => File.WriteAllText(Path.GetFullPath(Json, Project.Folder), list.ToJson())) is { } fault)
            {
                Log.LogDiagnostics([fault.WhenWriting(Json)]);
                return;
            }
        }

        Log.LogSummary(Project.ProjectFile, list.ToTable());
        Log.LogDiagnostics(_found
            .Select(i => new Choice(ObjectId.Instance(i.Project, i.Name), i).Fault)
            .OfType<Diagnostic>());
    }
}
