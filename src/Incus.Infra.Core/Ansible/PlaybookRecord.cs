using System.Text.Json;
using System.Text.Json.Serialization;

namespace Incus.Infra.Core.Ansible;

/// <summary>What happens, or would, to one object in Incus.</summary>
/// <param name="Kind">Such as <c>instance</c>.</param>
/// <param name="Project">The Incus project it is in.</param>
/// <param name="Name">Its name.</param>
/// <param name="Action">Such as <c>create</c>.</param>
/// <param name="Changes">The keys that differ.</param>
/// <param name="Reason">A clause for people, or empty.</param>
/// <param name="Status">
/// What came of it: <c>planned</c>, <c>done</c>, <c>skipped</c> for what is only reported, or a failure.
/// </param>
/// <param name="Error">Why it failed, else null.</param>
internal sealed record ObjectAction(
    string Kind,
    string Project,
    string Name,
    string Action,
    IReadOnlyList<KeyChange> Changes,
    string Reason,
    string Status,
    ObjectError? Error)
{
    public const string Planned = "planned";
    public const string Done = "done";
    public const string Skipped = "skipped";
    public const string Failed = "failed";
    public const string Blocked = "blocked";
    public const string Unreachable = "unreachable";
}

/// <summary>One key of an object; null is unset.</summary>
/// <param name="Key">The key.</param>
/// <param name="Old">Its value in Incus.</param>
/// <param name="New">Its value in infra.yml.</param>
/// <param name="Cause">Why it changes.</param>
internal sealed record KeyChange(string Key, string? Old, string? New, string Cause);

/// <summary>A fault that the Reconciler reports.</summary>
/// <param name="Code">Its code in the catalogue.</param>
/// <param name="Message">Cause and fix.</param>
internal sealed record ObjectError(string Code, string Message);

/// <summary>A provision step of a machine, and what of it is not there.</summary>
/// <param name="Number">Its place among the machine's steps, from 1.</param>
/// <param name="Label">Number, name and method.</param>
/// <param name="Missing">A clause for each thing that is not as declared.</param>
internal sealed record VerifiedStep(int Number, string Label, IReadOnlyList<string> Missing);

/// <summary>How far a machine came.</summary>
/// <param name="Host">The machine.</param>
/// <param name="Failed">The task that failed and with which it ended, else null.</param>
internal sealed record MachineResult(string Host, string? Failed);

/// <summary>A line of the callback plugin <c>incus.infra.build</c> that is meant for this program.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "record")]
[JsonDerivedType(typeof(ReconcilingRecord), "reconciling")]
[JsonDerivedType(typeof(ReconciledRecord), "reconciled")]
[JsonDerivedType(typeof(FailedRecord), "failed")]
[JsonDerivedType(typeof(UnreachableRecord), "unreachable")]
[JsonDerivedType(typeof(VerifiedRecord), "verified")]
[JsonDerivedType(typeof(RestingRecord), "resting")]
[JsonDerivedType(typeof(EndedRecord), "ended")]
internal abstract record PlaybookRecord
{
    private const char Separator = '\u001e';

    /// <summary>The record in a line, or null when the line is text for people.</summary>
    public static PlaybookRecord? Parse(string line) => line.StartsWith(Separator)
        ? JsonSerializer.Deserialize(line.AsSpan(1), PlaybookJson.Default.PlaybookRecord)
        : null;
}

/// <summary>A reconciliation begins.</summary>
internal sealed record ReconcilingRecord : PlaybookRecord;

/// <summary>Some kinds of objects were reconciled, or planned.</summary>
internal sealed record ReconciledRecord(IReadOnlyList<ObjectAction> Actions) : PlaybookRecord;

/// <summary>
/// A task failed on a host, for a role and a provision step or none; a reconciliation that failed has actions, or an error
/// when there could be none.
/// </summary>
internal sealed record FailedRecord(
    string Host,
    string Task,
    string File,
    int Line,
    string? Role,
    int? Step,
    string Message,
    IReadOnlyList<ObjectAction> Actions,
    ObjectError? Error)
    : PlaybookRecord;

/// <summary>A task could not get to its host.</summary>
internal sealed record UnreachableRecord(string Host, string Task, string File, int Line, string Message) : PlaybookRecord;

/// <summary>A machine was compared with its provision steps.</summary>
internal sealed record VerifiedRecord(string Host, IReadOnlyList<VerifiedStep> Steps) : PlaybookRecord;

/// <summary>Nothing is done in a machine, as it does not run and need not.</summary>
internal sealed record RestingRecord(string Host, string Reason) : PlaybookRecord;

/// <summary>All plays have ended; this many tasks besides reconciliations have changed something.</summary>
internal sealed record EndedRecord(int Changed, IReadOnlyList<MachineResult> Machines) : PlaybookRecord;
