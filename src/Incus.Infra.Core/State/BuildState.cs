using Incus.Infra.Core.Files;

namespace Incus.Infra.Core.State;

/// <summary>What the last build left, so that the next one can see that there is nothing to do.</summary>
/// <param name="Fingerprint">SDK version and options.</param>
/// <param name="Inputs">Hash of both source files.</param>
/// <param name="Strangers">Hash of the names and stamps of the files that may be orphans.</param>
/// <param name="References">How each path was that infra.yml names, and the path.</param>
/// <param name="Warnings">The warnings to repeat.</param>
/// <param name="Files">All generated files.</param>
internal sealed record BuildState(
    string Fingerprint,
    string Inputs,
    string Strangers,
    IReadOnlyList<string> References,
    IReadOnlyList<Diagnostic> Warnings,
    IReadOnlyList<FileRecord> Files);

/// <summary>One generated file as the last build left it.</summary>
/// <param name="Path">Relative to the project folder, with forward slashes.</param>
/// <param name="Stamp">Of the file on disk.</param>
/// <param name="Hash">Of the rendered text.</param>
internal sealed record FileRecord(string Path, FileStamp Stamp, string Hash);
