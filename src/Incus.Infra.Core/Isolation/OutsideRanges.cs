using System.Globalization;
using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Isolation;

/// <summary>
/// The addresses outside all domains. They follow from how subnets are chosen, not from those in use: otherwise each new
/// domain would change the ACLs of all others.
/// </summary>
internal sealed class OutsideRanges
{
    // Neither this host's own addresses nor multicast.
    private static readonly string[] NoOnes = ["0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3"];

    // RFC 1918, RFC 6598 and RFC 3927.
    private static readonly string[] Private =
        ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"];

    private OutsideRanges(AddressSet domains)
    {
        Domains = domains;
        All = AddressSet.Everything.Except(AddressSet.Of(NoOnes)).Except(domains);
        Internet = All.Except(AddressSet.Of(Private));
    }

    /// <summary>What a domain can have.</summary>
    public AddressSet Domains { get; }

    public AddressSet All { get; }

    /// <summary>Public addresses.</summary>
    public AddressSet Internet { get; }

    /// <summary>The ranges of the infrastructure with these settings.</summary>
    public static OutsideRanges Of(GlobalSettings global) => new(AddressSet.Of(global.Addressing is { Value: var zones }
        ? InfraDialect.TrustLevels.Values.Select(offset => string.Create(
            CultureInfo.InvariantCulture, $"{InfraDialect.BaseOctet}.{Math.Clamp(zones.ZoneBase + offset, 0, 255)}.0.0/16"))
        : [$"{global.BaseSubnet?.Value ?? AddressAllocator.DefaultBase}.0.0/16"]));

    /// <summary>What machines of a domain may open outside.</summary>
    public AddressSet? Of(OutsideAccess access) => access switch
    {
        OutsideAccess.All => All,
        OutsideAccess.Internet => Internet,
        _ => null,
    };
}
