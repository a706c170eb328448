using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Snapshots;

/// <summary>Which instances a command is about.</summary>
internal abstract record SnapshotScope;

/// <summary>Instances by name, whatever project each is in.</summary>
/// <param name="Names">Their names.</param>
/// <param name="Project">Their project, where several have an instance of such a name; else null.</param>
internal sealed record NamedInstances(IReadOnlyList<string> Names, string? Project) : SnapshotScope;

/// <summary>The instance that this process runs in.</summary>
internal sealed record ThisInstance : SnapshotScope;

/// <summary>Machines of infra.yml, whether Incus has them or not.</summary>
/// <param name="Machines">Instances, in the order of infra.yml.</param>
internal sealed record DeclaredMachines(IReadOnlyList<ObjectId> Machines) : SnapshotScope;
