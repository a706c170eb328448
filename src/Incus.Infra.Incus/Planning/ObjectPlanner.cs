using System.Collections.Immutable;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>Plans for one object. Apply asks again just before it acts, so both follow the same rules.</summary>
/// <param name="infrastructure">Whose objects are changed.</param>
/// <param name="allowReplace">Whether an instance may be deleted and made again.</param>
internal sealed class ObjectPlanner(Infrastructure infrastructure, bool allowReplace)
{
    private const int MostNames = 3;
    private const string Unavailable = "Incus could not start it and retries every minute";
    private const string Closes = "closes the domain: what its policies do not name is rejected, but open connections go on";

    /// <summary>Nothing, one action, or a replacement that is withheld and an action for the rest.</summary>
    /// <param name="desired">As infra.yml wants it.</param>
    /// <param name="live">As Incus has it, or null.</param>
    public IReadOnlyList<PlannedAction> Plan(DesiredObject desired, IncusObject? live)
    {
        if (live is null)
        {
            return [Create(desired, ActionKind.Create, "")];
        }

        var last = Ownership.Of(desired.Id, live) ?? (desired.Was is { } former ? Ownership.Of(former, live) : null);
        if (live.IsUncompleted && last?.BelongsTo(infrastructure) != false)
        {
            return [Create(desired, ActionKind.Create, "it is not on all members of the cluster yet and is completed")];
        }

        if (last?.BelongsTo(infrastructure) == false)
        {
            return [Refused(ToolDiagnostics.OwnedByOther(desired.Id, last.Infrastructure))];
        }

        if (last is null && desired.Id.Kind == ObjectKind.Network && live.IsHalfMade)
        {
            return [Refused(ToolDiagnostics.NetworkUnfinished(desired.Id, live.Status!))];
        }

        var replacement = Replacement(desired, live, last);
        return replacement is { Withheld: false, Kind: ActionKind.Replace }
            ? [replacement]
            : [.. new[] { replacement }.Concat(Changes(desired, live, last)).OfType<PlannedAction>()];

        PlannedAction Refused(Diagnostic fault) => new(desired.Id, ActionKind.Update, [], "")
        {
            Desired = desired,
            Fault = fault,
        };
    }

    private PlannedAction Create(DesiredObject desired, ActionKind kind, string reason) => new(
        desired.Id,
        kind,
        [
            .. desired.Properties.Select(p => new PropertyChange(p.Key, null, p.Value, ChangeCause.Wanted)),
            .. desired.Instance is { State: RunState.Stopped } ? [] : Named(desired, live: null),
        ],
        Join(reason, desired.Share?.Reason))
    {
        Desired = desired,
        Ownership = desired.OwnedBy(infrastructure, ObjectIdentity.New(desired.Id)),
        Starts = desired.Instance is not { State: RunState.Stopped },
    };

    // Not among the wanted values: it stands in the machine, and in Incus only after that.
    private static PropertyChange[] Named(DesiredObject desired, IncusObject? live)
    {
        var (old, wanted) = (live?.Config?.GetValueOrDefault(Property.Hosts.Key), desired.Hosts is "" ? null : desired.Hosts);
        return old == wanted
            ? []
            : [new PropertyChange(Property.Hosts, old, wanted, wanted is null ? ChangeCause.Removed : ChangeCause.Wanted)];
    }

    private PlannedAction? Replacement(DesiredObject desired, IncusObject live, Ownership? last)
    {
        if (desired.Id.Kind == ObjectKind.Network && live.IsHalfMade && last is not null)
        {
            return Create(desired, ActionKind.Replace, "its creation was interrupted, and there is no such bridge");
        }

        if (live is { IsUnavailable: true, UsedBy: null or [] } && last is not null)
        {
            return Create(desired, ActionKind.Replace, "Incus could not start it, and nothing uses it");
        }

        if (desired.WantedPool is { } pool)
        {
            return new PlannedAction(desired.Id, ActionKind.Update, [], Move(live, desired.Id, pool))
            {
                Withheld = true,
            };
        }

        if (desired.Instance is not { } form)
        {
            return null;
        }

        var image = last?.Image;
        var reason = live.Type != form.Type ? $"its type is {live.Type} and cannot become {form.Type}"
            : image is not null && image != form.Image ? $"it was created from {image}, not from {form.Image}"
            : null;
        if (reason is null)
        {
            return null;
        }

        if (desired.Protected || last?.Protected == true)
        {
            return new PlannedAction(
                desired.Id, ActionKind.Protected, [], $"{reason}; set ephemeral: true and apply before it is replaced");
        }

        if (live.IsDeleteProtected)
        {
            return new PlannedAction(
                desired.Id, ActionKind.Protected, [], $"{reason}; unset security.protection.delete before it is replaced");
        }

        return Create(desired, ActionKind.Replace, allowReplace ? reason : $"{reason}; allow it with AllowReplace=true") with
        {
            Withheld = !allowReplace,
        };
    }

