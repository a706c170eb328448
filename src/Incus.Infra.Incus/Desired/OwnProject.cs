using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Desired;

/// <summary>
/// What Incus allows in the project of a domain with <c>access: incus: own</c>, also to the holder of its certificate: what
/// infra.yml uses there, as far as that does not open the host. Incus refuses the rest, to Apply as well.
/// </summary>
internal static class OwnProject
{
    public const string Restricted = "restricted";
    public const string Paths = Prefix + "devices.disk.paths";
    public const string LimitPrefix = "limits.";

    private const string Prefix = Restricted + ".";
    private const string Allow = "allow";

    // Source: allowableIntercept in permissions.go of Incus 6 to 7. The rest of the family is for administrators.
    private static readonly string[] Interception =
    [
        "security.syscalls.intercept.bpf", "security.syscalls.intercept.bpf.devices", "security.syscalls.intercept.mknod",
        "security.syscalls.intercept.mount", "security.syscalls.intercept.setxattr", "security.syscalls.intercept.sysinfo",
    ];

    private static readonly (string Key, Func<string, BigInteger?> Parse)[] Sums =
    [
        (LimitPrefix + "cpu", Count), (LimitPrefix + "memory", ByteSize.Parse), (LimitPrefix + "processes", Count),
    ];

    /// <summary>The keys of the project.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="objects">Its profiles and instances; Incus looks at each by itself.</param>
    public static IEnumerable<KeyValuePair<string, string>> KeysOf(DomainSpec domain, IEnumerable<DesiredObject> objects)
    {
        var values = objects.SelectMany(o => o.Properties, (o, p) => (o.Id, p.Key, p.Value)).ToList();
        var devices = values.Where(v => v.Key.Section == Section.Devices)
            .GroupBy(v => (v.Id, v.Key.Device), (_, options) => options.ToDictionary(o => o.Key.Key, o => o.Value))
            .ToList();
        var paths = devices.Where(IsFolderOfHost).Select(d => d["source"]).Distinct().Order(StringComparer.Ordinal).ToList();
        (string Key, string? Value)[] keys =
        [
            (Restricted, "true"),
            (Prefix + "networks.access", domain.IncusNetwork.Name),
            (Prefix + "snapshots", Allow),
            // Destroy exports by a backup.
            (Prefix + "backups", Allow),
            (Prefix + "containers.nesting", If(IsOn("security.nesting"))),
            (Prefix + "containers.interception", If(Interception.Any(IsOn))),
            (Prefix + "devices.gpu", If(devices.Exists(d => d.GetValueOrDefault("type") == "gpu"))),
            (Prefix + "devices.usb", If(devices.Exists(d => d.GetValueOrDefault("type") == "usb"))),
            (Prefix + "devices.disk", If(paths.Count > 0)),
            (Paths, string.Join(',', paths)),
            (LimitPrefix + "instances", domain.Machines.Count.ToString(CultureInfo.InvariantCulture)),
            .. Sums.Select(sum => (sum.Key, Sum(sum.Key, sum.Parse))),
        ];
        return keys.Where(k => !string.IsNullOrEmpty(k.Value)).Select(k => KeyValuePair.Create(k.Key, k.Value!));

        bool IsOn(string key) => values.Exists(v => v.Key == Property.Config(key) && IncusBoolean.IsTrue(v.Value));

        // Incus has limits of a project only where each machine has one that it can add up.
        string? Sum(string key, Func<string, BigInteger?> parse)
        {
            var limits = domain.Machines
                .Select(m => domain.ConfigOf(m, key))
                .Select(value => value is null ? null : parse(value))
                .ToList();
            return limits.Count == 0 || limits.Contains(null)
                ? null
                : limits.Aggregate(BigInteger.Zero, (sum, limit) => sum + limit!.Value).ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Whether a value of a project's key allows all that another one allowed.</summary>
    public static bool Loosens(string key, string? old, string? value) =>
        key == Restricted ? value != "true"
        : key == Paths ? old is null || (value is not null && old.Split(',').All(value.Split(',').Contains))
        : key.StartsWith(LimitPrefix, StringComparison.Ordinal)
            ? value is null || (BigInteger.TryParse(old, out var had) && BigInteger.TryParse(value, out var has) && has >= had)
        : value == Allow;

    /// <summary>Whether a key of a project is one that this decides.</summary>
    public static bool Bounds(Property property) => property.Section == Section.Config
        && (property.Key == Restricted || property.Key.StartsWith(Prefix, StringComparison.Ordinal)
            || property.Key.StartsWith(LimitPrefix, StringComparison.Ordinal));

    private static bool IsFolderOfHost(Dictionary<string, string> device) => device.GetValueOrDefault("type") == "disk"
        && !device.ContainsKey("pool") && device.GetValueOrDefault("source")?.StartsWith('/') == true;

    private static string? If(bool used) => used ? Allow : null;

    private static BigInteger? Count(string text) =>
        BigInteger.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
}
