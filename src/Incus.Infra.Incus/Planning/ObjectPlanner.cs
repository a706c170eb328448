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
    private const string Unavailable = "Incus could not start it and tries again every minute";

    /// <summary>Nothing, one action, or a replacement that is withheld and an action for the rest.</summary>
    /// <param name="desired">As infra.yml wants it.</param>
    /// <param name="live">As Incus has it, or null.</param>
    public IReadOnlyList<PlannedAction> Plan(DesiredObject desired, IncusObject? live)
    {
        if (live is null)
        {
            return [Create(desired, ActionKind.Create, "")];
        }

        var last = Ownership.Of(desired.Id, live);
        if (last?.BelongsTo(infrastructure) == false)
        {
            var refused = new PlannedAction(desired.Id, ActionKind.Update, [], "")
            {
                Fault = ToolDiagnostics.OwnedByOther(desired.Id, last.Infrastructure),
            };
            return [refused];
        }

        var replacement = Replacement(desired, live, last);
        return replacement is { Withheld: false, Kind: ActionKind.Replace }
            ? [replacement]
            : [.. new[] { replacement, Change(desired, live, last) }.OfType<PlannedAction>()];
    }

    private PlannedAction Create(DesiredObject desired, ActionKind kind, string reason) => new(
        desired.Id,
        kind,
        [.. desired.Properties.Select(p => new PropertyChange(p.Key, null, p.Value, ChangeCause.Wanted))],
        reason)
    {
        Desired = desired,
        Ownership = desired.OwnedBy(infrastructure, ObjectIdentity.New(desired.Id)),
    };

    private PlannedAction? Replacement(DesiredObject desired, IncusObject live, Ownership? last)
    {
        if (desired.Id.Kind == ObjectKind.Network && live.IsHalfMade)
        {
            return Create(desired, ActionKind.Replace, "its creation was interrupted, and there is no such bridge");
        }

        if (live is { IsUnavailable: true, UsedBy: null or [] })
        {
            return Create(desired, ActionKind.Replace, "Incus could not start it, and nothing uses it");
        }

        if (desired.Instance is not { } form)
        {
            return null;
        }

        var image = last?.Image;
        var reason = live.Type != form.Type ? $"its type is {live.Type} and cannot become {form.Type}"
            : image is not null && image != form.Image ? $"it was made from {image} and not from {form.Image}"
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

    private PlannedAction? Change(DesiredObject desired, IncusObject live, Ownership? last)
    {
        var values = Properties.Of(live);
        var changes = ThreeWayDiff.Of(desired.Properties, last, values);
        var ownership = desired.OwnedBy(infrastructure, ObjectIdentity.Of(desired.Id, live)) with { Image = last?.Image };
        var marked = ownership.ToProperties().All(mark => values.GetValueOrDefault(mark.Key) == mark.Value);
        if (changes.IsEmpty && marked)
        {
            return live.IsStopped ? new PlannedAction(desired.Id, ActionKind.Start, [], "it is stopped") { Desired = desired }
                : live.IsUnavailable ? new PlannedAction(desired.Id, ActionKind.Update, [], Unavailable) { Desired = desired }
                : null;
        }

        var cards = Cards(live.Devices).Concat(Cards(desired.Properties)).ToHashSet(StringComparer.Ordinal);
        var restart = live.IsUp && changes.Any(c => RestartRules.Applies(c, cards));
        var reason = live.IsStopped ? "it is stopped and will be started"
            : live.IsUnavailable ? Unavailable
            : last is null ? "it was there before and is taken over"
            : desired.Id.Kind == ObjectKind.Profile && live.UsedBy is [_, ..] && changes.Any(c => RestartRules.Applies(c, cards))
                ? "instances that run notice it when they are started anew"
            : changes.IsEmpty ? "only the record of what is managed changes"
            : "";
        return new PlannedAction(desired.Id, restart ? ActionKind.Restart : ActionKind.Update, changes, reason)
        {
            Desired = desired,
            Ownership = ownership,
        };
    }

    private static IEnumerable<string> Cards(Dictionary<string, Dictionary<string, string>>? devices) =>
        (devices ?? []).Where(d => d.Value.GetValueOrDefault("type") == "nic").Select(d => d.Key);

    private static IEnumerable<string> Cards(ImmutableSortedDictionary<Property, string> properties) => properties
        .Where(p => p.Key is { Section: Section.Devices, Key: "type" } && p.Value == "nic")
        .Select(p => p.Key.Device);
}