    // The machines that use it have to be down for as long as its data takes: when, is not for a run to decide. In a cluster a
    // move is a copy and a deletion, which Incus refuses while a machine has the volume.
    private static string Move(IncusObject live, ObjectId volume, string pool)
    {
        var (_, project, name, there) = volume;
        var users = (live.UsedBy ?? []).Select(Urls.Parse).OfType<ObjectId>().Select(user => user.Name).ToList();
        var commands = new List<string>();
        if (users.Count > 0)
        {
            commands.Add($"incus stop {string.Join(' ', users)} --project {project}");
        }

        var move = $"incus storage volume move {there}/{name} {pool}/{name} --project {project}";
        if (live.Member is { } member)
        {
            commands.AddRange(users.Select(user => $"incus storage volume detach {there} {name} {user} --project {project}"));
            move += $" --target {member} --destination-target {member}";
        }

        return $"its data stays in pool '{there}'; to have it in '{pool}', run '{string.Join("; ", commands.Append(move))}', "
            + "then apply";
    }

    // Incus gives a running virtual machine more memory only up to what it was started with, and never restarts it for that.
    private IEnumerable<PlannedAction?> Changes(DesiredObject desired, IncusObject live, Ownership? last)
    {
        if (desired is not { Share: { } share, Instance.IsVirtualMachine: true } || !live.IsUp)
        {
            return [Change(desired, live, last)];
        }

        var kept = desired.Keeping(share, live);
        var change = Change(kept, live, last);
        return change is { Kind: ActionKind.Restart or ActionKind.Stop } ? [Change(desired, live, last)]
            : kept.Properties.SequenceEqual(desired.Properties) ? [change]
            : [
                change is null ? null : change with { Desired = change.Desired! with { Properties = desired.Properties } },
                new PlannedAction(
                    desired.Id,
                    ActionKind.Update,
                    [],
                    $"{share.Reason}: {string.Join(" ", share.Values.Select(v => $"{v.Key}={v.Value}"))}; "
                        + "a running virtual machine keeps what it has, so stop it, then apply")
                {
                    Withheld = true,
                },
            ];
    }

