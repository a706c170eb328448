using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>Instances that an interrupted replacement left set aside, each undone or completed by the next run.</summary>
internal sealed class Asides
{
    private readonly Dictionary<ObjectId, ObjectId> _undone = [];
    private readonly Dictionary<ObjectId, ObjectId> _replaced = [];

    /// <summary>Finds them, and shows the objects as they are when they are settled.</summary>
    /// <param name="live">What Incus has.</param>
    /// <param name="machines">What infra.yml has; what was set aside for anything else is an instance like any other.</param>
    public Asides(IReadOnlyDictionary<ObjectId, IncusObject> live, IReadOnlySet<ObjectId> machines)
    {
        var objects = new Dictionary<ObjectId, IncusObject>(live);
        foreach (var (id, instance) in live.Where(o => o.Key.Kind == ObjectKind.Instance))
        {
            if (SetAside.Of(instance) is not { } aside)
            {
                continue;
            }

            var former = aside.Restore(instance) with { Status = "Stopped" };
            var original = id with { Name = aside.Name };
            if (!machines.Contains(original))
            {
                objects[id] = former;
                continue;
            }

            objects.Remove(id);
            if (id != original && live.TryGetValue(original, out var successor) && !NeverWorked(successor))
            {
                _replaced[original] = id;
            }
            else
            {
                _undone[original] = id;
                objects[original] = former;
            }
        }

        Objects = objects;
    }

    /// <summary>What there is once the undone replacements are undone, and without those that were replaced.</summary>
    public IReadOnlyDictionary<ObjectId, IncusObject> Objects { get; }

    /// <summary>The instance of an interrupted replacement that failed, or was not waited for: it has nothing to lose.</summary>
    public static bool NeverWorked(IncusObject instance) =>
        instance is { HasNeverRun: true, IsUp: false } && Ownership.Of(instance)?.Image is not null;

    /// <summary>The action, with what has to be undone before.</summary>
    public PlannedAction Undo(PlannedAction action) => !_undone.TryGetValue(action.Id, out var aside) ? action : action with
    {
        Aside = aside,
        Reason = action.Reason.Length == 0
            ? "an interrupted replacement is undone first"
            : $"an interrupted replacement is undone first; {action.Reason}",
    };

    /// <summary>Deletes those whose place another instance has taken.</summary>
    public IEnumerable<PlannedAction> Complete() => _replaced.Select(r =>
        new PlannedAction(r.Value, ActionKind.Delete, [], $"{r.Key} has taken its place") { Successor = r.Key });
}
