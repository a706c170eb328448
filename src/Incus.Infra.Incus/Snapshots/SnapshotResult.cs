using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Snapshots;

/// <summary>What became of one instance's part of a command.</summary>
/// <param name="Id">The instance.</param>
/// <param name="Snapshot">Name of the snapshot.</param>
/// <param name="Status"><c>Done</c>, <c>Failed</c>, or <c>Stopped</c> and <c>Blocked</c> where nothing was begun.</param>
/// <param name="Error">Why it is not done, else null.</param>
internal sealed record SnapshotResult(ObjectId Id, string Snapshot, ActionStatus Status, Diagnostic? Error);

/// <summary>An instance's part has ended.</summary>
/// <param name="Result">What became of it.</param>
/// <param name="Ended">How many have ended.</param>
/// <param name="Total">How many there are.</param>
internal sealed record SnapshotProgress(SnapshotResult Result, int Ended, int Total);
