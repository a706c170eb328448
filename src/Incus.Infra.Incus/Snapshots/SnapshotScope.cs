using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Snapshots;

/// <summary>Which instances a command is about.</summary>
internal abstract record SnapshotScope;

/// <summary>One instance, whatever project it is in.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Project">Its project, where several have an instance of that name; else null.</param>
internal sealed record OneInstance(string Name, string? Project) : SnapshotScope;

/// <summary>The instance that this process runs in.</summary>
internal sealed record ThisInstance : SnapshotScope;

/// <summary>Machines of infra.yml, whether Incus has them or not.</summary>
/// <param name="Machines">Instances, in the order of infra.yml.</param>
internal sealed record DeclaredMachines(IReadOnlyList<ObjectId> Machines) : SnapshotScope;
