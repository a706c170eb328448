using System.Globalization;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Importing;

/// <summary>How infra.yml says which subnets there are: all below one base, or by trust level.</summary>
/// <param name="BaseSubnet">The base, or null.</param>
/// <param name="ZoneBase">The second octet of the first trust level; null with a base.</param>
internal sealed record SubnetChoice(string? BaseSubnet, int? ZoneBase)
{
    private const int LastZoneBase = 205;

    /// <summary>The choice that most subnets fit.</summary>
    /// <param name="prefixes">First three octets of each.</param>
    public static SubnetChoice Of(IReadOnlyCollection<string> prefixes)
    {
        var bases = prefixes.Select(BaseOf).GroupBy(b => b, StringComparer.Ordinal).OrderByDescending(b => b.Count())
            .ThenBy(b => b.Key, StringComparer.Ordinal).Select(b => b.Key).DefaultIfEmpty("10.100");
        var zones = prefixes.Select(p => Octets(p)[1])
            .SelectMany(second => InfraDialect.TrustLevels.Values.Select(offset => second - offset))
            .Where(zone => zone is >= 0 and <= LastZoneBase)
            .Distinct()
            .OrderBy(zone => zone != InfraDialect.DefaultZoneBase)
            .ThenBy(zone => zone);
        return bases.Select(b => new SubnetChoice(b, null)).Concat(zones.Select(zone => new SubnetChoice(null, zone)))
            .MaxBy(choice => prefixes.Count(p => choice.Fits(p)))!;
    }

    /// <summary>Whether a domain can have the subnet.</summary>
    public bool Fits(string prefix) => BaseSubnet is not null
        ? BaseOf(prefix) == BaseSubnet
        : Octets(prefix)[0] == InfraDialect.BaseOctet && LevelOf(prefix) is not null;

    /// <summary>The domain with what gives it its subnet.</summary>
    public Domain Place(ImportedDomain domain) => domain.Domain with
    {
        SubnetId = new(Octets(domain.Prefix)[2], default),
        TrustLevel = ZoneBase is null ? null : new(LevelOf(domain.Prefix)!, default),
    };

    private string? LevelOf(string prefix) => InfraDialect.TrustLevels
        .Where(level => level.Value == Octets(prefix)[1] - ZoneBase).Select(level => level.Key).FirstOrDefault();

    private static string BaseOf(string prefix) => prefix[..prefix.LastIndexOf('.')];

    private static int[] Octets(string prefix) =>
        [.. prefix.Split('.').Select(octet => int.Parse(octet, CultureInfo.InvariantCulture))];
}
