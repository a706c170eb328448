using System.Collections.Immutable;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Desired;

/// <summary>A domain's profiles: the project's own, with root disk and network card, and those of infra.yml.</summary>
internal sealed class DomainProfiles
{
    private readonly DomainSpec _domain;
    private readonly Dictionary<string, ProfileSpec> _profiles;

    /// <param name="domain">The domain.</param>
    /// <param name="diskPools">Where root disks go.</param>
    public DomainProfiles(DomainSpec domain, DiskPools diskPools)
    {
        _domain = domain;
        var pool = diskPools.OfRoot(ObjectId.Profile(domain.IncusProject, ObjectId.DefaultProfile));
        _profiles = domain.IncusProfiles.ToDictionary(
            p => p.Key,
            p => p.Value with
            {
                Devices = RootDisk.InPool(p.Value.Devices, diskPools.OfRoot(ObjectId.Profile(domain.IncusProject, p.Key), pool)),
            },
            StringComparer.Ordinal);
        _profiles[ObjectId.DefaultProfile] = Default(domain, _profiles.GetValueOrDefault(ObjectId.DefaultProfile), pool);
        if (domain.IncusNetwork.SharedBy is not null)
        {
            // Whoever may use the project can make instances of these.
            _profiles = _profiles.ToDictionary(
                p => p.Key,
                p => p.Value with { Devices = NetworkCard.Filtered(p.Value.Devices, domain.IncusNetwork) },
                StringComparer.Ordinal);
        }
    }

    /// <summary>All of them, the project's own first.</summary>
    public IEnumerable<DesiredObject> All => _profiles
        .OrderBy(p => p.Key != ObjectId.DefaultProfile)
        .ThenBy(p => p.Key, StringComparer.Ordinal)
        .Select(p => new DesiredObject(
            ObjectId.Profile(_domain.IncusProject, p.Key),
            _domain.Name,
            Protected: false,
            new PropertyList().Description(p.Value.Description).Config(p.Value.Config).Devices(p.Value.Devices).ToImmutable(),
            ImmutableArray.Create(
                ObjectId.Network(_domain.IncusNetwork.Name), ObjectId.OfProject(_domain.IncusProject)))
        {
            IsOfVirtualMachine = _domain.Machines.Any(m => m.IsVirtualMachine && m.InstanceProfiles.Contains(p.Key)),
        });

    /// <summary>The devices that an instance gets from some profiles; later profiles win, as in Incus.</summary>
    public Dictionary<string, IReadOnlyDictionary<string, string>> DevicesOf(IEnumerable<string> profiles)
    {
        var devices = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var (name, options) in profiles.Where(_profiles.ContainsKey).SelectMany(p => _profiles[p].Devices))
        {
            devices[name] = options;
        }

        return devices;
    }

    /// <summary>The pool of the root disk that an instance gets from some profiles, or null.</summary>
    public string? RootPoolOf(IEnumerable<string> profiles) =>
        DevicesOf(profiles).Values.FirstOrDefault(RootDisk.Is)?.GetValueOrDefault("pool");

    // The user's own profile called default adds to ours: a project cannot do without root disk.
    private static ProfileSpec Default(DomainSpec domain, ProfileSpec? own, string pool)
    {
        own ??= new ProfileSpec { Description = $"Default profile of {domain.Name}" };
        var devices = new Dictionary<string, IReadOnlyDictionary<string, string>>(own.Devices, StringComparer.Ordinal);
        if (!devices.Values.Any(RootDisk.Is))
        {
            devices.TryAdd(RootDisk.Name, RootDisk.In(pool));
        }

        devices.TryAdd(NetworkCard.Name, NetworkCard.On(domain.IncusNetwork.Name));
        return new ProfileSpec { Description = own.Description, Config = own.Config, Devices = devices };
    }
}

/// <summary>What an instance boots from.</summary>
internal static class RootDisk
{
    public const string Name = "root";

    private const string PoolKey = "pool";

    public static bool Is(IReadOnlyDictionary<string, string> options) =>
        options.GetValueOrDefault("type") == "disk" && options.GetValueOrDefault("path") == "/"
        && string.IsNullOrEmpty(options.GetValueOrDefault("source"));

    public static Dictionary<string, string> In(string pool) =>
        new(StringComparer.Ordinal) { ["type"] = "disk", ["path"] = "/", [PoolKey] = pool };

    /// <summary>The devices, with <paramref name="pool"/> where a root disk names none: Incus wants it beside a size.</summary>
    public static Dictionary<string, IReadOnlyDictionary<string, string>> InPool(
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> devices, string pool) => devices.ToDictionary(
            d => d.Key,
            d => Is(d.Value) && string.IsNullOrEmpty(d.Value.GetValueOrDefault(PoolKey))
                ? new Dictionary<string, string>(d.Value, StringComparer.Ordinal) { [PoolKey] = pool }
                : d.Value,
            StringComparer.Ordinal);
}

/// <summary>The network card that every machine gets.</summary>
internal static class NetworkCard
{
    /// <summary>The device, and the interface inside the machine.</summary>
    public const string Name = "eth0";

    public static Dictionary<string, string> On(string network) =>
        new(StringComparer.Ordinal) { ["type"] = "nic", ["name"] = Name, ["network"] = network };

    /// <summary>Whether a device is a card on a managed bridge.</summary>
    public static bool IsOn(string network, IReadOnlyDictionary<string, string> options) =>
        options.GetValueOrDefault("type") == "nic"
        && (options.GetValueOrDefault("network") == network
            || (options.GetValueOrDefault("nictype") == "bridged" && options.GetValueOrDefault("parent") == network));

    /// <summary>The devices, each card on the bridge as below.</summary>
    public static Dictionary<string, IReadOnlyDictionary<string, string>> Filtered(
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> devices, NetworkSpec network) => devices.ToDictionary(
            d => d.Key, d => IsOn(network.Name, d.Value) ? Filtered(d.Value, network) : d.Value, StringComparer.Ordinal);

    /// <summary>
    /// The card with addresses that nobody can claim but its machine, unless it says something else: rules go by addresses.
    /// </summary>
    /// <param name="options">The card.</param>
    /// <param name="network">The bridge that it is on; where copies share it, they do not reach each other on it.</param>
    public static Dictionary<string, string> Filtered(IReadOnlyDictionary<string, string> options, NetworkSpec network)
    {
        var card = new Dictionary<string, string>(options, StringComparer.Ordinal);
        card.TryAdd("security.mac_filtering", "true");
        card.TryAdd("security.ipv4_filtering", "true");
        if (network.SharedBy is not null)
        {
            card.TryAdd("security.port_isolation", "true");
        }

        return card;
    }
}
