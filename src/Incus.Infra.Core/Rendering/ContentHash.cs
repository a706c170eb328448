using System.Security.Cryptography;
using System.Text;

namespace Incus.Infra.Core.Rendering;

/// <summary>SHA-256 as lower-case hexadecimal digits.</summary>
internal static class ContentHash
{
    public static string Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static string Of(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
