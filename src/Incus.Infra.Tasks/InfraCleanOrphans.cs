using Incus.Infra.Core.Building;

namespace Incus.Infra.Tasks;

/// <summary>Deletes the generated files of objects no longer in infra.yml.</summary>
public sealed class InfraCleanOrphans : InfraTask
{
    /// <summary>Whether to delete an orphan even if it contains the user's own text.</summary>
    public bool Force { get; set; }

    /// <inheritdoc/>
    private protected override void Run(InfraBuild build, CancellationToken cancellationToken)
    {
        var result = build.CleanOrphans(Force, cancellationToken);
        var lines = result.Deleted.Select(path => $"deleted {path}")
            .Concat(result.Kept.Select(orphan => $"kept {orphan.Path}: {orphan.Reason}"))
            .Prepend($"{Quantity.Of(result.Deleted.Count, "orphan")} deleted, {result.Kept.Count} kept");
        Report(result.Diagnostics, string.Join('\n', lines));
    }
}
