using Incus.Infra.Core.Files;

namespace Incus.Infra.Core.State;

/// <summary>The state on disk. Losing it costs a full check and nothing else.</summary>
/// <param name="options">Where it is, and the fingerprint: a state of another one says nothing.</param>
internal sealed class StateFile(BuildOptions options)
{
    private readonly string _path = Path.Join(options.IntermediateFolder, "infra.state");
    private byte[] _onDisk = [];

    /// <summary>The state of the last build, or null when it is missing, damaged or of another fingerprint.</summary>
    public BuildState? Load()
    {
        FileFault.Of(() => _onDisk = File.Exists(_path) ? RegularFile.Read(_path) : []);
        return StateFormat.Read(_onDisk) is { } state && state.Fingerprint == options.Fingerprint ? state : null;
    }

    /// <summary>Writes the state when it differs from the loaded one.</summary>
    public void Save(BuildState state, DiagnosticBag faults)
    {
        var content = StateFormat.Write(state);
        if (content.AsSpan().SequenceEqual(_onDisk))
        {
            return;
        }

        var fault = FileFault.Of(() => AtomicFile.Write(_path, content, File.Exists(_path)));
        if (fault is not null)
        {
            faults.Add(fault.WhenWriting(options.RelativePath(_path)));
        }
    }
}
