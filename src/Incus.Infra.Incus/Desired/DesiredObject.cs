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

    /// <summary>For instances that need a graphics card.</summary>
    public GpuNeeds? Gpu { get; init; }

    /// <summary>What the engine will remember on the object.</summary>
    public Ownership OwnedBy(Infrastructure infrastructure, ObjectIdentity identity) =>
        new(infrastructure, identity, Domain, Protected, Instance?.Image, Ownership.Remember(Properties));
}

/// <summary>What of an instance can only be chosen when it is made.</summary>
/// <param name="Type"><c>container</c> or <c>virtual-machine</c>.</param>
/// <param name="Image">As infra.yml names it, or null where it names none.</param>
internal sealed record InstanceForm(string Type, string? Image);
