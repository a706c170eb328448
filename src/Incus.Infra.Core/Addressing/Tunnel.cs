using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Incus.Infra.Core.Addressing;

/// <summary>What joins the bridges of a domain on the members of a cluster: a VXLAN.</summary>
/// <param name="Interface">The interface of each member that it goes over.</param>
/// <param name="Id">Its number, of 24 bits.</param>
/// <param name="Group">The multicast address by which the members find each other.</param>
internal sealed record Tunnel(string Interface, int Id, string Group)
{
    /// <summary>
    /// The port of the members. Whoever may send to it can put any packet on any bridge, so machines may not: it is neither that
    /// of IANA nor that of Linux, which Docker and Kubernetes use between machines.
    /// </summary>
    public const int Port = 14789;

    private const int GroupBits = 18;

    /// <summary>
    /// The number is the subnet, which has 24 bits, too, and which no other network of a cluster has, whoever made it. The group
    /// follows from the infrastructure, so that clusters that share a link and have equal subnets stay apart.
    /// </summary>
    /// <param name="link">The interface.</param>
    /// <param name="prefix">First three octets of the subnet.</param>
    /// <param name="infrastructure">The identity in the lock file.</param>
    public static Tunnel Of(string link, string prefix, string infrastructure)
    {
        var id = prefix.Split('.').Aggregate(0, (n, octet) => (n << 8) | byte.Parse(octet, CultureInfo.InvariantCulture));
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(infrastructure));
        var number = ((hash[0] << 16) | (hash[1] << 8) | hash[2]) & ((1 << GroupBits) - 1);
        // RFC 2365: 239.192.0.0/14 is what an organisation may choose from.
        return new Tunnel(link, id, string.Create(
            CultureInfo.InvariantCulture, $"239.{192 + (number >> 16)}.{(number >> 8) & 255}.{number & 255}"));
    }
}
