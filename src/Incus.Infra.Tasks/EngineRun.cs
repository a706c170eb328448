using Incus.Infra.Core.Ansible;
using Incus.Infra.Incus.Protocol;

namespace Incus.Infra.Tasks;

/// <summary>A session of the engine within the build, which says what the collection's plugin would say.</summary>
internal sealed class EngineRun
{
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>Nothing new begins; what has begun is finished.</summary>
    public void Cancel() => _cancellation.Cancel();

    /// <summary>Does what a request says.</summary>
    /// <param name="request">As JSON.</param>
    /// <param name="run">Takes the result.</param>
    /// <param name="show">Called with a line for each event, by several threads at once.</param>
    public void Run(byte[] request, PlaybookRun run, Action<string> show)
    {
        var session = new Session(step =>
        {
            if (TextOf(step) is { } text)
            {
                show(text);
            }
        });
        var (result, _) = session.RunAsync(new MemoryStream(request), _cancellation.Token).GetAwaiter().GetResult();
        run.Take([.. result.Actions.Select(Action)], Error(result.Error));
    }

    // As plugin_utils/report.py has it.
    private static string? TextOf(ProgressLine step) => step.Event switch
    {
        "waiting" => step.Message,
        "request" => $"incus: {step.Method} {step.Path}: {step.Code} in {step.Milliseconds} ms",
        "end" => $"[{step.Ended}/{step.Total}] {ActionText.Label(step.Kind!, step.Project!, step.Name!)}: {step.Action}"
            + (step.Status == Words.Done ? "" : $" {step.Status}")
            + (step.Error is { Message: var message } ? $": {message}" : ""),
        _ => null,
    };

    private static ObjectAction Action(ResultAction action) => new(
        action.Kind,
        action.Project,
        action.Name,
        action.Action,
        [.. action.Changes.Select(c => new KeyChange(c.Key, c.Old, c.New, c.Cause))],
        action.Reason,
        action.Status,
        Error(action.Error));

    private static ObjectError? Error(ResultError? error) => error is null ? null : new(error.Code, error.Message);
}
