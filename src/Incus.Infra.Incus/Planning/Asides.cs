using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>Instances that an interrupted replacement left set aside, each undone or completed by the next run.</summary>
internal sealed class Asides
{
    private readonly Dictionary<ObjectId, ObjectId> _undone = [];
    private readonly Dictionary<ObjectId, ObjectId> _replaced = [];
    private readonly HashSet<ObjectId> _resting;

    /// <summary>Finds them, and shows the objects as they will be when they are settled.</summary>
    /// <param name="request">Says whose they are.</param>
    /// <param name="live">What Incus has.</param>
    public Asides(EngineRequest request, IReadOnlyDictionary<ObjectId, IncusObject> live)
    {
        var machines = request.Domains
            .Where(d => request.Covers(d.Name))
            .SelectMany(d => d.Machines.Select(m => (Id: ObjectId.Instance(d.IncusProject, m.InstanceName), m.InstanceState)))
            .DistinctBy(m => m.Id)
            .ToDictionary(m => m.Id, m => RunStates.ByName[m.InstanceState]);
        _resting = [.. machines.Where(m => m.Value == RunState.Stopped).Select(m => m.Key)];
        var objects = new Dictionary<ObjectId, IncusObject>(live);
        foreach (var (id, instance) in live.Where(o => o.Key.Kind == ObjectKind.Instance))
        {
            if (SetAside.Of(instance) is not { } aside)
            {
                continue;
            }

            var original = id with { Name = aside.Name };
            var former = aside.Restore(instance) with { Status = InstanceStatus.Stopped };
            if (!machines.ContainsKey(original) && !IsOurs(request, Ownership.Of(original, former)))
            {
                continue;
            }

            objects.Remove(id);
            if (id != original && live.TryGetValue(original, out var successor) && !NeverWorked(original, successor))
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
    public static bool NeverWorked(ObjectId id, IncusObject instance) =>
        instance is { HasNeverRun: true, IsUp: false } && Ownership.Of(id, instance)?.Image is not null;

    private static bool IsOurs(EngineRequest request, Ownership? owner) =>
        owner is not null && owner.BelongsTo(request.Infrastructure) && request.Covers(owner.Domain);

    public PlannedAction Undo(PlannedAction action) =>
        !action.IsWork || !_undone.TryGetValue(action.Renaming?.From ?? action.Id, out var aside) ? action : action with
        {
            Aside = aside,
            Reason = action.Reason.Length == 0
            ? "an interrupted replacement is undone first"
            : $"an interrupted replacement is undone first; {action.Reason}",
        };

    /// <summary>Deletes those whose place another instance has taken.</summary>
    public IEnumerable<PlannedAction> Complete() => _replaced.Select(r =>
        new PlannedAction(r.Value, ActionKind.Delete, [], $"{r.Key} has taken its place")
        {
            Successor = r.Key,
            SuccessorRests = _resting.Contains(r.Key),
        });
}
