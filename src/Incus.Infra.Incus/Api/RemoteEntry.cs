using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Incus.Infra.Incus.Api;

/// <summary>A server that the incus client knows.</summary>
internal sealed record RemoteEntry
{
    /// <summary>URLs of one server, the first to be tried first; or <c>unix://</c> and a path.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary><c>incus</c>, <c>simplestreams</c> or <c>oci</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary><c>tls</c>, <c>oidc</c>, or null.</summary>
    public string? AuthType { get; init; }

    /// <summary>Whether it has images for everybody and nothing else.</summary>
    public bool Public { get; init; }

    /// <summary>
    /// Reads entries by name, as <c>config.yml</c> has them and <c>incus remote list --format yaml</c> writes them.
    /// </summary>
    /// <exception cref="YamlException">That is something else.</exception>
    public static Dictionary<string, RemoteEntry> ReadAll(YamlNode node) => Mapping(node).Children.ToDictionary(
        entry => entry.Key.ToString(), entry => Read(Mapping(entry.Value)), StringComparer.Ordinal);

    /// <summary>The one document of a text; null where there is none.</summary>
    /// <exception cref="YamlException">It is no mapping.</exception>
    public static YamlMappingNode? Document(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return stream.Documents.Count == 0 ? null : Mapping(stream.Documents[0].RootNode);
    }

    private static RemoteEntry Read(YamlMappingNode entry)
    {
        // Several since the client's 7.0.1, which goes round from the one that answered last.
        var addresses = (Text(entry, "addr") ?? "").Split(
            ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var first = Math.Max(Array.IndexOf(addresses, Text(entry, "last_working_address")), 0);
        return new RemoteEntry
        {
            Addresses = [.. addresses[first..], .. addresses[..first]],
            Protocol = Text(entry, "protocol") ?? "incus",
            AuthType = Text(entry, "auth_type"),
            Public = Text(entry, "public") == "true",
        };
    }

    private static YamlMappingNode Mapping(YamlNode node) =>
        node as YamlMappingNode ?? throw new YamlException(node.Start, node.End, "This must be a mapping.");

    private static string? Text(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var value) && value is YamlScalarNode { Value: { Length: > 0 } text } ? text : null;
}
