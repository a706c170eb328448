using System.Net;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Live;

/// <summary>
/// What the engine does with Incus. Every method throws as <see cref="IncusClient"/> does and ends when the change has
/// happened.
/// </summary>
internal interface IIncusStore
{
    /// <summary>Reads all objects of some kinds; the number of requests does not depend on the number of instances.</summary>
    /// <param name="kinds">The kinds.</param>
    /// <param name="except">
    /// Networks and ACLs that need not be read: for each one Incus looks through all networks and profiles that it has.
    /// </param>
    Task<LiveState> ReadAsync(IReadOnlySet<ObjectKind> kinds, IReadOnlySet<ObjectId> except, CancellationToken ct);

    /// <summary>The interfaces of the Incus host, or of all members, each with the IPv4 networks that it is in.</summary>
    /// <param name="except">Interfaces that are not asked about.</param>
    Task<IReadOnlyDictionary<string, IReadOnlyList<IPNetwork>>> ReadInterfacesAsync(
        IReadOnlySet<string> except, CancellationToken ct);

    /// <summary>The members of a cluster that have an interface, as far as they answer.</summary>
    Task<IReadOnlyList<string>> MembersWithInterfaceAsync(string name, CancellationToken ct);

    /// <summary>
    /// The addresses of a network, each with the length of its prefix; what a restricted client sees of its configuration.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="project">A project that uses it.</param>
    Task<IReadOnlyList<string>> ReadAddressesAsync(ObjectId network, string project, CancellationToken ct);

    /// <summary>What the Incus host, or a member, has.</summary>
    Task<ServerResources> ReadResourcesAsync(string? member, CancellationToken ct);

    /// <summary>
    /// Whether the Incus host, or a member, has a folder; null where that is another machine, or this user may not look.
    /// </summary>
    bool? HasFolder(string path, string? member);

    /// <summary>Makes a folder that <see cref="HasFolder"/> does not find.</summary>
    /// <exception cref="ToolFaultException">INFRA4171: it cannot be made.</exception>
    void MakeFolder(string path);

    /// <summary>Waits for what an earlier run began in an infrastructure's projects and left to the server.</summary>
    /// <param name="infrastructure">The infrastructure.</param>
    /// <param name="onWaiting">Called with a sentence that says what is being waited for.</param>
    Task SettleAsync(Infrastructure infrastructure, Action<string> onWaiting, CancellationToken ct);

    /// <summary>Waits for as long as Incus may be at work on a bridge that a killed run changed; it does not say.</summary>
    /// <param name="onWaiting">Called with a sentence that says what is being waited for.</param>
    Task WaitForBridgesAsync(Action<string> onWaiting, CancellationToken ct);

    /// <summary>Waits until Incus has started a network that it could not start so far.</summary>
    Task WaitUntilAvailableAsync(ObjectId network, CancellationToken ct);

    /// <summary>Reads one object and its tag; null where there is none.</summary>
    Task<Tagged<IncusObject>?> FindAsync(ObjectId id, CancellationToken ct);

    /// <summary>Why an instance cannot have its type or image, as far as that is known here; asks no other server.</summary>
    Task<Diagnostic?> FindFormFaultAsync(ObjectId id, InstanceForm form, CancellationToken ct);

    /// <summary>The newest image of an instance as far as that is known; asks its remote, once a run.</summary>
    /// <param name="id">The instance.</param>
    /// <param name="form">Names the image.</param>
    /// <param name="architecture">Of the instance.</param>
    Task<NewestImage> FindNewestImageAsync(ObjectId id, InstanceForm form, string? architecture, CancellationToken ct);

    /// <summary>
    /// Brings the image of an instance to its project, the newest where its remote answers; returns its fingerprint.
    /// </summary>
    Task<string> EnsureImageAsync(ObjectId id, InstanceForm form, CancellationToken ct);

    /// <summary>
    /// Makes an image of a stopped instance in the project that all share. It has no name there until
    /// <see cref="KeepImageAsync"/>.
    /// </summary>
    /// <param name="builder">The instance, in a project of its own.</param>
    /// <param name="properties">What is said of the image, its mark among it.</param>
    Task PublishAsync(ObjectId builder, IReadOnlyDictionary<string, string> properties, CancellationToken ct);

    /// <summary>Gives the newest version of an image its alias, and deletes all but some of the newest everywhere.</summary>
    Task KeepImageAsync(ObjectId id, string description, int keep, CancellationToken ct);

    /// <summary>Creates an object from its whole description; also starts an instance, unless it is to be stopped.</summary>
    /// <param name="id">Names it.</param>
    /// <param name="content">Description, configuration, devices and profiles.</param>
    /// <param name="form">For instances: type and image.</param>
    /// <param name="member">In a cluster, for instances and volumes: the member that it goes to.</param>
    Task CreateAsync(ObjectId id, IncusObject content, InstanceForm? form, string? member, CancellationToken ct);

