using System.Text.Json;
using System.Text.Json.Nodes;
using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Rendering;

namespace Incus.Infra.Core.Ansible;

/// <summary>A request to the engine.</summary>
internal static class RequestText
{
    // The default of the role.
    private const int Parallel = 8;

    /// <summary>As JSON.</summary>
    /// <param name="options">What the command line asks for.</param>
    /// <param name="infra">What infra.yml says.</param>
    /// <param name="addresses">The addresses of its machines.</param>
    /// <param name="kinds">The kinds of objects; null for all.</param>
    /// <param name="scope">The only domains to look at; null for all.</param>
    /// <param name="domains">The domains.</param>
    /// <param name="images">The images of the file's own.</param>
    public static byte[] Of(
        DirectOptions options,
        Infrastructure infra,
        AddressPlan addresses,
        IEnumerable<string>? kinds,
        IEnumerable<string>? scope,
        IEnumerable<Domain> domains,
        JsonArray images)
    {
        var request = new JsonObject
        {
            ["version"] = 1,
            ["action"] = options.IsPlan ? "plan" : "apply",
            ["kinds"] = Texts(kinds),
            ["keep"] = Texts(infra.Disabled),
            ["project"] = infra.ProjectName,
            ["id"] = addresses.Lock.Id,
            ["scope"] = Texts(scope),
            ["resource_policy"] = RequestDomains.ResourcePolicyOf(infra),
            ["options"] = new JsonObject
            {
                ["allow_move"] = options.AllowMove,
                ["allow_replace"] = options.AllowReplace,
                ["auto_cleanup"] = options.AutoCleanup,
                ["repair"] = options.Repair,
                ["snapshot_before"] = options.SnapshotBefore?.ToLowerInvariant() ?? "auto",
                ["parallel"] = Parallel,
                ["log_requests"] = options.LogsRequests,
            },
            ["target"] = new JsonObject { ["socket"] = null, ["remote"] = options.Remote },
            ["domains"] = RequestDomains.Of(infra, addresses, domains),
            ["images"] = images,
        };
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            request.WriteTo(writer);
        }

        return json.ToArray();
    }

    private static JsonArray? Texts(IEnumerable<string>? texts) =>
        texts is null ? null : new([.. texts.Select(t => JsonValue.Create(t))]);
}
