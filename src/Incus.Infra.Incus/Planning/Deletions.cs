using System.Diagnostics;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>Deletions as Incus allows them: users before what they use, and nothing that somebody else uses.</summary>
/// <param name="letsGo">Whether a user that stays stops using an object in the same run.</param>
internal sealed class Deletions(Predicate<ObjectId> letsGo)
{
    private const string Images = "/1.0/images/";

    private readonly HashSet<ObjectId> _deleted = [];

    /// <summary>In the order of deletion, in which <see cref="KeeperOf"/> is to be asked about them.</summary>
    public static IEnumerable<T> InOrder<T>(IEnumerable<T> items, Func<T, ObjectId> idOf) => items
        .OrderByDescending(item => idOf(item).Kind)
        .ThenBy(item => idOf(item).Project, StringComparer.Ordinal)
        .ThenBy(item => idOf(item).Name, StringComparer.Ordinal);

    /// <summary>Why and how to delete an object by hand that may be a copy of ours, as a clause.</summary>
    public static string ByHand(ObjectId id) =>
        $"its mark is one of version 0.1.0, which every copy of it carries, too: delete it with 'incus {Command(id)}'";

    /// <summary>The same of persistent data.</summary>
    public static string OfPersistent(ObjectId id) => $"persistent data stays: delete it with 'incus {Command(id)}'";

    /// <summary>The same of an object that this client may not delete.</summary>
    public static string ByAdministrator(ObjectId id) =>
        $"Incus restricts this client to what is in projects; an administrator may delete it with 'incus {Command(id)}'";

    /// <summary>Who goes on using an object, for people: an instance, if one does; null where nobody does.</summary>
    public string? KeeperOf(ObjectId id, IncusObject live) =>
        (live.UsedBy ?? []).Where(user => Keeps(user, id)).MaxBy(user => Urls.Parse(user)?.Kind) is { } user
            ? Urls.Parse(user)?.ToString() ?? Excerpt.Of(user)
            : null;

    /// <summary>The deletion of an object that nobody keeps.</summary>
    public PlannedAction Delete(ObjectId id, IncusObject live, string reason)
    {
        var users = (live.UsedBy ?? []).Select(Urls.Parse).OfType<ObjectId>().Select(Deleter).Where(_deleted.Contains).Distinct();
        PlannedAction action = new(id, ActionKind.Delete, [], reason) { Users = [.. users] };
        _deleted.Add(id);
        return action;
    }

    // A project takes its own profile along, and its images.
    private bool Keeps(string url, ObjectId used)
    {
        if (url.StartsWith(Images, StringComparison.Ordinal))
        {
            return false;
        }

        return Urls.Parse(url) is not { } user || !(Deleter(user) == used || _deleted.Contains(Deleter(user)) || letsGo(user));
    }

    private static string Command(ObjectId id) => id.Kind switch
    {
        ObjectKind.Acl => $"network acl delete {id.Name}",
        ObjectKind.Network => $"network delete {id.Name}",
        ObjectKind.Project => $"project delete {id.Name}",
        ObjectKind.Profile => $"profile delete {id.Name} --project {id.Project}",
        ObjectKind.Volume => $"storage volume delete {id.Pool} {id.Name} --project {id.Project}",
        ObjectKind.Image => $"image delete {id.Name}",
        ObjectKind.Instance => $"delete --force {id.Name} --project {id.Project}",
        _ => throw new UnreachableException(),
    };

    private static ObjectId Deleter(ObjectId user) => user.IsDefaultProfile ? ObjectId.OfProject(user.Project) : user;
}
