using System.IO.Compression;
using System.Xml.Linq;

namespace Incus.Infra.Sdk.Tests.Harness;

/// <summary>A package file, read as it is.</summary>
internal static class PackedSdk
{
    /// <summary>The bytes of all entries by name.</summary>
    public static SortedDictionary<string, byte[]> Entries(string package)
    {
        using var archive = ZipFile.OpenRead(package);
        return new(archive.Entries.ToDictionary(e => e.FullName, Read), StringComparer.Ordinal);
    }

    /// <summary>The props and targets files by name.</summary>
    public static Dictionary<string, XDocument> MSBuildFiles() => Entries(Stamp.Package)
        .Where(e => e.Key.EndsWith(".props", StringComparison.Ordinal) || e.Key.EndsWith(".targets", StringComparison.Ordinal))
        .ToDictionary(e => e.Key, e => XDocument.Load(new MemoryStream(e.Value)));

    private static byte[] Read(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        using var copy = new MemoryStream();
        content.CopyTo(copy);
        return copy.ToArray();
    }
}
