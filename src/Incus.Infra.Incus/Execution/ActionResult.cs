using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Incus.Execution;

/// <summary>What became of an action.</summary>
internal enum ActionStatus
{
    /// <summary>Plan: Apply would do it.</summary>
    Planned,

    Done,

    /// <summary>It was tried, or must not be tried; the error says why.</summary>
    Failed,

    /// <summary>Something that it needs failed.</summary>
    Blocked,

    /// <summary>Nothing is known of it, and nothing was tried: it is on a member of a cluster that does not answer.</summary>
    Unreachable,

    Skipped,

    /// <summary>The run was stopped before it was done.</summary>
    Stopped,
}

/// <summary>One value that changes.</summary>
/// <param name="Key">Such as <c>config.limits.cpu</c>, <c>devices.eth0.network</c>, <c>ingress</c> or <c>hosts</c>.</param>
/// <param name="Old">As Incus has it, or null where it has none; <c>(hidden)</c> where it may be secret.</param>
/// <param name="New">As it will be, or null where it is unset; <c>(hidden)</c> likewise.</param>
/// <param name="Cause">Why.</param>
internal sealed record ValueChange(string Key, string? Old, string? New, ChangeCause Cause)
{
    private const string Hosts = "hosts";

    /// <summary>
    /// A change as people read it: of the rules of an ACL and the lines of a hosts file, each one that goes or comes.
    /// </summary>
    public static IEnumerable<ValueChange> Of(PropertyChange change)
    {
        var (property, old, wanted, cause) = change;
        if (property == Property.Hosts)
        {
            var (lines, others) = (Lines(old), Lines(wanted));
            return
            [
                .. lines.Except(others).Select(line => new ValueChange(Hosts, line, null, cause)),
                .. others.Except(lines).Select(line => new ValueChange(Hosts, null, line, cause)),
            ];
        }

        if (property != Property.Ingress && property != Property.Egress)
        {
            return [new(property.ToString(), HiddenValue.Of(property, old), HiddenValue.Of(property, wanted), cause)];
        }

        var (before, after) = (AclRules.Parse(old), AclRules.Parse(wanted));
        return
        [
            .. before.Except(after).Select(rule => new ValueChange(property.ToString(), rule.ToString(), null, cause)),
            .. after.Except(before).Select(rule => new ValueChange(property.ToString(), null, rule.ToString(), cause)),
        ];
    }

    private static string[] Lines(string? text) => (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>An action and what became of it.</summary>
/// <param name="Id">The object.</param>
/// <param name="Action">What was to happen.</param>
/// <param name="Changes">The values that change.</param>
/// <param name="Reason">A clause for people, or empty.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Error">Why it failed or was blocked, else null.</param>
internal sealed record ActionResult(
    ObjectId Id, ActionKind Action, IReadOnlyList<ValueChange> Changes, string Reason, ActionStatus Status, Diagnostic? Error)
{
    /// <summary>Whether what needs the object must be left as it is.</summary>
    public bool Blocks { get; init; } = Error is not null;

    internal static ActionResult OfFault(PlannedAction action, Diagnostic fault) =>
        Of(action, action.Kind == ActionKind.Unreachable ? ActionStatus.Unreachable : ActionStatus.Failed, fault);

    internal static ActionResult Of(PlannedAction action, ActionStatus status, Diagnostic? error = null) => new(
        action.Id,
        action.Kind,
        [.. action.Changes.SelectMany(ValueChange.Of)],
        action.Reason,
        status,
        error)
    {
        Blocks = error is not null && !action.Serves,
    };
}

/// <summary>An action begins or ends.</summary>
/// <param name="Result">While it runs its status is <see cref="ActionStatus.Planned"/>.</param>
/// <param name="Ended">How many have ended.</param>
/// <param name="Total">How many there are.</param>
internal sealed record Progress(ActionResult Result, int Ended, int Total);
