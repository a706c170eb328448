using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Machines that were made from an older image than there is. One that follows its image is rebuilt; of one that is pinned,
/// or whose image cannot be asked for, that is only said.
/// </summary>
internal sealed class ImagePolicies
{
    private const int MostOfFingerprint = 12;

    private readonly EngineRequest _request;
    private readonly IReadOnlyDictionary<ObjectId, IncusObject> _live;
    private readonly DateTimeOffset _now;

    // What there is to say of a machine.
    private readonly Dictionary<ObjectId, (ActionKind Kind, string Reason)> _findings = [];

    private ImagePolicies(EngineRequest request, IReadOnlyDictionary<ObjectId, IncusObject> live, DateTimeOffset now)
    {
        _request = request;
        _live = live;
        _now = now;
    }

    /// <summary>Asks about each image that counts.</summary>
    /// <param name="request">Says what is covered, and what is allowed.</param>
    /// <param name="store">The server.</param>
    /// <param name="desired">The machines among it have policies.</param>
    /// <param name="live">What Incus has.</param>
    /// <param name="built">The images that are built before.</param>
    /// <param name="tellsPinned">Whether those count that nothing happens to.</param>
    /// <param name="now">What a copy is named by.</param>
    /// <param name="ct">Ends the asking.</param>
    public static async Task<ImagePolicies> ReadAsync(
        EngineRequest request,
        IIncusStore store,
        IEnumerable<DesiredObject> desired,
        IReadOnlyDictionary<ObjectId, IncusObject> live,
        IReadOnlySet<ObjectId> built,
        bool tellsPinned,
        DateTimeOffset now,
        CancellationToken ct)
    {
        var policies = new ImagePolicies(request, live, now);
        var unknown = new HashSet<(string Image, string Type)>();
        foreach (var machine in desired.Where(d => request.Covers(d.Id)))
        {
            if (machine.Instance is { Image: { } image } form
                && live.GetValueOrDefault(machine.Id) is { IsUnreachable: false, BaseImage: { } made } there
                && RebuildMark.Of(there) is null
                && (form.FollowsImage || tellsPinned))
            {
                if (form.FollowsImage && built.Contains(ObjectId.Image(image)))
                {
                    policies.Add(machine, there, $"its image '{image}' is built first");
                    continue;
                }

                var newest = await store.FindNewestImageAsync(machine.Id, form, there.Architecture, ct);
                if (newest.Fingerprint is { } fingerprint && fingerprint != made)
                {
                    policies.Add(
                        machine,
                        there,
                        $"there is a newer '{image}', {Short(fingerprint)}, than it was made from, {Short(made)}");
                }
                else if (newest.Unknown is { } why && unknown.Add((image, form.Type)))
                {
                    policies._findings[machine.Id] =
                        (ActionKind.Unasked, $"whether there is a newer '{image}' is not known: {why}");
                }
            }
        }

        return policies;
    }

    /// <summary>The actions on an object, with its rebuild; what else changes goes along.</summary>
    public IEnumerable<PlannedAction> AddTo(DesiredObject desired, IEnumerable<PlannedAction> actions)
    {
        List<PlannedAction> planned = [.. actions];
        var live = _live.GetValueOrDefault(desired.Id);
        var mark = live is null || desired.Instance is null ? null : RebuildMark.Of(live);
        if (live is null || (mark is null && !_findings.ContainsKey(desired.Id)) || planned.Exists(IsInTheWay))
        {
            return planned;
        }

        var (kind, reason) = mark is null ? _findings[desired.Id] : (ActionKind.Rebuild, "its rebuild was interrupted");
        if (kind != ActionKind.Rebuild)
        {
            return [.. planned, new PlannedAction(desired.Id, kind, [], reason)];
        }

        var kept = KeptCopy.Of(desired.Id, _now);
        var copy = mark?.IsCopied(live) == true
            ? $"instance '{mark.Copy}'"
            : $"instance '{kept.Name}' until {kept.Until:yyyy-MM-dd}";
        var change = planned.Find(a => a.IsWork);
        return
        [
            (change ?? new PlannedAction(desired.Id, kind, [], "") { Desired = desired }) with
            {
                Kind = kind,
                Reason = $"{reason}; what it has is kept as {copy}",
                Kept = kept,
                Starts = desired.Instance!.State == RunState.Running || change?.Starts == true || (live.IsUp && !Rests(desired)),
            },
            .. planned.Where(a => !a.IsWork),
        ];
    }

    private static bool Rests(DesiredObject desired) => desired.Instance!.State == RunState.Stopped;

    // What makes it anew or takes it elsewhere comes first, and what cannot be done stays so.
    private static bool IsInTheWay(PlannedAction action) => action.Fault is not null || action.Kind is ActionKind.Create
        or ActionKind.Replace or ActionKind.Protected or ActionKind.Move or ActionKind.Rename or ActionKind.Unreachable
        or ActionKind.Evacuated;

    private void Add(DesiredObject machine, IncusObject live, string newer)
    {
        var isProtected = machine.Protected || live.IsDeleteProtected || Ownership.Of(machine.Id, live)?.Protected == true;
        _findings[machine.Id] = !machine.Instance!.FollowsImage ? (ActionKind.Outdated, $"{newer}; image_policy is pin")
            : isProtected && !_request.AllowReplace
                ? (ActionKind.Outdated, $"{newer}; it is protected, so allow the rebuild with AllowReplace=true")
                : (ActionKind.Rebuild, newer);
    }

    private static string Short(string fingerprint) => fingerprint[..Math.Min(fingerprint.Length, MostOfFingerprint)];
}
