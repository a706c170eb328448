using System.Text;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Rendering;

namespace Incus.Infra.Core.Building;

/// <summary>
/// Keeps the C# file of one project what infra.yml says. It only reads the sources; the tree is not its concern.
/// </summary>
/// <param name="options">Where the sources are.</param>
/// <param name="codeFile">Path of Infra.g.cs, relative to the project folder or absolute.</param>
/// <param name="rootNamespace">Any text; what C# does not allow in a namespace becomes an underscore.</param>
internal sealed class CodeBuild(BuildOptions options, string codeFile, string rootNamespace)
{
    private readonly string _path = options.FullPath(codeFile);

    /// <summary>
    /// Writes the file when its text changed, and beside it, as <c>.stamp</c>, of what it was made. On any error the file
    /// stays what it was.
    /// </summary>
    public CodeResult Run()
    {
        var faults = new DiagnosticBag();
        if (SourceReader.Read(options, faults) is not { } sources)
        {
            return new CodeResult([.. faults], IsWritten: false);
        }

        byte[] before = [];
        byte[] stamp = [];
        FileFault.Of(() => before = File.Exists(_path) ? RegularFile.Read(_path) : []);
        FileFault.Of(() => stamp = File.Exists(StampPath) ? RegularFile.Read(StampPath) : []);
        if (stamp.AsSpan().SequenceEqual(StampOf(sources, before)))
        {
            return new CodeResult([], IsWritten: false);
        }

        var code = InfraCompiler.CompileCode(sources, rootNamespace, out var diagnostics);
        faults.AddRange(diagnostics);
        if (code is null)
        {
            return new CodeResult([.. faults], IsWritten: false);
        }

        var after = Encoding.UTF8.GetBytes(code);
        var isWritten = !before.AsSpan().SequenceEqual(after);
        if (isWritten)
        {
            Write(_path, after, faults);
        }

        Write(StampPath, StampOf(sources, after), faults);
        return new CodeResult([.. faults], isWritten && !faults.HasErrors);
    }

    private string StampPath => _path + ".stamp";

    private byte[] StampOf(Sources sources, ReadOnlySpan<byte> code) => Encoding.UTF8.GetBytes(ContentHash.Of(string.Join(
        '\n',
        options.Fingerprint,
        rootNamespace,
        sources.Hash,
        ContentHash.Of(code))));

    private void Write(string path, byte[] content, DiagnosticBag faults)
    {
        var fault = FileFault.Of(() =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, content, File.Exists(path));
        });
        if (fault is not null)
        {
            faults.Add(fault.WhenWriting(options.RelativePath(path)));
        }
    }
}