    private PlannedAction? Change(DesiredObject desired, IncusObject live, Ownership? last)
    {
        var values = Properties.Of(live);
        var changes = ThreeWayDiff.Of(desired.Properties, last, values);
        if (live.Ephemeral == true)
        {
            // Its next stop, and so a restart, would be its end.
            changes = changes.Add(new PropertyChange(Property.Ephemeral, "true", "false", ChangeCause.Wanted));
        }

        var unnoticed = desired.Inherited is { } inherited
                ? Unnoticed(live, Properties.With(live, changes.Select(c => KeyValuePair.Create(c.Property, c.New))), inherited)
            : desired.Id.Kind == ObjectKind.Instance || live.UsedBy is [_, ..]
                ? RestartRules.Unnoticed(changes, values, desired.IsOfVirtualMachine)
            : [];
        var stops = desired.Instance is { State: RunState.Stopped } && live.IsUp;
        var restart = live.IsUp && !stops && !unnoticed.IsEmpty;
        var starts = Starts(desired, live);
        var restarts = desired.Id.Kind == ObjectKind.Profile && !unnoticed.IsEmpty
            ? desired.Due
            : last?.Restart ?? DueRestarts.None;
        var ownership = desired.OwnedBy(infrastructure, ObjectIdentity.Of(desired.Id, live)) with
        {
            Image = last?.Image,
            Restart = restarts,
        };
        var marked = ownership.ToProperties().All(mark => values.GetValueOrDefault(mark.Key) == mark.Value);
        var interrupted = desired.Id.Kind == ObjectKind.Network && BridgeChange.IsMarked(live);
        var recorded = changes.IsEmpty && marked && !interrupted;
        // In one that does not run they wait: its first start may write the file anew, and a virtual machine has no agent then.
        changes = changes.AddRange((live.IsUp && !stops) || starts ? Named(desired, live) : []);
        var done = recorded && changes.IsEmpty && !restart;
        if (done && starts)
        {
            return new PlannedAction(desired.Id, ActionKind.Start, [], live.IsPaused ? "it is paused" : "it is stopped")
            {
                Desired = desired,
                Starts = true,
            };
        }

        if (done && !stops && !live.IsUnavailable)
        {
            return null;
        }

        var own = changes.Select(c => c.Property.ToString()).ToHashSet(StringComparer.Ordinal);
        var reason = stops ? "infra.yml wants it stopped"
            : starts && live.IsStopped ? "it is stopped and will be started"
            : starts ? "it is paused and will be resumed"
            : live.IsUnavailable ? Unavailable
            : last is null ? "it already exists and is taken over"
            : interrupted ? "its last change was interrupted"
            : desired.Id.Kind == ObjectKind.Profile && !unnoticed.IsEmpty
                ? "running instances apply it when they restart"
            : restart && !unnoticed.Overlaps(own) ? $"its profiles change {Names(unnoticed)}"
            : changes.IsEmpty ? "only the record of managed keys changes"
            : "";
        var effect = desired.Id.Kind == ObjectKind.Network ? EffectOf(desired, changes) : "";
        var shared = desired.Share is { } share && changes.Any(c => share.Values.ContainsKey(c.Property.Key))
            ? share.Reason
            : null;
        reason = Join(reason, effect, shared);
        var kind = restart ? ActionKind.Restart : stops ? ActionKind.Stop : ActionKind.Update;
        return new PlannedAction(desired.Id, kind, changes, reason)
        {
            // By then the profiles have changed, and what Incus shows no longer tells what the instance was started with.
            Desired = desired with { Inherited = desired.Inherited is { } i ? i with { Unnoticed = unnoticed } : null },
            Ownership = recorded ? null : ownership,
            Unnoticed = !unnoticed.IsEmpty,
            WasInterrupted = interrupted,
            Starts = starts,
        };
    }

    /// <summary>Whether an instance that does not run is to be started or resumed.</summary>
    internal static bool Starts(DesiredObject desired, IncusObject live) => desired.Instance?.State switch
    {
        RunState.Running => live.IsStopped || live.IsPaused,
        // What a run has begun, another one ends.
        RunState.Any => live.IsStopped && (RanMark.IsOn(live) || Asides.NeverWorked(desired.Id, live)),
        _ => false,
    };

    /// <summary>What an instance does not notice while it runs: of its own values, and of what its profiles give it.</summary>
    /// <param name="live">As Incus has it.</param>
    /// <param name="after">As it will be.</param>
    /// <param name="inherited">What its profiles give it then.</param>
    public static ImmutableSortedSet<string> Unnoticed(IncusObject live, IncusObject after, Inheritance inherited)
    {
        var before = Properties.Expanded(live);
        var unnoticed = RestartRules.Unnoticed(
            ThreeWayDiff.Between(before, Properties.Expanded(after, inherited.Profiles)),
            before,
            live.Type == InstanceForm.VirtualMachine);
        return live.LastUsedAt == inherited.StartedAt ? unnoticed.Union(inherited.Unnoticed) : unnoticed;
    }

    // Source: Incus 6.0, driver_bridge.go: for any other key Update sets the bridge up again, and its rules come last.
    private static string EffectOf(DesiredObject desired, ImmutableArray<PropertyChange> changes) =>
        changes.Any(c => c is { Property: { Section: Section.Config, Key: "security.acls" }, Old: null }) ? Closes
        : changes.Any(c => c.Property == Links.Interface && c.Old is null) ? $"{Leaks(desired)}; {Links.SmallerPackets}"
        : changes.Any(c => c.Property is { Section: Section.Config, Key: var key } && !IsUsers(key)) ? Leaks(desired)
        : "";

    /// <summary>What it means that a network is without its rules until Incus has set it up again.</summary>
    internal static string Leaks(DesiredObject network) =>
        $"for about a second its machines reach {(network.IsShared ? "each other, " : "")}the host and the LAN";

    private static string Join(params IEnumerable<string?> clauses) =>
        string.Join("; ", clauses.Where(words => !string.IsNullOrEmpty(words)));

    private static bool IsUsers(string key) => key.StartsWith("user.", StringComparison.Ordinal);

    private static string Names(ImmutableSortedSet<string> properties) => properties.Count > MostNames
        ? $"{string.Join(", ", properties.Take(MostNames))} and {properties.Count - MostNames} more"
        : string.Join(", ", properties);
}
