using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;

namespace Incus.Infra.Sdk.Tests.Harness;

/// <summary>What an assembly tells a debugger.</summary>
internal static class DebugInformation
{
    private static readonly Guid SourceLinkKind = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    /// <summary>The Source Link document of the portable PDB that is embedded in an assembly.</summary>
    public static string SourceLink(byte[] assembly)
    {
        using var file = new PEReader(new MemoryStream(assembly));
        var embedded = file.ReadDebugDirectory().Single(e => e.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
        using var symbols = file.ReadEmbeddedPortablePdbDebugDirectoryData(embedded);
        var reader = symbols.GetMetadataReader();
        var link = reader.GetCustomDebugInformation(EntityHandle.ModuleDefinition)
            .Select(reader.GetCustomDebugInformation)
            .Single(d => reader.GetGuid(d.Kind) == SourceLinkKind);
        return Encoding.UTF8.GetString(reader.GetBlobBytes(link.Value));
    }
}
