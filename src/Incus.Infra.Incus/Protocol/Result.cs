using System.Text.Json;
using System.Text.Json.Serialization;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Health;
using Incus.Infra.Incus.Snapshots;

namespace Incus.Infra.Incus.Protocol;

/// <summary>What came of a request; docs/reconciler.md explains every member.</summary>
internal sealed record Result
{
    public int Version { get; init; } = 1;

    public bool Changed { get; init; }

    public IReadOnlyList<ResultAction> Actions { get; init; } = [];

    /// <summary>How many actions there are, by what happens and by what became of it.</summary>
    public IReadOnlyDictionary<string, int> Summary { get; init; } = new Dictionary<string, int>();

    /// <summary>Requests that Incus answered, by method.</summary>
    public IReadOnlyDictionary<string, int> Requests { get; init; } = new Dictionary<string, int>();

    /// <summary>Why nothing could be done at all, else null.</summary>
    public ResultError? Error { get; init; }

    public static Result Of(IReadOnlyList<ResultAction> actions, RequestCounter counter) => new()
    {
        Changed = actions.Any(a => a.Status is Words.Planned or Words.Done),
        Actions = actions,
        Summary = new SortedDictionary<string, int>(
            actions.GroupBy(a => a.Status is Words.Planned or Words.Done or Words.Skipped ? a.Action : a.Status)
                .ToDictionary(g => g.Key, g => g.Count()),
            StringComparer.Ordinal),
        Requests = counter.Counts,
    };
}

/// <summary>One action.</summary>
internal sealed record ResultAction(
    string Kind,
    string Project,
    string Name,
    string Action,
    IReadOnlyList<ResultChange> Changes,
    string Reason,
    string Status,
    ResultError? Error)
{
    public static ResultAction Of(ActionResult action) => new(
        action.Id.Word,
        action.Id.Project,
        action.Id.Name,
        Words.Of(action.Action),
        [.. action.Changes.Select(c => new ResultChange(c.Key, c.Old, c.New, Words.Of(c.Cause)))],
        action.Reason,
        Words.Of(action.Status),
        ResultError.Of(action.Error));

    public static ResultAction Of(HealthResult result) => new(
        result.Id.Word,
        result.Id.Project,
        result.Id.Name,
        "health",
        [],
        "",
        result.Error is null ? "healthy" : "unhealthy",
        ResultError.Of(result.Error));

    public static ResultAction Of(SnapshotResult result) => new(
        result.Id.Word,
        result.Id.Project,
        result.Id.Name,
        "snapshot",
        [],
        result.Snapshot,
        Words.Of(result.Status),
        ResultError.Of(result.Error));
}

/// <summary>One value that changes; null where there is none.</summary>
internal sealed record ResultChange(
    string Key,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Old,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? New,
    string Cause);

/// <summary>An error with its code.</summary>
internal sealed record ResultError(string Code, string Message, string Help)
{
    public static ResultError? Of(Diagnostic? diagnostic) =>
        diagnostic is null ? null : new ResultError(diagnostic.Code, diagnostic.Message, diagnostic.HelpLink);
}

/// <summary>What happens meanwhile.</summary>
/// <param name="Event"><c>begin</c>, <c>end</c>, <c>waiting</c> or <c>request</c>.</param>
internal sealed record ProgressLine(string Event)
{
    public string? Kind { get; init; }

    public string? Project { get; init; }

    public string? Name { get; init; }

    public string? Action { get; init; }

    public string? Status { get; init; }

    public ResultError? Error { get; init; }

    /// <summary>How many actions have ended, of <see cref="Total"/>.</summary>
    public int? Ended { get; init; }

    public int? Total { get; init; }

    /// <summary>What the Reconciler waits for, in a sentence.</summary>
    public string? Message { get; init; }

    public string? Method { get; init; }

    public string? Path { get; init; }

    /// <summary>The HTTP status of the reply.</summary>
    public int? Code { get; init; }

    public int? Milliseconds { get; init; }
}

/// <summary>How enumerations are written.</summary>
internal static class Words
{
    public const string Planned = "planned";
    public const string Done = "done";
    public const string Skipped = "skipped";
    public const string Stopped = "stopped";

    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
