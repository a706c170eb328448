using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Snapshots;

/// <summary>An instance that a command is about.</summary>
/// <param name="Id">The instance.</param>
/// <param name="Live">As Incus has it, or null.</param>
internal sealed record Choice(ObjectId Id, InstanceView? Live)
{
    /// <summary>Why nothing can be done to it, or null.</summary>
    public Diagnostic? Fault => Live is null ? ToolDiagnostics.NotInIncus(Id)
        : Live.IsUnreachable ? ToolDiagnostics.MemberAway(Id, Live.Location ?? "")
        : null;

    /// <summary>Why nobody knows what a run has done to it, or null.</summary>
    /// <param name="error">What Incus answered.</param>
    public Diagnostic? Lost(Diagnostic? error) =>
        Live is { IsUnreachable: true } ? ToolDiagnostics.MemberLost(Id, Live.Location ?? "", error) : null;

    /// <summary>Names of its snapshots, from the oldest to the newest.</summary>
    public IEnumerable<string> Names => (Live?.Snapshots ?? []).Select(s => s.Name);

    /// <summary>Whether it has processes, paused or not.</summary>
    public bool IsUp => InstanceStatus.IsUp(Live?.Status);

    /// <summary>Another one after each restore; Incus changes it together with the configuration.</summary>
    public string? Generation => Live?.Config?.GetValueOrDefault("volatile.uuid.generation");

    /// <summary>Its snapshot of this name, or null.</summary>
    public SnapshotView? Find(string name) => Live?.Snapshots?.FirstOrDefault(s => s.Name == name);
}
