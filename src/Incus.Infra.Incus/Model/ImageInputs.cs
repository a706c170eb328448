namespace Incus.Infra.Incus.Model;

/// <summary>What an image was built of: hashes by name, such as <c>role web</c>, among its properties.</summary>
internal static class ImageInputs
{
    private const string Prefix = Ownership.Prefix + "input.";
    private const int MostNames = 3;

    /// <summary>As properties of an image.</summary>
    public static IEnumerable<KeyValuePair<string, string>> ToProperties(IReadOnlyDictionary<string, string> inputs) =>
        inputs.Select(i => KeyValuePair.Create(Prefix + i.Key, i.Value));

    /// <summary>The names of those that are no longer as they were, for people; empty where all are.</summary>
    /// <param name="image">As Incus has it.</param>
    /// <param name="inputs">As they are now.</param>
    public static string ChangesOf(IncusObject image, IReadOnlyDictionary<string, string> inputs)
    {
        var former = (image.Config ?? []).Where(p => p.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(p => p.Key[Prefix.Length..], p => p.Value, StringComparer.Ordinal);
        var changed = former.Keys.Union(inputs.Keys)
            .Where(name => former.GetValueOrDefault(name) != inputs.GetValueOrDefault(name))
            .Order(StringComparer.Ordinal).Select(Excerpt.Of).ToList();
        return changed.Count > MostNames
            ? $"{string.Join(", ", changed.Take(MostNames))} and {changed.Count - MostNames} more"
            : string.Join(", ", changed);
    }
}
