using System.Collections.Immutable;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Desired;

/// <summary>One object as infra.yml wants it.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Domain">The domain it is for.</param>
/// <param name="Protected">Never deleted nor replaced.</param>
/// <param name="Properties">All values that infra.yml decides.</param>
/// <param name="DependsOn">What must be there first.</param>
internal sealed record DesiredObject(
    ObjectId Id,
    string Domain,
    bool Protected,
    ImmutableSortedDictionary<Property, string> Properties,
    ImmutableArray<ObjectId> DependsOn)
{
    /// <summary>For instances only.</summary>
    public InstanceForm? Instance { get; init; }

    /// <summary>For instances: the lines of their hosts file; empty where it shall have none.</summary>
    public string? Hosts { get; init; }

    /// <summary>For instances and profiles: whether it is a virtual machine, or one of its domain uses it.</summary>
    public bool IsOfVirtualMachine { get; init; }

    /// <summary>For instances: whether their project is restricted, so that Incus alone chooses the uuid.</summary>
    public bool IsRestricted { get; init; }

    /// <summary>For instances that need a graphics card.</summary>
    public GpuNeeds? Gpu { get; init; }

    /// <summary>For instances and volumes whose name has changed: the former one, by which their marks may still be.</summary>
    public ObjectId? Was { get; init; }

    /// <summary>For instances that get one of what the machines of their server share.</summary>
    public Share? Share { get; init; }

    /// <summary>For instances and volumes: the machine that it is for.</summary>
    public string? Machine { get; init; }

    /// <summary>For instances and volumes in a cluster: the member that it is on or goes to.</summary>
    public string? Member { get; init; }

    /// <summary>For volumes: whether only a person deletes it.</summary>
    public bool IsPersistent { get; init; }

    /// <summary>For instances: the folders of the Incus host that they mount and need.</summary>
    public ImmutableArray<HostFolder> Folders { get; init; } = [];

    /// <summary>For networks: whether copies share it, which are closed to each other by its rules.</summary>
    public bool IsShared { get; init; }

    /// <summary>For networks: what joins its bridges in a cluster.</summary>
    public TunnelSpec? Tunnel { get; init; }

    /// <summary>For volumes: the pool that infra.yml names, where the data is in another one.</summary>
    public string? WantedPool { get; init; }

    /// <summary>For profiles that change: what running instances will not notice.</summary>
    public DueRestarts Due { get; init; } = DueRestarts.None;

    /// <summary>For instances that run: what their profiles give them.</summary>
    public Inheritance? Inherited { get; init; }

    /// <summary>Where infra.yml has it, such as <c>machine 'web' in domain 'home'</c>.</summary>
    public string Place => Machine is null ? $"domain '{Domain}'" : $"machine '{Machine}' in domain '{Domain}'";

    /// <summary>The object with its share.</summary>
    public DesiredObject With(Share share) => this with
    {
        Share = share,
        Properties = Properties.SetItems(share.Values.Select(v => KeyValuePair.Create(Property.Config(v.Key), v.Value))),
    };

    /// <summary>The object with what it has now in place of its share.</summary>
    public DesiredObject Keeping(Share share, IncusObject? live)
    {
        var has = share.Values.Keys
            .Select(key => KeyValuePair.Create(Property.Config(key), live?.Config?.GetValueOrDefault(key)))
            .ToList();
        return this with
        {
            Properties = Properties.RemoveRange(has.Select(h => h.Key))
                .AddRange(has.Where(h => !string.IsNullOrEmpty(h.Value)).Select(h => KeyValuePair.Create(h.Key, h.Value!))),
        };
    }

    /// <summary>What the engine will remember on the object.</summary>
    public Ownership OwnedBy(Infrastructure infrastructure, ObjectIdentity identity) =>
        new(infrastructure, identity, Domain, Protected, Instance?.Image, Ownership.Remember(Properties))
        {
            IsPersistent = IsPersistent,
        };
}

/// <summary>What of an instance can only be chosen when it is made, and whether it is to run.</summary>
/// <param name="Type"><c>container</c> or <c>virtual-machine</c>.</param>
/// <param name="Image">As infra.yml names it, or null where it names none.</param>
/// <param name="State">Whether it is to run.</param>
internal sealed record InstanceForm(string Type, string? Image, RunState State = RunState.Running)
{
    public const string Container = "container";
    public const string VirtualMachine = "virtual-machine";

    public bool IsVirtualMachine => Type == VirtualMachine;

    /// <summary>Whether it is rebuilt when there is a newer image.</summary>
    public bool FollowsImage { get; init; }
}

/// <summary>What an instance gets of its server.</summary>
/// <param name="Values">As options of Incus.</param>
/// <param name="Reason">How it comes to that, as a clause.</param>
internal sealed record Share(IReadOnlyDictionary<string, string> Values, string Reason);

/// <summary>What an instance gets from its profiles when they are as infra.yml wants them.</summary>
/// <param name="Profiles">These profiles, in order of application.</param>
/// <param name="Unnoticed">What changed since the instance was started and it does not notice.</param>
/// <param name="StartedAt">When that was.</param>
internal sealed record Inheritance(
    ImmutableArray<IncusObject> Profiles, ImmutableSortedSet<string> Unnoticed, DateTimeOffset? StartedAt);
