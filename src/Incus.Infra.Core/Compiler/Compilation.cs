using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Rendering;

namespace Incus.Infra.Core.Compiler;

/// <summary>The bytes that a compilation reads.</summary>
/// <param name="InfraPath">Path of infra.yml relative to the project folder, for diagnostics.</param>
/// <param name="Infra">Content of infra.yml.</param>
/// <param name="LockPath">Path of infra.lock.yml relative to the project folder.</param>
/// <param name="Lock">Content of infra.lock.yml, or null when there is none yet.</param>
/// <param name="NewId">A UUID for an infrastructure that has none yet.</param>
internal sealed record Sources(
    string InfraPath, ReadOnlyMemory<byte> Infra, string LockPath, ReadOnlyMemory<byte>? Lock, string NewId)
{
    /// <summary>
    /// The CSV files that infra.yml names for copies, by path relative to the project folder; missing ones left out.
    /// </summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Tables { get; init; } =
        new Dictionary<string, ReadOnlyMemory<byte>>();

    /// <summary>The files of public keys that infra.yml names, likewise.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> KeyFiles { get; init; } =
        new Dictionary<string, ReadOnlyMemory<byte>>();

    /// <summary>Differs when the content of any of the files does.</summary>
    public string Hash => ContentHash.Of(string.Join('\n',
    [
        ContentHash.Of(Infra.Span),
        Lock is { } content ? ContentHash.Of(content.Span) : "",
        .. Tables.Concat(KeyFiles)
            .OrderBy(t => t.Key, StringComparer.Ordinal)
            .Select(t => $"{t.Key} {ContentHash.Of(t.Value.Span)}"),
    ]));

    /// <summary>Whether the tree is to have a file of options for MSBuild.</summary>
    public bool WantResponseFile { get; init; }

    /// <summary>Whether the tree is to have the picture of the infrastructure.</summary>
    public bool WantPicture { get; init; }
}

/// <summary>What came of reading, checking, addressing and rendering one infra.yml.</summary>
/// <param name="Diagnostics">All faults and remarks, sorted by place.</param>
/// <param name="Files">The files that should exist, including the lock file; empty if there is an error.</param>
/// <param name="References">What infra.yml names in the project folder.</param>
internal sealed record Compilation(
    IReadOnlyList<Diagnostic> Diagnostics, IReadOnlyList<GeneratedFile> Files, IReadOnlyList<Reference> References)
{
    /// <summary>What infra.yml says; null when there is an error.</summary>
    public Infrastructure? Infrastructure { get; init; }

    /// <summary>The addresses of its machines; null likewise.</summary>
    public AddressPlan? Addresses { get; init; }

    /// <summary>Whether anything may be written.</summary>
    public bool Succeeded => Diagnostics.All(d => d.Severity != Severity.Error);
}
