using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Importing;

/// <summary>Finds the projects that can be domains as they are, and says why others cannot.</summary>
/// <param name="host">What Incus has.</param>
/// <param name="form">What a domain is like.</param>
internal sealed class Survey(LiveHost host, DomainForm form)
{
    /// <summary>Looks at all projects, or at some.</summary>
    /// <exception cref="ToolFaultException">Incus has no storage pool.</exception>
    public SurveyResult Run(IReadOnlySet<string>? only)
    {
        var pools = host.State.Pools ?? throw new ToolFaultException(ToolDiagnostics.NoStoragePool());
        var surveys = host.State.Objects.Keys
            .Where(id => id.Kind == ObjectKind.Project && only?.Contains(id.Name) != false)
            .Select(id => id.Name)
            .Order(StringComparer.Ordinal)
            .Where(project => only is not null || project != ObjectId.DefaultProject || HasInstances(project))
            .Select(project => new ProjectSurvey(host, form, pools, project))
            .ToList();
        return new SurveyResult(
            [.. surveys.Select(s => s.Run()).OfType<DomainSpec>()],
            [.. surveys.SelectMany(s => s.Notes)],
            [.. surveys.SelectMany(s => s.LeftOut)]);
    }

    private bool HasInstances(string project) =>
        host.State.Objects.Keys.Any(id => id.Kind == ObjectKind.Instance && id.Project == project);
}
