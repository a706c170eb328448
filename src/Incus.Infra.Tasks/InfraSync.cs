using Incus.Infra.Core.Building;
using Microsoft.Build.Framework;

namespace Incus.Infra.Tasks;

/// <summary>Writes the files of the tree whose text changed.</summary>
public sealed class InfraSync : InfraTask
{
    /// <inheritdoc/>
    private protected override void Run(InfraBuild build, CancellationToken cancellationToken)
    {
        var result = build.Sync(LogWaiting, cancellationToken);
        Report(
            result.Diagnostics,
            result.UpToDate
                ? "up to date"
                : $"{Quantity.Of(result.Written.Count, "file")} written, {result.Unchanged} unchanged");
    }

    private void LogWaiting() =>
        Log.LogMessage(MessageImportance.High, "Another build of this project is running; waiting for it to finish.");
}
