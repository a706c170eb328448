using System.Diagnostics.CodeAnalysis;
using Incus.Infra.Core.Ansible;
using Incus.Infra.Core.Building;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Picture;
using Microsoft.Build.Framework;

namespace Incus.Infra.Tasks;

/// <summary>Draws the infrastructure.</summary>
public sealed class InfraGraph : InfraTask
{
    /// <summary>A plan as JSON, whose actions the picture is to show, relative to the project folder.</summary>
    public string? PlanFile { get; set; }

    /// <summary>Whether the picture is to show <see cref="States"/>.</summary>
    public bool IsLive { get; set; }

    /// <summary>The instances that exist, as <c>project/name</c>, with State and Member as metadata.</summary>
    [SuppressMessage("Performance", "CA1819:Properties should not return arrays",
        Justification = "MSBuild has no other lists.")]
    public ITaskItem[] States { get; set; } = [];

    /// <inheritdoc/>
    private protected override void Run(InfraBuild build, CancellationToken cancellationToken)
    {
        byte[]? plan = null;
        if (PlanFile is not null
            && FileFault.Of(() => plan = RegularFile.Read(Path.GetFullPath(PlanFile, Project.Folder))) is { } fault)
        {
            Log.LogDiagnostics([ReadingDiagnostics.CannotBeRead(PlanFile, fault.Reason)]);
            return;
        }

        var marks = new Marks(
            plan is null ? null : PlanDocument.Parse(plan).ToMarks(),
            IsLive ? States.ToDictionary(s => s.ItemSpec, StateOf) : null);
        var result = build.Graph(marks, cancellationToken);
        Report(result.Diagnostics, result.Written.Count == 0 ? "up to date" : $"{string.Join(", ", result.Written)} written");
    }

    private static MachineState StateOf(ITaskItem item) =>
        new(item.GetMetadata("State"), item.GetMetadata("Member") is { Length: > 0 } member ? member : null);
}
