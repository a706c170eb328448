using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Incus.Infra.Incus.Model;

/// <summary>
/// What the engine remembers about an object, kept on the object itself. It names the object that it is for: Incus copies
/// it along with everything else, and a copy belongs to whoever made it.
/// </summary>
/// <param name="Infrastructure">Who made it.</param>
/// <param name="Object">The object that it is for.</param>
/// <param name="Domain">The domain it was made for.</param>
/// <param name="Protected">Never deleted nor replaced.</param>
/// <param name="Image">
/// The image that the engine made an instance from, as infra.yml named it; null where somebody else made it.
/// </param>
/// <param name="Applied">The values set last, by <see cref="Property.ToString"/>; hashed, because values can be secrets.</param>
internal sealed record Ownership(
    Infrastructure Infrastructure,
    ObjectIdentity Object,
    string Domain,
    bool Protected,
    string? Image,
    ImmutableSortedDictionary<string, string> Applied)
{
    public const string Prefix = "user.infra.";

    /// <summary>Which object the mark is for.</summary>
    public const string ObjectKey = Prefix + "object";

    private const string ProjectKey = Prefix + "project";
    private const string IdKey = Prefix + "id";
    private const string DomainKey = Prefix + "domain";
    private const string ProtectedKey = Prefix + "protected";
    private const string ImageKey = Prefix + "image";
    private const string AppliedKey = Prefix + "applied";
    private const string RestartKey = Prefix + "restart";
    private const string PersistentKey = Prefix + "persistent";
    private const int HashBytes = 6;

    /// <summary>
    /// For an instance whose uuid Incus will choose: takes the object out of its mark, which it then has until the next change.
    /// </summary>
    public static readonly KeyValuePair<string, string> OfWhicheverObject = new(ObjectKey, "");

    private static readonly string[] Keys =
        [ProjectKey, IdKey, ObjectKey, DomainKey, ProtectedKey, ImageKey, AppliedKey, RestartKey, PersistentKey];

    /// <summary>For profiles: what running instances do not notice of it.</summary>
    public DueRestarts Restart { get; init; } = DueRestarts.None;

    /// <summary>For volumes: whether only a person deletes it.</summary>
    public bool IsPersistent { get; init; }

    /// <summary>
    /// Whether it is one of version 0.1.0, which names neither its object nor more of its infrastructure than the name.
    /// </summary>
    public bool IsOld => Infrastructure.Id.Length == 0;

    /// <summary>Whether it is this infrastructure's; in an old mark only the name can be compared.</summary>
    public bool BelongsTo(Infrastructure infrastructure) =>
        IsOld ? Infrastructure.Name == infrastructure.Name : Infrastructure.Id == infrastructure.Id;

    /// <summary>Reads it from an object; null when no infrastructure made this object.</summary>
    public static Ownership? Of(ObjectId id, IncusObject source)
    {
        var config = source.Config ?? [];
        var identity = ObjectIdentity.Of(id, source);
        return config.TryGetValue(ProjectKey, out var project)
            && (!config.TryGetValue(ObjectKey, out var marked) || marked == identity.ToString())
            ? new Ownership(
                new Infrastructure(project, config.GetValueOrDefault(IdKey, "")),
                identity,
                config.GetValueOrDefault(DomainKey, ""),
                config.GetValueOrDefault(ProtectedKey) == "true",
                ImageReference.Normalise(config.GetValueOrDefault(ImageKey)),
                ParseApplied(config.GetValueOrDefault(AppliedKey)))
            {
                Restart = DueRestarts.Parse(config.GetValueOrDefault(RestartKey)),
                IsPersistent = config.GetValueOrDefault(PersistentKey) == "true",
            }
            : null;
    }

    public static ImmutableSortedDictionary<string, string> Remember(IEnumerable<KeyValuePair<Property, string>> properties) =>
        properties.ToImmutableSortedDictionary(p => p.Key.ToString(), p => Hash(p.Value), StringComparer.Ordinal);

    public bool WasSet(Property property, string? value) =>
        value is not null && Applied.TryGetValue(property.ToString(), out var hash) && hash == Hash(value);

    /// <summary>What is no longer as it was set last, with its value now; the property is null where it is unset.</summary>
    /// <param name="live">The object's values.</param>
    public IEnumerable<(string Key, Property? Property, string? Now)> DriftFrom(
        ImmutableSortedDictionary<Property, string> live)
    {
        var byKey = live.ToDictionary(v => v.Key.ToString());
        return
            from applied in Applied
            let isSet = byKey.TryGetValue(applied.Key, out _)
            let now = byKey.GetValueOrDefault(applied.Key)
            where !isSet || Hash(now.Value) != applied.Value
            select (applied.Key, isSet ? now.Key : (Property?)null, isSet ? now.Value : null);
    }

    /// <summary>This record as configuration keys; those that do not apply are null.</summary>
    public IEnumerable<KeyValuePair<Property, string?>> ToProperties()
    {
        string?[] values =
        [
            Infrastructure.Name, Infrastructure.Id, Object.IsKnown ? Object.ToString() : null, Domain,
            Protected ? "true" : null, Image, AppliedText(), Restart.Format(),
            IsPersistent ? "true" : null,
        ];
        return Keys.Zip(values, (key, value) => KeyValuePair.Create(Property.Config(key), value));
    }

    private static string Hash(string value) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)).AsSpan(0, HashBytes));

    private string AppliedText()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (property, hash) in Applied)
            {
                writer.WriteString(property, hash);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    // Someone may have edited it by hand; what cannot be read is forgotten, and then nothing is unset.
    private static ImmutableSortedDictionary<string, string> ParseApplied(string? text)
    {
        var applied = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        try
        {
            using var json = JsonDocument.Parse(text ?? "{}");
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                foreach (var entry in json.RootElement.EnumerateObject().Where(e => e.Value.ValueKind == JsonValueKind.String))
                {
                    applied[entry.Name] = entry.Value.GetString()!;
                }
            }
        }
        catch (JsonException)
        {
            applied.Clear();
        }

        return applied.ToImmutable();
    }
}