    /// <summary>Replaces an object's content; status 412 when it is no longer as <paramref name="etag"/> says.</summary>
    Task UpdateAsync(ObjectId id, IncusObject content, string? etag, CancellationToken ct);

    /// <summary>
    /// Gives a stopped instance, or a volume that nothing running uses, another name; its snapshots go along, and devices
    /// that attach the volume are changed.
    /// </summary>
    Task RenameAsync(ObjectId id, string name, CancellationToken ct);

    /// <summary>
    /// Brings a stopped instance to another project by the same name, with its snapshots but without its volumes.
    /// </summary>
    /// <param name="id">The instance.</param>
    /// <param name="project">The project.</param>
    /// <param name="changes">
    /// Its profiles there, and what some of its devices and options are; Incus refuses what the project does not have.
    /// </param>
    Task ChangeProjectAsync(ObjectId id, string project, IncusObject changes, CancellationToken ct);

    /// <summary>Brings a volume that nothing uses to another project, by another name, with its snapshots.</summary>
    Task ChangeProjectAsync(ObjectId id, ObjectId to, CancellationToken ct);

    /// <summary>Brings a stopped instance to another member of a cluster, with its snapshots but without its volumes.</summary>
    Task MoveAsync(ObjectId id, string to, CancellationToken ct);

    /// <summary>Brings a volume that nothing running uses to another member, with its snapshots, or completes that.</summary>
    Task MoveVolumeAsync(MovingVolume volume, CancellationToken ct);

    /// <summary>Undoes that, however far it came.</summary>
    Task TakeVolumeBackAsync(MovingVolume volume, CancellationToken ct);

    /// <summary>Copies a stopped instance with its snapshots, within its project.</summary>
    /// <param name="id">The instance.</param>
    /// <param name="copy">
    /// Its name, profiles and description, and what goes before configuration and devices of the instance.
    /// </param>
    Task CopyAsync(ObjectId id, IncusObject copy, CancellationToken ct);

    /// <summary>Gives a stopped instance without snapshots a new root disk from an image of its project.</summary>
    Task RebuildAsync(ObjectId id, string fingerprint, CancellationToken ct);

    /// <summary>Starts an instance that is stopped, and resumes one that is paused.</summary>
    Task StartAsync(ObjectId id, CancellationToken ct);

    /// <summary>Stops an instance.</summary>
    /// <param name="id">The instance.</param>
    /// <param name="force">At once; else it may end its work first, and is stopped by force only when it does not stop.</param>
    Task StopAsync(ObjectId id, bool force, CancellationToken ct);

    /// <summary>Gives the hosts file of an instance that runs these lines in a block, and none where there are none.</summary>
    /// <exception cref="ToolFaultException">INFRA4190: the file does not have them.</exception>
    Task WriteHostsAsync(ObjectId id, string lines, CancellationToken ct);

    /// <summary>Runs a command in an instance, without a shell, and waits for its end.</summary>
    /// <param name="id">The instance.</param>
    /// <param name="command">A program and its arguments.</param>
    /// <param name="reads">Whether what it writes is of interest.</param>
    Task<CommandOutcome> ExecuteAsync(ObjectId id, IReadOnlyList<string> command, bool reads, CancellationToken ct);

    Task<IReadOnlyList<SnapshotView>> SnapshotsAsync(ObjectId id, CancellationToken ct);

    /// <summary>The snapshots of each instance that has any.</summary>
    Task<IReadOnlyDictionary<ObjectId, TakenSnapshots>> CountSnapshotsAsync(CancellationToken ct);

    /// <summary>The images of each project that came from no server: somebody imported or published them there.</summary>
    Task<ILookup<string, string>> ReadOwnImagesAsync(CancellationToken ct);

    /// <summary>What an infrastructure handed out to let others into its projects.</summary>
    Task<IReadOnlyList<Grant>> ReadGrantsAsync(Infrastructure infrastructure, CancellationToken ct);

    /// <summary>Writes all that an instance or a volume has, its snapshots among it, into a new file.</summary>
    /// <param name="id">An instance, which is better not at work meanwhile, or a volume.</param>
    /// <param name="file">Absolute; afterwards it is there as a whole, or not at all.</param>
    /// <exception cref="ToolFaultException">INFRA4083: it is not there.</exception>
    Task ExportAsync(ObjectId id, string file, CancellationToken ct);

    Task TakeSnapshotAsync(ObjectId id, string name, CancellationToken ct);

    Task DeleteSnapshotAsync(ObjectId id, string name, CancellationToken ct);

    /// <summary>Deletes an object; an instance must be stopped, a project may have images that came from a server.</summary>
    Task DeleteAsync(ObjectId id, CancellationToken ct);
}
