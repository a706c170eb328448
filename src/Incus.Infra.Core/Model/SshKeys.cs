using System.Buffers.Binary;
using System.Text;
using Incus.Infra.Core.Diagnostics;

namespace Incus.Infra.Core.Model;

/// <summary>Public keys as OpenSSH reads them, without options before them.</summary>
internal static class SshKeys
{
    private static readonly string[] Types = ["ssh-", "ecdsa-", "sk-"];

    /// <summary>Whether an item of <c>ssh_keys</c> is a key, and not the path of a file.</summary>
    public static bool IsKey(string item) =>
        Types.Any(t => item.StartsWith(t, StringComparison.Ordinal)) && item.Contains(' ', StringComparison.Ordinal);

    /// <summary>The keys of a file, or of a text that is a key itself; what is none is a fault at its line.</summary>
    /// <param name="content">The text.</param>
    /// <param name="at">The place of its first line.</param>
    /// <param name="diagnostics">Takes the faults.</param>
    public static IEnumerable<string> Read(ReadOnlySpan<byte> content, SourceLocation at, DiagnosticBag diagnostics)
    {
        var keys = new List<string>();
        foreach (var (index, line) in Encoding.UTF8.GetString(content).Split('\n').Index())
        {
            var key = line.Trim();
            if (key.Length == 0 || key.StartsWith('#'))
            {
                continue;
            }

            var place = at with { Line = at.Line + index };
            if (key.Contains("PRIVATE KEY", StringComparison.Ordinal))
            {
                diagnostics.Add(RuleDiagnostics.PrivateKey(place));
                return [];
            }

            if (IsWhole(key))
            {
                keys.Add(key);
            }
            else
            {
                diagnostics.Add(RuleDiagnostics.NoPublicKey(place));
            }
        }

        return keys;
    }

    // The data is a row of fields, each with its length before it (RFC 4253, section 6.6), and the first is the type: so a line
    // that was cut off shows.
    private static bool IsWhole(string key)
    {
        if (key.Any(char.IsControl) || key.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries) is not [var type, var data, ..]
            || !IsKey(key))
        {
            return false;
        }

        var bytes = new byte[data.Length];
        if (!Convert.TryFromBase64String(data, bytes, out var length))
        {
            return false;
        }

        var fields = new List<byte[]>();
        var rest = bytes.AsSpan(0, length);
        while (BinaryPrimitives.TryReadUInt32BigEndian(rest, out var size) && size <= rest.Length - sizeof(uint))
        {
            fields.Add([.. rest.Slice(sizeof(uint), (int)size)]);
            rest = rest[(sizeof(uint) + (int)size)..];
        }

        return rest.IsEmpty && fields.Count > 1 && Encoding.ASCII.GetString(fields[0]) == type;
    }
}
