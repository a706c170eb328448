using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Importing;

/// <summary>What there is about a project that becomes a domain, and infra.yml cannot say.</summary>
internal static class ProjectRemarks
{
    /// <summary>Sentences.</summary>
    /// <param name="objects">What Incus has.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="wanted">The project as the domain has it.</param>
    public static IEnumerable<string> Of(
        IReadOnlyDictionary<ObjectId, IncusObject> objects, DomainSpec domain, DesiredObject wanted)
    {
        var project = domain.IncusProject;
        var bridge = objects[ObjectId.Network(domain.IncusNetwork.Name)];
        var ofProject = KeysOf(objects[wanted.Id]).Where(key => !wanted.Properties.ContainsKey(Property.Config(key)));
        foreach (var (word, keys) in new[] { ("bridge", KeysOf(bridge)), ("project", ofProject) })
        {
            if (keys.Select(Excerpt.Of).ToList() is [_, ..] kept)
            {
                yield return $"These settings of the {word} cannot be expressed here and stay unchanged: "
                    + string.Join(", ", kept) + ".";
            }
        }

        var strangers = UsersOf(objects, ObjectId.Network(bridge.Name))
            .Where(id => id.Kind == ObjectKind.Instance && id.Project != project)
            .Select(id => Excerpt.Of($"{id.Project}/{id.Name}")).ToList();
        if (strangers is [_, ..])
        {
            yield return "Machines of other projects are on its bridge, and Apply closes it for them too: "
                + string.Join(", ", strangers) + ".";
        }

        if (bridge.Config?.GetValueOrDefault("security.acls") is { Length: > 0 } acls)
        {
            yield return $"The first Apply replaces the rules of the ACL {Excerpt.Of(acls)}: write what they allow under "
                + "network_policies before.";
        }

        foreach (var volume in objects.Where(o => o.Key.Kind == ObjectKind.Volume && o.Key.Project == project)
            .Where(o => o.Value.UsedBy is null or []).Select(o => o.Key).OrderBy(id => id.Name, StringComparer.Ordinal))
        {
            yield return $"No machine uses the volume '{Excerpt.Of(volume.Name)}' of pool '{Excerpt.Of(volume.Pool)}': left out.";
        }
    }

    /// <summary>The objects that use one.</summary>
    public static IEnumerable<ObjectId> UsersOf(IReadOnlyDictionary<ObjectId, IncusObject> objects, ObjectId id) =>
        (objects.GetValueOrDefault(id)?.UsedBy ?? []).Select(Urls.Parse).OfType<ObjectId>();

    private static IEnumerable<string> KeysOf(IncusObject source) =>
        Properties.Of(source).Keys.Where(p => p.Section == Section.Config && !IsOfDomain(p.Key)).Select(p => p.Key);

    private static bool IsOfDomain(string key) => key is "ipv4.address" or "ipv4.nat" or "ipv4.dhcp.ranges" or "ipv6.address"
        || key.StartsWith("security.acls", StringComparison.Ordinal) || key.StartsWith("features.", StringComparison.Ordinal);
}
