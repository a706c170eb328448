using System.Text.Json;
using System.Text.Json.Serialization;

namespace Incus.Infra.Incus.Model;

/// <summary>
/// What is kept on an instance that was set aside for its replacement: what it has to give up meanwhile, as Incus allows
/// neither an address nor a disk of a virtual machine to two instances, and would start both with the host.
/// </summary>
/// <param name="Name">Its own name, which the replacement has meanwhile.</param>
/// <param name="Devices">Its devices.</param>
/// <param name="Autostart">Its <c>boot.autostart</c>, or null.</param>
internal sealed record SetAside(string Name, Dictionary<string, Dictionary<string, string>> Devices, string? Autostart)
{
    private const string Key = "user.infra.aside";
    private const string AutostartKey = "boot.autostart";
    private const int MostOfName = 48;
    private const int MostOfUuid = 8;

    private static readonly string[] Unique = ["ipv4.address", "ipv6.address", "hwaddr"];

    /// <summary>The name of an instance while it is set aside: nobody else's, and the same at each attempt.</summary>
    public static string NameOf(IncusObject instance, string name)
    {
        var uuid = (instance.Config ?? []).GetValueOrDefault(ObjectIdentity.UuidKey, "0");
        return $"{name[..Math.Min(name.Length, MostOfName)]}-aside-{uuid[..Math.Min(uuid.Length, MostOfUuid)]}";
    }

    /// <summary>
    /// Reads it from an instance; null where it was not set aside. A copy of one that was has another identity.
    /// </summary>
    public static SetAside? Of(IncusObject instance)
    {
        if (instance.Config?.GetValueOrDefault(Key) is not { } text)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(text, AsideJson.Default.SetAside) is { Name: not null, Devices: not null } aside
                && (instance.Name == aside.Name || instance.Name == NameOf(instance, aside.Name))
                    ? aside
                    : null;
        }
        catch (JsonException)
        {
            // Somebody edited it: no longer ours.
            return null;
        }
    }

    public static IncusObject Prepare(IncusObject instance)
    {
        var config = instance.Config!;
        var devices = instance.Devices ?? [];
        var aside = new SetAside(instance.Name, devices, config.GetValueOrDefault(AutostartKey));
        return instance with
        {
            Config = new(config)
            {
                [Key] = JsonSerializer.Serialize(aside, AsideJson.Default.SetAside),
                [AutostartKey] = "false",
            },
            Devices = WithoutAddresses(devices.Where(d => !IsVolume(d.Value))),
        };
    }

    /// <summary>
    /// The instance as it was before, but for addresses, which a bridge that has moved meanwhile does not allow.
    /// </summary>
    public IncusObject RestoreWithoutAddresses(IncusObject instance) =>
        Restore(instance) with { Devices = WithoutAddresses(Devices) };

    public IncusObject Restore(IncusObject instance)
    {
        var config = new Dictionary<string, string>(instance.Config!);
        config.Remove(Key);
        config.Remove(AutostartKey);
        if (Autostart is not null)
        {
            config[AutostartKey] = Autostart;
        }

        return instance with { Name = Name, Config = config, Devices = Devices };
    }

    private static Dictionary<string, Dictionary<string, string>> WithoutAddresses(
        IEnumerable<KeyValuePair<string, Dictionary<string, string>>> devices) => devices.ToDictionary(
            d => d.Key, d => d.Value.Where(o => !Unique.Contains(o.Key)).ToDictionary(o => o.Key, o => o.Value));

    private static bool IsVolume(Dictionary<string, string> device) =>
        device.GetValueOrDefault("type") == "disk" && device.ContainsKey("pool") && device.GetValueOrDefault("path") != "/";
}

/// <summary>Compiled in, so that a run starts without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SetAside))]
internal sealed partial class AsideJson : JsonSerializerContext;
