using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Importing;

/// <summary>A node of infra.yml by the keys that lead to it from its domain on.</summary>
/// <param name="Keys">Such as <c>home</c>, <c>machines</c>, <c>web</c>, <c>config</c>, <c>limits.cpu</c>.</param>
internal sealed record YamlPlace(params IReadOnlyList<string> Keys)
{
    public bool Equals(YamlPlace? other) => other is not null && Keys.SequenceEqual(other.Keys, StringComparer.Ordinal);

    public override int GetHashCode() => Keys.Aggregate(0, HashCode.Combine);

    /// <summary>The node below.</summary>
    public YamlPlace Of(string key) => new([.. Keys, key]);

    /// <summary>The node at a line of a text in block style; null outside of the domains.</summary>
    public static YamlPlace? At(YamlNode? root, int line)
    {
        var keys = new List<string>();
        while (root is YamlMapping mapping && mapping.Entries.Any(e => e.Key.Location.Line <= line))
        {
            var (key, value) = mapping.Entries.Last(e => e.Key.Location.Line <= line);
            keys.Add(key.Text);
            root = value;
        }

        return keys is ["domains", _, ..] ? new YamlPlace(keys[1..]) : null;
    }
}
