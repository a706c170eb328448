using System.Diagnostics.CodeAnalysis;
using Incus.Infra.Core.Model;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Live;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Incus.Infra.Tasks;

/// <summary>Reads which instances exist, and their states.</summary>
public sealed class InfraReadStates : EngineTask
{
    private const string Unreachable = "unreachable";

    private IReadOnlyList<Domain> _domains = [];

    /// <summary>
    /// The instances as <c>project/name</c>, with State and Member as metadata; of a server that cannot be used the machines that
    /// infra.yml has there, as unreachable.
    /// </summary>
    [SuppressMessage("Performance", "CA1819:Properties should not return arrays",
        Justification = "MSBuild has no other lists.")]
    [Output]
    public ITaskItem[] States { get; private set; } = [];

    /// <summary>Whether any server could be asked.</summary>
    [Output]
    public bool IsSeen { get; private set; }

    /// <inheritdoc/>
    protected override bool Prepare()
    {
        _domains = [.. (Project.ToBuild().Read(out _)?.Domains ?? []).Where(d => d.Enabled)];
        AskServersOf(_domains);
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
            .. instances.Where(i => IsHere(i.Key.Project)).Select(i => Item(
                i.Key.Project,
                i.Key.Name,
                i.Value.IsUnreachable ? Unreachable : i.Value.Status,
                i.Value.Location is { } member and not "none" ? member : "")),
        ];
    }

    private protected override void Miss() => States =
    [
        .. States,
        .. _domains.Where(d => IsHere(d.Name.Value))
            .SelectMany(d => d.Machines.Select(m => Item(d.Name.Value, m.Name.Value, Unreachable, member: ""))),
    ];

    private protected override void Conclude() => IsSeen = true;

    private static TaskItem Item(string project, string name, string state, string member) =>
        new($"{project}/{name}", new Dictionary<string, string> { ["State"] = state, ["Member"] = member });
}
