using Incus.Infra.Core.Building;
using Incus.Infra.Core.Diagnostics;

namespace Incus.Infra.Tasks;

/// <summary>Shows as a diff what <see cref="InfraSync"/> would write.</summary>
public sealed class InfraSyncDry : InfraTask
{
    /// <summary>Whether a difference is an error.</summary>
    public bool FailOnChange { get; set; }

    /// <inheritdoc/>
    private protected override void Run(InfraBuild build, CancellationToken cancellationToken)
    {
        var result = build.SyncDry();
        var orphans = result.Orphans.Count == 0 ? "" : $", {Quantity.Of(result.Orphans.Count, "orphan")}";
        var headline = $"{Quantity.Of(result.Changes.Count, "file")} would change, {result.Unchanged} unchanged{orphans}";
        Report(result.Diagnostics, string.Join('\n', result.Changes.Select(c => c.UnifiedDiff.TrimEnd('\n')).Prepend(headline)));
        if (FailOnChange && result.Succeeded && result.Changes.Count + result.Orphans.Count > 0)
        {
            Log.LogDiagnostics([UseDiagnostics.TreeOutOfDate(Project.InfraFile, result.Changes.Count, result.Orphans.Count)]);
        }
    }
}
