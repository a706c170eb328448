using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Snapshots;

namespace Incus.Infra.Tasks;

/// <summary>Lists snapshots.</summary>
public sealed class InfraSnapList : SnapshotTask
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
        Log.WriteResult(Project, Json, list.ToJson);
        Log.LogSummary(Project.ProjectFile, list.ToTable());
        Log.LogDiagnostics(_found
            .Select(i => new Choice(ObjectId.Instance(i.Project, i.Name), i).Fault)
            .OfType<Diagnostic>());
    }
}
