namespace Incus.Infra.Incus.Model;

/// <summary>One object and no copy of it.</summary>
/// <param name="Id">Its place.</param>
/// <param name="Uuid">
/// That of an instance, which Incus keeps through a rename, a move and the restore of a snapshot, and replaces in a copy; null
/// for the other kinds, which have none.
/// </param>
internal readonly record struct ObjectIdentity(ObjectId Id, string? Uuid)
{
    /// <summary>Where Incus keeps it; whoever makes an instance may choose it.</summary>
    public const string UuidKey = "volatile.uuid";

    private const string ImagePrefix = $"image {ObjectId.DefaultProject}/";

    /// <summary>Whether it is yet known which object of that name it is.</summary>
    public bool IsKnown => Uuid is not null || !Id.Traits.HasUuid;

    public static ObjectIdentity Of(ObjectId id, IncusObject live) =>
        new(id, id.Traits.HasUuid ? live.Config?.GetValueOrDefault(UuidKey) : null);

    public static ObjectIdentity New(ObjectId id) =>
        new(id, id.Traits.HasUuid ? Guid.NewGuid().ToString() : null);

    /// <summary>The name of the image that a mark is for, or null.</summary>
    public static string? ImageIn(string? mark) =>
        mark?.StartsWith(ImagePrefix, StringComparison.Ordinal) == true ? mark[ImagePrefix.Length..] : null;

    /// <summary>Such as <c>instance home/web 5d3c…</c>.</summary>
    public override string ToString() => $"{Id.Word} {Id.Project}/{Id.Name} {Uuid ?? Id.Pool}".TrimEnd();
}
