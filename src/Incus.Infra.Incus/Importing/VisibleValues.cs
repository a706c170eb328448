using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Importing;

/// <summary>The values of a profile or instance that may be shown: no secrets, and nothing that Incus keeps for itself.</summary>
/// <param name="note">Called with a sentence about each that is not.</param>
internal sealed class VisibleValues(Action<string> note)
{
    private const string Kept = "it may be a secret. It stays unchanged in Incus.";

    public string Description(IncusObject source)
    {
        if (!Secrets.MayHave(source.Description ?? ""))
        {
            return source.Description ?? "";
        }

        note($"Its description is left out: {Kept}");
        return "";
    }

    public Dictionary<string, string> Config(IncusObject source)
    {
        var config = new Dictionary<string, string>(StringComparer.Ordinal);
        var values = Properties.Of(source).Where(p => p.Key.Section == Section.Config)
            .Where(p => !p.Key.Key.StartsWith(Ownership.Prefix, StringComparison.Ordinal));
        foreach (var (property, value) in values)
        {
            if (Secrets.MayBe(property.Key, value))
            {
                note($"{Excerpt.Of(property.Key)} is left out: {Kept}");
            }
            else
            {
                config[property.Key] = value;
            }
        }

        return config;
    }

    public Dictionary<string, IReadOnlyDictionary<string, string>> Devices(IncusObject source)
    {
        var devices = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var (name, options) in (source.Devices ?? []).OrderBy(d => d.Key, StringComparer.Ordinal))
        {
            if (options.FirstOrDefault(o => Secrets.MayBe(o.Key, o.Value)) is { Key: { } key })
            {
                note($"The device {Excerpt.Of(name)} is left out because of its {Excerpt.Of(key)}: {Kept}");
            }
            else
            {
                devices[name] = options.Where(o => o.Value.Length > 0).OrderBy(o => o.Key != "type")
                    .ThenBy(o => o.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
            }
        }

        return devices;
    }
}
