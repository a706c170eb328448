using YamlDotNet.RepresentationModel;

namespace Incus.Infra.Sdk.Tests.Molecule;

/// <summary>YAML as nodes, so that what is copied keeps its types.</summary>
internal static class ScenarioYaml
{
    public static YamlNode Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents[0].RootNode;
    }

    public static void Save(YamlNode node, string file)
    {
        using var writer = new StreamWriter(file);
        new YamlStream(new YamlDocument(node)).Save(writer, assignAnchors: false);
    }

    /// <summary>The node at a path of keys, or null.</summary>
    public static YamlNode? At(this YamlNode node, params ReadOnlySpan<string> path)
    {
        YamlNode? found = node;
        foreach (var key in path)
        {
            found = found is YamlMappingNode mapping && mapping.Children.TryGetValue(key, out var child) ? child : null;
        }

        return found;
    }

    /// <summary>The entries of a mapping; none where there is no mapping.</summary>
    public static IEnumerable<(string Name, YamlNode Value)> Entries(this YamlNode? node) =>
        (node as YamlMappingNode)?.Children.Select(entry => ($"{entry.Key}", entry.Value)) ?? [];
}
