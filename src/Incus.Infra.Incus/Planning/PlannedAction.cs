using System.Collections.Immutable;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>What happens to an object.</summary>
internal enum ActionKind
{
    /// <summary>It is made; an instance is started, too.</summary>
    Create,

    /// <summary>It is changed while it works on; a stopped instance is started, too.</summary>
    Update,

    /// <summary>An instance is stopped, changed and started: it would not notice the change otherwise.</summary>
    Restart,

    /// <summary>
    /// An instance is made again, because its image or type cannot be changed, and the former one deleted when that runs;
    /// or a network that nothing uses, because it was never finished or Incus could not start it.
    /// </summary>
    Replace,

    /// <summary>
    /// An instance is stopped and copied, gets a new root disk from a newer image, and is changed and started.
    /// </summary>
    Rebuild,

    /// <summary>A stopped instance is started, or a paused one resumed.</summary>
    Start,

    /// <summary>An instance is stopped, and changed.</summary>
    Stop,

    /// <summary>The kernel is told the rules of a bridge or of an instance's cards and ports anew; no value changes.</summary>
    Repair,

    Delete,

    /// <summary>It is ours, but no longer in infra.yml; nothing happens.</summary>
    Orphan,

    /// <summary>It would have to be deleted, but is protected; nothing happens.</summary>
    Protected,

    /// <summary>It is ours and was to go, but somebody else needs it, or has to judge it; nothing happens.</summary>
    Keep,

    /// <summary>There is a newer image than an instance was made from; nothing happens.</summary>
    Outdated,

    /// <summary>Whether there is a newer image of instances is not known; nothing happens.</summary>
    Unasked,

    /// <summary>It is on a member of a cluster that does not answer; nothing happens.</summary>
    Unreachable,

    /// <summary>It is on a member of a cluster that is evacuated; nothing happens.</summary>
    Evacuated,

    /// <summary>An instance is stopped, brought to another member of a cluster with its volumes, changed and started.</summary>
    Move,

    /// <summary>An instance is stopped and gets another name or project, with its volumes, and is changed and started.</summary>
    Rename,

    /// <summary>An image is made from a machine that was made and provisioned for it.</summary>
    Build,
}

/// <summary>Why a value changes.</summary>
internal enum ChangeCause
{
    /// <summary>infra.yml says so.</summary>
    Wanted,

    /// <summary>Somebody else changed what we had set; it is put back.</summary>
    Drift,

    /// <summary>It is no longer in infra.yml.</summary>
    Removed,
}

/// <summary>One value that changes.</summary>
/// <param name="Property">Its place.</param>
/// <param name="Old">As Incus has it, or null where it has none.</param>
/// <param name="New">As it will be, or null where it is unset.</param>
/// <param name="Cause">Why.</param>
internal sealed record PropertyChange(Property Property, string? Old, string? New, ChangeCause Cause);

/// <summary>That an instance goes from one member of a cluster to another.</summary>
/// <param name="To">Where it goes; it is there already where only its volumes are elsewhere.</param>
/// <param name="Volumes">All that it has; they come along.</param>
internal sealed record Relocation(string To, ImmutableArray<ObjectId> Volumes);

/// <summary>That an instance gets another name or project.</summary>
/// <param name="From">Where it is; null where that is its place already.</param>
/// <param name="Volumes">Those whose names have that of the machine in them, as they shall be.</param>
internal sealed record Renaming(ObjectId? From, ImmutableArray<DesiredObject> Volumes);

/// <summary>What happens to one object, and why.</summary>
/// <param name="Id">The object.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Changes">The values that change; for a new object all of them.</param>
/// <param name="Reason">A clause for people, or empty.</param>
internal sealed record PlannedAction(ObjectId Id, ActionKind Kind, ImmutableArray<PropertyChange> Changes, string Reason)
{
    /// <summary>As infra.yml wants it; null for what it does not have.</summary>
    public DesiredObject? Desired { get; init; }

