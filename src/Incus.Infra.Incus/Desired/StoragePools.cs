namespace Incus.Infra.Incus.Desired;

/// <summary>The server's storage pools.</summary>
/// <param name="Default">
/// Where root disks go: the pool of the server's own default profile, else the one called <c>default</c>, else the
/// first by name.
/// </param>
/// <param name="Names">All pools.</param>
internal sealed record StoragePools(string Default, IReadOnlyCollection<string> Names)
{
    /// <summary>What infra.yml says where it leaves the pool to the server.</summary>
    public const string DefaultName = "default";

    /// <summary>Chooses among <paramref name="names"/>; null when there are none.</summary>
    /// <param name="names">All pools.</param>
    /// <param name="rootPool">The pool that the server's default profile names, or null.</param>
    public static StoragePools? Choose(IReadOnlyCollection<string> names, string? rootPool)
    {
        var pool = rootPool is not null && names.Contains(rootPool) ? rootPool
            : names.Contains(DefaultName) ? DefaultName
            : names.Min(StringComparer.Ordinal);
        return pool is null ? null : new StoragePools(pool, names);
    }

    /// <summary>The pool for a volume that asks for <paramref name="wanted"/>.</summary>
    public string For(string wanted) => wanted == DefaultName && !Names.Contains(wanted) ? Default : wanted;
}
