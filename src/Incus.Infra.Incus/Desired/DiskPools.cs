using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Desired;

/// <summary>
/// Which pools disks go to: those they are in, and only new ones where the server would put them now. Incus moves no disk
/// between pools, so a server that gets another default pool must not make machines lose sight of theirs.
/// </summary>
/// <param name="pools">The server's pools.</param>
/// <param name="live">What Incus has.</param>
internal sealed class DiskPools(StoragePools pools, IReadOnlyDictionary<ObjectId, IncusObject> live)
{
    private readonly ILookup<(string Project, string Name), string> _volumes = live
        .Where(o => o.Key.Kind == ObjectKind.Volume && Ownership.Of(o.Key, o.Value) is not null)
        .ToLookup(o => (o.Key.Project, o.Key.Name), o => o.Key.Pool);

    /// <summary>The pool of the root disk that a profile or instance has itself.</summary>
    /// <param name="owner">The profile or instance.</param>
    /// <param name="inherited">The pool that it would have from elsewhere, or null.</param>
    public string OfRoot(ObjectId owner, string? inherited = null) =>
        live.GetValueOrDefault(owner)?.PoolOfDisk("path", "/") ?? inherited ?? pools.Default;

    /// <summary>The pool of a machine's volume.</summary>
    /// <param name="instance">The machine that it is attached to.</param>
    /// <param name="name">Its name in the project.</param>
    /// <param name="wanted">The pool that infra.yml names; <c>default</c> leaves it to the server.</param>
    public string OfVolume(ObjectId instance, string name, string wanted)
    {
        var there = _volumes[(instance.Project, name)].ToList();
        return there.Find(pool => pool == Named(wanted))
            ?? there.FirstOrDefault()
            // Where volumes are not read, as only instances shall be changed, or Incus has moved it.
            ?? live.GetValueOrDefault(instance)?.PoolOfDisk("source", name)
            ?? pools.For(wanted);
    }

    /// <summary>The pool that infra.yml names, or null where it leaves that to the server.</summary>
    public static string? Named(string wanted) => wanted == StoragePools.DefaultName ? null : wanted;
}
