using System.Security.Cryptography;
using System.Text;

namespace Incus.Infra.Core.Model;

/// <summary>The name of a domain's bridge. Linux allows 15 characters.</summary>
internal static class NetworkName
{
    private const int MaxLength = 15;
    private const string Prefix = "net-";
    private const int HashLength = 4;

    /// <summary>
    /// <c>net-</c> and the domain's name; a name that is too long is cut and gets four hexadecimal digits of its
    /// SHA-256, so that it depends on nothing else in the file.
    /// </summary>
    public static string Of(string domain)
    {
        if (Prefix.Length + domain.Length <= MaxLength)
        {
            return Prefix + domain;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(domain)))[..HashLength];
        var head = domain[..(MaxLength - Prefix.Length - HashLength - 1)].TrimEnd('-');
        return $"{Prefix}{head}-{hash}";
    }

    /// <summary>The domain in such a name, or what is left of it; a name of another form as it is.</summary>
    public static string DomainIn(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
}
