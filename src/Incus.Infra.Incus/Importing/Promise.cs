using System.Collections.Immutable;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Incus.Importing;

/// <summary>
/// What the first Apply after Import may change beyond its marks: what closes a domain, a description where there is none,
/// and what no machine notices. It asks the comparison of Plan itself, so that Plan says the same.
/// </summary>
internal static class Promise
{
    private const string Dhcp = "ipv4.dhcp.ranges";

    private static readonly string[] Filters = ["security.mac_filtering", "security.ipv4_filtering"];

    /// <summary>The object as Apply would leave it.</summary>
    public static IncusObject After(DesiredObject desired, IncusObject live) =>
        Properties.With(live, Changes(desired, live).Select(c => KeyValuePair.Create(c.Property, c.New)));

    /// <summary>What Apply would change in a bridge, project, profile or volume although it must not.</summary>
    public static IEnumerable<PropertyChange> Broken(DesiredObject desired, IncusObject live) =>
        Changes(desired, live).Where(change => !IsMeant(desired.Id, live, change));

    /// <summary>What Apply would change for a machine although it must not, itself and by its profiles.</summary>
    /// <param name="before">The instance.</param>
    /// <param name="after">The same as Apply would leave it.</param>
    /// <param name="profiles">Its profiles as Apply would leave them, in order.</param>
    public static IEnumerable<PropertyChange> Broken(IncusObject before, IncusObject after, IEnumerable<IncusObject> profiles)
    {
        var own = ThreeWayDiff.Between(Properties.Of(before), Properties.Of(after))
            .Where(c => c.Property.Section is not (Section.Config or Section.Devices) && !IsDescription(c, null));
        var all = ThreeWayDiff.Between(Properties.Expanded(before), Properties.Expanded(after, profiles))
            .Where(c => !(c is { Old: null, Property: { Section: Section.Devices, Key: var key } } && Filters.Contains(key)));
        return own.Concat(all);
    }

    /// <summary>Such as <c>Apply would change config.ipv4.nat of network 'net-web' from nothing to 'true'.</c></summary>
    public static string Sentence(ObjectId id, PropertyChange change)
    {
        var key = Excerpt.Of(change.Property.ToString());
        return $"Apply would change {key} of {id}"
            + (Secrets.MayBe(key, change.Old ?? "") ? "." : $" from {Value(change.Old)} to {Value(change.New)}.");

        static string Value(string? value) => value is null ? "nothing" : $"'{Excerpt.Of(value)}'";
    }

    /// <summary>What Incus itself writes into the profile of a new project.</summary>
    public static string DefaultDescription(string project) => $"Default Incus profile for project {project}";

    private static ImmutableArray<PropertyChange> Changes(DesiredObject desired, IncusObject live) =>
        ThreeWayDiff.Of(desired.Properties, last: null, Properties.Of(live));

    private static bool IsMeant(ObjectId id, IncusObject live, PropertyChange change) => (id.Kind, change) switch
    {
        (_, { Property.Section: Section.Description }) =>
            IsDescription(change, id.IsDefaultProfile ? DefaultDescription(id.Project) : null),
        // The rules of the domain; and addresses of machines are no longer handed out to others.
        (ObjectKind.Network, { Property.Key: var key }) =>
            key == Dhcp || key.StartsWith("security.acls", StringComparison.Ordinal),
        // For Incus the same as no value.
        (ObjectKind.Project, { Property.Key: "features.networks", Old: null }) => true,
        // Every domain's own profile has both; that no machine gets them so is asked of the machines.
        (ObjectKind.Profile, { Property: { Section: Section.Devices, Device: var device } }) =>
            id.IsDefaultProfile && live.Devices?.ContainsKey(device) != true,
        _ => false,
    };

    private static bool IsDescription(PropertyChange change, string? ofNobody) =>
        change.Property.Section == Section.Description && (change.Old is null || change.Old == ofNobody);
}
