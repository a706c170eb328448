using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Snapshots;

/// <summary>Which instances a command is about.</summary>
public abstract record SnapshotScope;

/// <summary>One instance, whatever project it is in.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Project">Its project, where several have an instance of that name; else null.</param>
public sealed record OneInstance(string Name, string? Project) : SnapshotScope;

/// <summary>The instance that this process runs in.</summary>
public sealed record ThisInstance : SnapshotScope;

/// <summary>Machines of infra.yml, whether Incus has them or not.</summary>
/// <param name="Machines">Instances, in the order of infra.yml.</param>
public sealed record DeclaredMachines(IReadOnlyList<ObjectId> Machines) : SnapshotScope;
