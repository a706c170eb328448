using System.Formats.Tar;
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

    /// <summary>The bytes of all files of a collection's tarball by name.</summary>
    public static SortedDictionary<string, byte[]> CollectionEntries(string tarball)
    {
        using var file = new GZipStream(File.OpenRead(tarball), CompressionMode.Decompress);
        using var archive = new TarReader(file);
        var entries = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        while (archive.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
            {
                using var content = new MemoryStream();
                entry.DataStream?.CopyTo(content);
                entries.Add(entry.Name, content.ToArray());
            }
        }

        return entries;
    }

    /// <summary>The metadata that a package has about itself.</summary>
    public static XElement Manifest(string package)
    {
        var nuspec = Entries(package).Single(e => e.Key.EndsWith(".nuspec", StringComparison.Ordinal)).Value;
        return XDocument.Load(new MemoryStream(nuspec)).Root!.Elements().Single(e => e.Name.LocalName == "metadata");
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
