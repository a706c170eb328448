using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Diagnostics;

/// <summary>Layer 4, single objects in Incus.</summary>
internal static partial class ToolDiagnostics
{
    /// <summary>INFRA4020: Incus did not do something with an object; the reason is in Incus's own words.</summary>
    public static Diagnostic ObjectFailed(ObjectId id, string action, string reason) => Error(
        "INFRA4020", $"{id}: {action} failed. Incus says: {reason}");

    /// <summary>A fault that may concern the server as a whole, with the object at which it occurred.</summary>
    public static Diagnostic Of(ObjectId id, Diagnostic fault) =>
        fault.Message.StartsWith(id.ToString(), StringComparison.Ordinal)
            ? fault
            : fault with { Message = $"{id}: {fault.Message}" };

    /// <summary>INFRA4021: an object that this one needs failed.</summary>
    public static Diagnostic Blocked(ObjectId id, ObjectId cause) => Error(
        "INFRA4021", $"{id} was left unchanged because {cause} failed. Fix that and run it again.");

    /// <summary>INFRA4022: the subnet overlaps one that the Incus host already has.</summary>
    public static Diagnostic SubnetTaken(ObjectId id, string subnet, string owner, string other, bool ownerLeaves) => Error(
        "INFRA4022",
        $"{id}: its subnet {subnet} overlaps {other} of {owner} on the Incus host, which would cut the host off. "
        + (ownerLeaves ? "This run deletes that one: apply again." : "Give the domain another subnet."));

    /// <summary>INFRA4023: another infrastructure created an object of this name.</summary>
    internal static Diagnostic OwnedByOther(ObjectId id, Infrastructure owner) => Error(
        "INFRA4023",
        $"{id} belongs to another infrastructure, '{Excerpt.Of(owner.Name)}'"
        + (owner.Id.Length == 0 ? "" : $" with the id {Excerpt.Of(owner.Id)}")
        + ". Rename one of them; if both are the same, write this id into infra.lock.yml.");

    /// <summary>INFRA4024: neither the project nor the default project has the image, and it names no remote.</summary>
    /// <param name="image">As infra.yml names it.</param>
    /// <param name="type">Of the instance.</param>
    /// <param name="nearest">One that is there and has nearly this name, or null.</param>
    public static Diagnostic NoImage(string image, string type, string? nearest = null) => Error(
        "INFRA4024",
        $"There is no image '{image}' for a {type}. "
        + (nearest is null ? "" : $"Did you mean '{Excerpt.Of(nearest)}'? ")
        + $"Import one under this alias, or name a remote, as in 'images:{image.Split(':')[^1]}'.");

    /// <summary>INFRA4210: a virtual machine on a server that starts none.</summary>
    public static Diagnostic NoVirtualMachines(ObjectId id) => Error(
        "INFRA4210",
        $"{id} is a virtual machine, and this server starts none. On it, install QEMU, have /dev/kvm and the module vhost_vsock, "
        + "restart Incus, and see 'incus info | grep driver:' name qemu; or use type: lxc.");

    /// <summary>INFRA4241: the disk of a virtual machine is to be smaller.</summary>
    public static Diagnostic DiskShrinks(ObjectId id, string old, string wanted) => Error(
        "INFRA4241",
        $"{id}: its disk has {Excerpt.Of(old)} and is to have {Excerpt.Of(wanted)}, but that of a virtual machine never shrinks. "
        + "Give devices.root.size the former value, or a larger one.");

    /// <summary>INFRA4025: an instance without image.</summary>
    public static Diagnostic ImageMissing(ObjectId id) => Error(
        "INFRA4025", $"{id} has no image. Set os_image, or default_os_image under global.");

    /// <summary>INFRA4026: the run was stopped before it came to the object.</summary>
    public static Diagnostic Stopped(ObjectId id) => Error("INFRA4026", $"{id}: stopped. The next run continues from here.");

    /// <summary>INFRA4035: what Incus said and what it has differ.</summary>
    public static Diagnostic NotConfirmed(ObjectId id, string found) => Error(
        "INFRA4035",
        $"{id}: Incus reported success, but {found}. Run it again; if this persists, check Incus's log.");

    /// <summary>INFRA4036: what was changed could not be read afterwards.</summary>
    public static Diagnostic NotSeen(ObjectId id, string reason) => Error(
        "INFRA4036",
        $"{id}: Incus reported success, but could not be read afterwards: {reason.TrimEnd('.')}. Run it again.");

    /// <summary>INFRA4027: a bridge from an interrupted creation, which no request to Incus removes.</summary>
    public static Diagnostic BridgeLeftBehind(ObjectId id) => Error(
        "INFRA4027",
        $"{id}: an interrupted creation left a bridge that Incus cannot remove. Run on the Incus host "
        + $"'sudo ip link delete {id.Name}; sudo pkill -f networks/{id.Name}/[d]nsmasq', then run it again.");

    /// <summary>INFRA4028: incusd cannot set up a bridge.</summary>
    public static Diagnostic BridgeNotStarted(ObjectId id, TimeSpan waited) => Error(
        "INFRA4028",
        $"{id}: Incus has not started it within {waited.TotalSeconds:0} seconds. 'incus warning list' shows why.");

    /// <summary>INFRA4029: a DHCP server that Incus does not know has a bridge's address.</summary>
    public static Diagnostic AddressInUse(ObjectId id, string reason) => Error(
        "INFRA4029",
        $"{id}: its address is in use on the Incus host. If Incus was still at work for an Apply that was killed, apply again. "
        + "If it is the DHCP server that a killed incusd left, first run there "
        + $"'sudo pkill -f networks/{id.Name}/[d]nsmasq'. Incus says: {reason}");

    /// <summary>INFRA4053: an interface of the Incus host has the name intended for a new bridge.</summary>
    public static Diagnostic InterfaceInTheWay(ObjectId id) => Error(
        "INFRA4053",
        $"{id}: the Incus host has an interface '{id.Name}' that Incus did not create. Rename or remove that interface, "
        + "or rename the domain.");

    /// <summary>INFRA4054: a network that somebody else has started to create.</summary>
    public static Diagnostic NetworkUnfinished(ObjectId id, string status) => Error(
        "INFRA4054",
        $"{id} was created by somebody else and is not ready: its status is {status}. Finish or delete it, then apply again.");

    /// <summary>INFRA4055: two parts of infra.yml declare the same object in Incus.</summary>
    public static Diagnostic DeclaredTwice(ObjectId id, string one, string other) => Error(
        "INFRA4055",
        $"{id} is declared twice: by {one}, and by {other}. Rename one of them; nothing was changed.");

    /// <summary>INFRA4034: the folder of a volume that was never created, which keeps Incus from deleting its instance.</summary>
    public static Diagnostic VolumeLeftBehind(ObjectId id, string folder, string? member) => Error(
        "INFRA4034",
        $"{id}: incusd was killed while it created or deleted the volume, and cannot delete the rest. Run on "
        + $"{(member is null ? "the Incus host" : $"member '{Excerpt.Of(member)}'")} 'sudo rmdir {folder}', then run it again.");
}
