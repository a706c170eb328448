using Incus.Infra.Incus.Desired;

namespace Incus.Infra.Incus.Importing;

/// <summary>What of an Incus can be brought into infra.yml.</summary>
/// <param name="Domains">Of each the description that changes nothing, by name.</param>
/// <param name="Notes">What their readers have to know.</param>
/// <param name="LeftOut">What infra.yml cannot have as it is.</param>
internal sealed record SurveyResult(
    IReadOnlyList<DomainSpec> Domains, IReadOnlyList<Note> Notes, IReadOnlyList<LeftOut> LeftOut);

/// <summary>Something about a project, or about a profile or machine in it, that infra.yml does not say.</summary>
/// <param name="Project">The project.</param>
/// <param name="Profile">A profile, or null.</param>
/// <param name="Machine">A machine, or null.</param>
/// <param name="Text">One or more sentences.</param>
internal sealed record Note(string Project, string? Profile, string? Machine, string Text);

/// <summary>A project or machine that infra.yml cannot have.</summary>
/// <param name="Project">The project.</param>
/// <param name="Machine">The machine; null for the whole project.</param>
/// <param name="Reason">Why, and what to do, as sentences.</param>
internal sealed record LeftOut(string Project, string? Machine, string Reason);
