using Incus.Infra.Core.Building;

namespace Incus.Infra.Tasks;

/// <summary>Reports errors and warnings in infra.yml.</summary>
public sealed class InfraValidate : InfraTask
{
    /// <inheritdoc/>
    private protected override void Run(InfraBuild build, CancellationToken cancellationToken) =>
        Report(build.Validate().Diagnostics, $"{Project.InfraFile} is valid");
}