    /// <summary>What will be remembered on the object.</summary>
    public Ownership? Ownership { get; init; }

    /// <summary>For profiles: whether instances that run do not notice all of it.</summary>
    public bool Unnoticed { get; init; }

    /// <summary>
    /// Only gives way, before other actions: unsets values that another action of the same object sets anew, or has a project
    /// allow more.
    /// </summary>
    public bool GivesUp { get; init; }

    /// <summary>
    /// For networks that give up their subnet for good: the instances that are stopped first, each with what it shall be.
    /// </summary>
    public ImmutableArray<(ObjectId Id, DesiredObject Desired)> Stops { get; init; } = [];

    /// <summary>For projects: whether it allows less, and so waits until nothing there needs more.</summary>
    public bool Tightens { get; init; }

    /// <summary>For networks: whether a run ended while Incus changed it.</summary>
    public bool WasInterrupted { get; init; }

    /// <summary>Those that have to give up an address, a subnet or a port for it first.</summary>
    public ImmutableArray<ObjectId> TakesFrom { get; init; } = [];

    /// <summary>Where an interrupted replacement left the instance; it is brought back first.</summary>
    public ObjectId? Aside { get; init; }

    /// <summary>The instance that must run before this one, whose place it has taken, is deleted.</summary>
    public ObjectId? Successor { get; init; }

    /// <summary>Whether infra.yml wants that instance stopped.</summary>
    public bool SuccessorRests { get; init; }

    /// <summary>For deletions: what uses it and goes as well, and so must be gone first.</summary>
    public ImmutableArray<ObjectId> Users { get; init; } = [];

    /// <summary>For deletions of instances and volumes: the file that gets all of it first, or null.</summary>
    public string? ExportTo { get; init; }

    /// <summary>For deletions of instances: whether Incus must be told first that it may.</summary>
    public bool LiftsProtection { get; init; }

    /// <summary>For instances: folders of the Incus host that are missing and made first.</summary>
    public ImmutableArray<string> MakesFolders { get; init; } = [];

    /// <summary>For moves: whence and whither.</summary>
    public Relocation? Relocation { get; init; }

    /// <summary>For renames: what is renamed.</summary>
    public Renaming? Renaming { get; init; }

    /// <summary>For rebuilds: the copy that keeps what there is.</summary>
    public KeptCopy? Kept { get; init; }

    /// <summary>For images: as infra.yml wants it; null for what it does not have.</summary>
    public ImageSpec? Image { get; init; }

    /// <summary>For instances: whether it does not run yet, and does afterwards.</summary>
    public bool Starts { get; init; }

    /// <summary>Said, but not done: the user has to allow it first.</summary>
    public bool Withheld { get; init; }

    /// <summary>Why it must not be done.</summary>
    public Diagnostic? Fault { get; init; }

    /// <summary>Whether the fault leaves the object to those that need it, as good as it was.</summary>
    public bool Serves { get; init; }

    /// <summary>Whether the fault is one of the host, in whose sight Apply begins nothing, here and elsewhere.</summary>
    public bool StopsAll { get; init; }

    /// <summary>What must have gone well before.</summary>
    public IEnumerable<ObjectId> Needs => Successor is { } successor ? [successor]
        : Kind == ActionKind.Repair ? Desired!.DependsOn.Append(Id)
        : Desired?.DependsOn ?? Users;

    /// <summary>Whether it may have Incus set up a bridge again that machines use.</summary>
    public bool ChangesBridge => Id.Kind == ObjectKind.Network
        && Kind is not (ActionKind.Create or ActionKind.Replace or ActionKind.Delete);

    /// <summary>Whether Apply does something.</summary>
    public bool IsWork => !Withheld && Fault is null && Kind is not (ActionKind.Orphan or ActionKind.Protected or ActionKind.Keep
        or ActionKind.Outdated or ActionKind.Unasked or ActionKind.Unreachable or ActionKind.Evacuated);
}
