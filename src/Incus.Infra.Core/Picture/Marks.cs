namespace Incus.Infra.Core.Picture;

/// <summary>What a picture shows besides infra.yml; null is what nobody asked for.</summary>
/// <param name="Plan">What Apply would do.</param>
/// <param name="States">The machines that exist, by <c>domain/machine</c>.</param>
internal sealed record Marks(IReadOnlyList<PlannedChange>? Plan, IReadOnlyDictionary<string, MachineState>? States)
{
    public static Marks None { get; } = new(null, null);
}

/// <summary>How Incus shows a machine.</summary>
/// <param name="State">Its state, in Incus's word, or <c>unreachable</c>.</param>
/// <param name="Member">In a cluster, the member that it is on; else null.</param>
internal sealed record MachineState(string State, string? Member);

/// <summary>What Apply would do to an object in Incus.</summary>
/// <param name="Kind">Such as <c>instance</c>.</param>
/// <param name="Project">The Incus project it is in.</param>
/// <param name="Name">Its name.</param>
/// <param name="Action">Such as <c>create</c>.</param>
internal sealed record PlannedChange(string Kind, string Project, string Name, string Action);

/// <summary>What a plan says of one place.</summary>
/// <param name="Grade">How far it goes.</param>
/// <param name="Text">A sign and a few words.</param>
internal sealed record Mark(MarkGrade Grade, string Text)
{
    /// <summary>The mark for what happens to the objects of one place; null for nothing.</summary>
    public static Mark? Of(IReadOnlyList<PlannedChange> changes)
    {
        if (changes is [])
        {
            return null;
        }

        var grade = changes.Max(c => GradeOf(c.Action));
        var sign = grade switch
        {
            MarkGrade.Addition => '+',
            MarkGrade.Change => '~',
            _ => '!',
        };
        return new(grade, $"{sign} {(changes is [var one] ? one.Action : $"{changes.Count} objects")}");
    }

    private static MarkGrade GradeOf(string action) => action switch
    {
        "create" => MarkGrade.Addition,
        "update" or "start" or "repair" or "outdated" or "unasked" => MarkGrade.Change,
        _ => MarkGrade.Risk,
    };
}

/// <summary>How far a planned change goes, the riskiest last.</summary>
internal enum MarkGrade
{
    Addition,

    /// <summary>Nothing stops for it, or it is only said.</summary>
    Change,

    /// <summary>Something is stopped, replaced or deleted, or would have to be.</summary>
    Risk,
}
