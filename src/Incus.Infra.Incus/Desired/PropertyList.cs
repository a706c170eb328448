using System.Collections.Immutable;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Desired;

/// <summary>Gathers wanted values. An empty text is no value, as in Incus.</summary>
internal sealed class PropertyList
{
    private readonly ImmutableSortedDictionary<Property, string>.Builder _values =
        ImmutableSortedDictionary.CreateBuilder<Property, string>();

    public ImmutableSortedDictionary<Property, string> ToImmutable() => _values.ToImmutable();

    public PropertyList Description(string text) => Set(Property.Description, text);

    public PropertyList Profiles(IEnumerable<string> names) => Set(Property.Profiles, string.Join(',', names));

    public PropertyList Ingress(IEnumerable<AclRule> rules) => Set(Property.Ingress, AclRules.Format(rules));

    public PropertyList Egress(IEnumerable<AclRule> rules) => Set(Property.Egress, AclRules.Format(rules));

    public PropertyList Config(string key, string? value) => Set(Property.Config(key), value);

    public PropertyList Config(IEnumerable<KeyValuePair<string, string>> config)
    {
        foreach (var (key, value) in config)
        {
            Config(key, value);
        }

        return this;
    }

    public PropertyList Devices(IEnumerable<KeyValuePair<string, IReadOnlyDictionary<string, string>>> devices)
    {
        foreach (var (device, options) in devices)
        {
            foreach (var (key, value) in options)
            {
                Set(Property.DeviceOption(device, key), value);
            }
        }

        return this;
    }

    private PropertyList Set(Property property, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            _values[property] = value;
        }

        return this;
    }
}
