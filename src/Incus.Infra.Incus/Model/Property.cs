using System.Collections.Immutable;

namespace Incus.Infra.Incus.Model;

/// <summary>The parts of an object that have values.</summary>
internal enum Section
{
    Description,
    Profiles,
    Config,
    Devices,
    Ephemeral,
    Ingress,
    Egress,
}

/// <summary>One value's place in an object; every kind of object is a flat map of these.</summary>
internal readonly record struct Property(Section Section, string Device, string Key) : IComparable<Property>
{
    public static Property Description { get; } = new(Section.Description, "", "");

    /// <summary>The names of an instance's profiles, joined by commas.</summary>
    public static Property Profiles { get; } = new(Section.Profiles, "", "");

    /// <summary>Whether Incus deletes an instance when it stops.</summary>
    public static Property Ephemeral { get; } = new(Section.Ephemeral, "", "");

    /// <summary>All rules of an ACL for what comes in, as <see cref="AclRules.Format"/> writes them.</summary>
    public static Property Ingress { get; } = new(Section.Ingress, "", "");

    /// <summary>All rules of an ACL for what goes out.</summary>
    public static Property Egress { get; } = new(Section.Egress, "", "");

    /// <summary>
    /// The lines that an instance's hosts file was last seen with; written when the file has them, and so true also of what a
    /// restored snapshot has.
    /// </summary>
    public static Property Hosts { get; } = Config(Ownership.Prefix + "hosts");

    public static Property Config(string key) => new(Section.Config, "", key);

    public static Property DeviceOption(string device, string key) => new(Section.Devices, device, key);

    public int CompareTo(Property other) =>
        (Section.CompareTo(other.Section), string.CompareOrdinal(Device, other.Device), string.CompareOrdinal(Key, other.Key))
            switch
        {
            (not 0 and var bySection, _, _) => bySection,
            (_, not 0 and var byDevice, _) => byDevice,
            var (_, _, byKey) => byKey,
        };

    /// <summary>
    /// <c>description</c>, <c>profiles</c>, <c>ephemeral</c>, <c>ingress</c>, <c>egress</c>, <c>config.limits.cpu</c>,
    /// <c>devices.eth0.network</c>.
    /// </summary>
    public override string ToString() => Section switch
    {
        Section.Description => "description",
        Section.Profiles => "profiles",
        Section.Ephemeral => "ephemeral",
        Section.Ingress => "ingress",
        Section.Egress => "egress",
        Section.Config => $"config.{Key}",
        _ => $"devices.{Device}.{Key}",
    };
}

/// <summary>Turns objects of the REST API into flat maps and back.</summary>
internal static class Properties
{
    /// <summary>Families of keys that Incus writes itself and nobody wants.</summary>
    private static readonly string[] Internal = ["volatile.", "image."];

    /// <summary>All values of an object but those that Incus writes itself. An empty text is no value, as in Incus.</summary>
    public static ImmutableSortedDictionary<Property, string> Of(IncusObject source)
    {
        var result = ImmutableSortedDictionary.CreateBuilder<Property, string>();
        Add(result, Property.Description, source.Description);
        Add(result, Property.Profiles, source.Profiles is null ? null : string.Join(',', source.Profiles));
        Add(result, Property.Ephemeral, source.Ephemeral == true ? "true" : null);
        Add(result, Property.Ingress, AclRules.Format(source.Ingress));
        Add(result, Property.Egress, AclRules.Format(source.Egress));
        foreach (var (key, value) in source.Config ?? [])
        {
            if (!Internal.Any(family => key.StartsWith(family, StringComparison.Ordinal)))
            {
                Add(result, Property.Config(key), value);
            }
        }

        foreach (var (device, options) in source.Devices ?? [])
        {
            foreach (var (key, value) in options)
            {
                Add(result, Property.DeviceOption(device, key), value);
            }
        }

        return result.ToImmutable();
    }

    /// <summary>An instance's configuration and devices with those of its profiles, as Incus shows them.</summary>
    public static ImmutableSortedDictionary<Property, string> Expanded(IncusObject instance) =>
        Of(new IncusObject { Config = instance.ExpandedConfig, Devices = instance.ExpandedDevices });

    /// <summary>The same for other profiles: a later one wins key by key, and a device as a whole.</summary>
    public static ImmutableSortedDictionary<Property, string> Expanded(IncusObject instance, IEnumerable<IncusObject> profiles)
    {
        var config = new Dictionary<string, string>(StringComparer.Ordinal);
        var devices = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        foreach (var layer in profiles.Append(instance))
        {
            foreach (var (key, value) in layer.Config ?? [])
            {
                config[key] = value;
            }

            foreach (var (name, options) in layer.Devices ?? [])
            {
                devices[name] = options;
            }
        }

        return Of(new IncusObject { Config = config, Devices = devices });
    }

    /// <summary>The object with some values set, or unset where the new value is null.</summary>
    public static IncusObject With(IncusObject source, IEnumerable<KeyValuePair<Property, string?>> values)
    {
        var description = source.Description;
        var profiles = source.Profiles;
        var ephemeral = source.Ephemeral;
        var ingress = source.Ingress;
        var egress = source.Egress;
        var config = new Dictionary<string, string>(source.Config ?? [], StringComparer.Ordinal);
        var devices = (source.Devices ?? []).ToDictionary(
            d => d.Key, d => new Dictionary<string, string>(d.Value, StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var (property, value) in values)
        {
            switch (property.Section)
            {
                case Section.Description:
                    description = value ?? "";
                    break;
                case Section.Profiles:
                    profiles = value is null ? [] : value.Split(',');
                    break;
                case Section.Ephemeral:
                    ephemeral = value == "true";
                    break;
                case Section.Ingress:
                    ingress = AclRules.Parse(value);
                    break;
                case Section.Egress:
                    egress = AclRules.Parse(value);
                    break;
                case Section.Config:
                    Set(config, property.Key, value);
                    break;
                default:
                    devices.TryAdd(property.Device, []);
                    Set(devices[property.Device], property.Key, value);
                    break;
            }
        }

        // What is left of a device without its type belongs to nobody, and Incus would refuse it.
        foreach (var name in devices.Where(d => !d.Value.ContainsKey("type")).Select(d => d.Key).ToList())
        {
            devices.Remove(name);
        }

        return source with
        {
            Description = description,
            Profiles = profiles,
            Ephemeral = ephemeral,
            Ingress = ingress,
            Egress = egress,
            Config = config,
            Devices = source.Devices is null && devices.Count == 0 ? null : devices,
        };
    }

    private static void Add(ImmutableSortedDictionary<Property, string>.Builder to, Property property, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            to[property] = value;
        }
    }

    private static void Set(Dictionary<string, string> map, string key, string? value)
    {
        if (value is null)
        {
            map.Remove(key);
        }
        else
        {
            map[key] = value;
        }
    }
}
