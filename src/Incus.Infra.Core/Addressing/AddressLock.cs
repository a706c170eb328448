using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Addressing;

/// <summary>
/// What earlier builds chose: who the infrastructure is, and its addresses (infra.lock.yml). An entry stays when its
/// domain or machine leaves infra.yml, so that its address is not handed to another one.
/// </summary>
/// <param name="Domains">Entries by domain name, in ordinal order.</param>
internal sealed record AddressLock(SortedDictionary<string, LockedDomain> Domains)
{
    /// <summary>Tells this infrastructure from any other, whatever both are called; null where the file has none.</summary>
    public string? Id { get; init; }

    /// <summary>Ports of the host by machine and port name, in ordinal order.</summary>
    public SortedDictionary<string, SortedDictionary<string, Located<int>>> Ports { get; init; } = new(StringComparer.Ordinal);

    /// <summary>A lock in which nothing was given out.</summary>
    public static AddressLock Empty => new(new SortedDictionary<string, LockedDomain>(StringComparer.Ordinal));
}

/// <summary>What was given out in one domain.</summary>
/// <param name="At">Where the entry stands in the lock file.</param>
/// <param name="Subnet">The subnet that was chosen, or null where infra.yml fixes it.</param>
/// <param name="Machines">Last octets by machine name, in ordinal order.</param>
internal sealed record LockedDomain(
    SourceLocation At, LockedSubnet? Subnet, SortedDictionary<string, Located<int>> Machines);

/// <summary>A subnet that was chosen within the zone of a trust level, or with base_subnet, where there is none.</summary>
internal sealed record LockedSubnet(string? TrustLevel, Located<int> Id);
