using System.Text.Json;

namespace Incus.Infra.Core.Dialect;

/// <summary>
/// The options that Incus has by its own account (<c>GET /1.0/metadata/configuration</c>), each with its type in Incus's words.
/// UPDATE_GOLDEN=1 rewrites <c>incus-options.json</c> in the test <c>Real.ValueTests</c> on the newest release.
/// </summary>
internal static class IncusOptions
{
    private const string FileName = "incus-options.json";

    static IncusOptions()
    {
        using var stream = typeof(IncusOptions).Assembly.GetManifestResourceStream(FileName)!;
        using var document = JsonDocument.Parse(stream);
        Instance = Groups(document.RootElement.GetProperty("instance"));
        Devices = Groups(document.RootElement.GetProperty("devices"));
    }

    /// <summary>Those of instances, by the condition under which they are for one, such as <c>virtual machine</c>.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Instance { get; }

    /// <summary>Those of devices, by what Incus calls a kind of device, such as <c>nic_bridged</c>.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Devices { get; }

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Groups(JsonElement groups) =>
        groups.EnumerateObject().ToDictionary(
            group => group.Name,
            IReadOnlyDictionary<string, string> (group) => group.Value.EnumerateObject()
                .ToDictionary(option => option.Name, option => option.Value.GetString()!, StringComparer.Ordinal),
            StringComparer.Ordinal);
}
