using System.Diagnostics.CodeAnalysis;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Live;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Incus.Infra.Tasks;

/// <summary>Reads which instances exist, and their states.</summary>
public sealed class InfraReadStates : EngineTask
{
    /// <summary>The instances as <c>project/name</c>, with State as metadata.</summary>
    [SuppressMessage("Performance", "CA1819:Properties should not return arrays",
        Justification = "MSBuild has no other lists.")]
    [Output]
    public ITaskItem[] States { get; private set; } = [];

    /// <inheritdoc/>
    protected override bool Prepare()
    {
        AskServersOf((Project.ToBuild().Read(out _)?.Domains ?? []).Where(d => d.Enabled));
        return true;
    }

    /// <inheritdoc/>
    private protected override async System.Threading.Tasks.Task RunAsync(
        IncusClient client, IncusTarget target, ServerInfo server, CancellationToken ct)
    {
        var instances = await new SnapshotStore(client).ReadAsync(ct);
        States =
        [
            .. States,
            .. instances.Where(i => IsHere(i.Key.Project)).Select(i => new TaskItem(
                $"{i.Key.Project}/{i.Key.Name}", new Dictionary<string, string> { ["State"] = i.Value.Status })),
        ];
    }
}
