using Incus.Infra.Core.Files;

namespace Incus.Infra.Core.Tree;

/// <summary>What happens to one generated file.</summary>
internal enum ChangeKind
{
    Unchanged,

    /// <summary>It does not exist yet.</summary>
    Created,

    Updated,
}

/// <summary>What is to be done about one generated file.</summary>
/// <param name="Path">Relative to the project folder, with forward slashes.</param>
/// <param name="Place">Where it is or will be.</param>
/// <param name="Kind">Whether it is to be written.</param>
/// <param name="Hash">Of the rendered text.</param>
/// <param name="Before">The bytes on disk; empty unless it is to be updated or has had another name.</param>
/// <param name="After">The bytes to write; empty when it is unchanged.</param>
internal sealed record PlannedFile(
    string Path, TreePlace Place, ChangeKind Kind, string Hash, byte[] Before, byte[] After)
{
    /// <summary>For a created file that has had another name: where it is now.</summary>
    public TreePlace? Former { get; init; }
}
