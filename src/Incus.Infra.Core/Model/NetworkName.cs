using System.Security.Cryptography;
using System.Text;

namespace Incus.Infra.Core.Model;

/// <summary>
/// The name of a domain's bridge. Linux allows 15 characters, and Incus names the end of a tunnel by the bridge, a hyphen and
/// the tunnel's own name.
/// </summary>
internal static class NetworkName
{
    private const int MaxLength = 15;
    private const int MaxLengthOfLinked = MaxLength - 2;
    private const string Prefix = "net-";
    private const int HashLength = 4;

    /// <summary>
    /// <c>net-</c> and the domain's name; a name that is too long is cut and gets four hexadecimal digits of its
    /// SHA-256, so that it depends on nothing else in the file.
    /// </summary>
    /// <param name="domain">The name of the domain.</param>
    /// <param name="isLinked">Whether it has a tunnel of one letter.</param>
    public static string Of(string domain, bool isLinked)
    {
        var longest = isLinked ? MaxLengthOfLinked : MaxLength;
        if (Prefix.Length + domain.Length <= longest)
        {
            return Prefix + domain;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(domain)))[..HashLength];
        var head = domain[..(longest - Prefix.Length - HashLength - 1)].TrimEnd('-');
        return $"{Prefix}{head}-{hash}";
    }

    /// <summary>The domain in such a name, or what is left of it; a name of another form as it is.</summary>
    public static string DomainIn(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
}
