namespace Incus.Infra.Incus.Model;

/// <summary>Whose objects are.</summary>
/// <param name="Name">The <c>project_name</c>, for people; several may have the same.</param>
/// <param name="Id">Tells it from any other.</param>
internal sealed record Infrastructure(string Name, string Id);
