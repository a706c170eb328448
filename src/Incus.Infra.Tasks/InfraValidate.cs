using Incus.Infra.Core.Building;

namespace Incus.Infra.Tasks;

/// <summary>Reports errors and warnings in infra.yml.</summary>
public sealed class InfraValidate : InfraTask
{
    /// <inheritdoc/>
    protected override void Run(InfraBuild build, CancellationToken cancellationToken) =>
        Report(build.Validate().Diagnostics, $"{InfraFile} is valid");
}
