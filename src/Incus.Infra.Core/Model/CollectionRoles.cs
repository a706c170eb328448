namespace Incus.Infra.Core.Model;

/// <summary>The roles of the collection <c>incus.infra</c>.</summary>
internal static class CollectionRoles
{
    public const string Collection = "incus.infra";

    /// <summary>
    /// Their names without namespace. The project file names a resource after each of the collection's folders.
    /// </summary>
    public static IReadOnlySet<string> Names { get; } = typeof(CollectionRoles).Assembly.GetManifestResourceNames()
        .Where(n => n.StartsWith("roles/", StringComparison.Ordinal))
        .Select(n => n.Split('/')[1])
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>The collection in the full name of a role, or null where it has none.</summary>
    public static string? CollectionOf(string role) =>
        role.Split('.') is [var owner, var name, _] ? $"{owner}.{name}" : null;
}
