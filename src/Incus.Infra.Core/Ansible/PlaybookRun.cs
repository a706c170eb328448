using Incus.Infra.Core.Diagnostics;

namespace Incus.Infra.Core.Ansible;

/// <summary>Follows one run of ansible-playbook by what it writes, and says at the end what came of it.</summary>
/// <param name="projectDirectory">The project folder, absolute; places in it are told relative to it.</param>
/// <param name="treeDirectory">Where the playbook runs; the project folder or a copy of it.</param>
/// <param name="places">Where infra.yml says what the run is about.</param>
/// <param name="limit">What the run was limited to, if anything.</param>
internal sealed class PlaybookRun(string projectDirectory, string treeDirectory, InfraPlaces places, string? limit = null)
{
    private const string Request = "incus: ";
    private const string NothingLeft = "leaves us with no hosts to target";

    private readonly ErrorOutput _errors = new();
    private readonly List<Diagnostic> _faults = [];
    private readonly List<ObjectAction> _actions = [];
    private readonly List<(string Host, VerifiedStep Step)> _verified = [];
    private readonly List<RestingRecord> _resting = [];

    public IReadOnlyList<ObjectAction> Actions => _actions;

    /// <summary>Whether any task has compared Incus with the tree; tags may leave all of them out.</summary>
    public bool HasCompared { get; private set; }

    /// <summary>Whether a reconciliation has begun; before that nothing in Incus is changed.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>The provision steps that were looked for, by machine.</summary>
    public IReadOnlyList<(string Host, VerifiedStep Step)> Verified => _verified;

    /// <summary>The machines in which nothing is done, as they do not run and need not.</summary>
    public IReadOnlyList<RestingRecord> Resting => _resting;

    public IReadOnlyList<MachineResult> Machines { get; private set; } = [];

    /// <summary>Whether the engine failed; a member of a cluster that does not answer keeps no other machine waiting.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>How many tasks besides reconciliations changed something.</summary>
    public int ChangedTasks { get; private set; }

    /// <summary>What is only reported: orphans and, with Ansible's check mode, what would be done.</summary>
    public IEnumerable<ObjectAction> NotDone => _actions.Where(a => a.Status is ObjectAction.Planned or ObjectAction.Skipped);

    /// <summary>Whether, of a run that only looks, one that does it would change anything.</summary>
    public bool ChangesSomething => ChangedTasks > 0 || _actions.Exists(a => a.Status == ObjectAction.Planned);

    /// <summary>Whether a line is about a request to Incus, which only a detailed log shows.</summary>
    public static bool IsRequest(string line) => line.StartsWith(Request, StringComparison.Ordinal);

    /// <summary>Takes a line of standard output and returns it if it is for people.</summary>
    public string? ReadOutput(string line)
    {
        switch (PlaybookRecord.Parse(line))
        {
            case null:
                return line;
            case ReconcilingRecord:
                HasBegun = true;
                break;
            case ReconciledRecord record:
                Take(record.Actions, error: null);
                break;
            case FailedRecord record:
                HasCompared |= record.Actions.Count > 0;
                _actions.AddRange(record.Actions);
                _faults.AddRange(Faults(record));
                break;
            case UnreachableRecord record:
                _faults.Add(AnsibleDiagnostics.Unreachable(
                    places.OfMachine(record.Host) ?? Place(record.File, record.Line), record.Task, record.Host, record.Message));
                break;
            case VerifiedRecord record:
                _verified.AddRange(record.Steps.Select(step => (record.Host, step)));
                _faults.AddRange(record.Steps.SelectMany(step => step.Missing.Select(what => AnsibleDiagnostics.NotInstalled(
                    places.OfTask(record.Host, role: null, step.Number) ?? places.File, record.Host, step.Label, what))));
                break;
            case RestingRecord record:
                _resting.Add(record);
                return $"{record.Host}: nothing is done in it, as {record.Reason}";
            case EndedRecord record:
                ChangedTasks = record.Changed;
                Machines = record.Machines;
                break;
        }

        return null;
    }

    /// <summary>The engine begins within the build itself to change Incus.</summary>
    public void Begin() => HasBegun = true;

    /// <summary>Takes what the engine did, or would do; an error says why it could do nothing at all.</summary>
    public void Take(IReadOnlyList<ObjectAction> actions, ObjectError? error)
    {
        HasCompared |= error is null;
        _actions.AddRange(actions);
        _faults.AddRange(Faults(actions, error));
        HasFailed |= error is not null || actions.Any(a => a.Error is not null && a.Status != ObjectAction.Unreachable);
    }

    /// <summary>Takes a line of standard error and returns it if it is for people.</summary>
    public string? ReadError(string line) => _errors.Read(line) || line.Length == 0 ? null : line;

    /// <summary>
    /// The faults of the run. Exit code 4 alone does not distinguish an unreachable host from an unreadable file.
    /// </summary>
    public IReadOnlyList<Diagnostic> End(int exitCode)
    {
        var all = _faults.Concat(_errors.Errors.Select(Fault)).Distinct().ToList();
        return exitCode != 0 && all.Count == 0
            ? [AnsibleDiagnostics.Ended(places.File, exitCode, _errors.LastWords)]
            : all;
    }

    private List<Diagnostic> Faults(FailedRecord record) => Faults(record.Actions, record.Error) is { Count: > 0 } faults
        ? faults
        : [AnsibleDiagnostics.TaskFailed(PlaceOfTask(record), record.Task, record.Host, record.Message)];

    /// <summary>Those of the single objects, and why nothing was done.</summary>
    private List<Diagnostic> Faults(IEnumerable<ObjectAction> actions, ObjectError? error) =>
    [
        .. actions.Where(a => a.Error is not null).Select(a => Fault(a.Error!, places.OfObject(a))),
        .. error is null ? [] : new[] { Fault(error, places.File) },
    ];

    private static Diagnostic Fault(ObjectError error, SourceLocation at) => new(error.Code, Severity.Error, at, error.Message);

    private Diagnostic Fault(AnsibleError error) => error.Message.Contains(NothingLeft, StringComparison.Ordinal)
        ? AnsibleDiagnostics.NoHosts(places.File, limit ?? "", places.Names)
        : AnsibleDiagnostics.NotUnderstood(Place(error.File, error.Line, error.Column), error.Message);

    /// <summary>The user's own task is reported where it is, another one where infra.yml asks for it.</summary>
    private SourceLocation PlaceOfTask(FailedRecord record) =>
        (InProject(record.File) is null ? places.OfTask(record.Host, record.Role, record.Step) : null)
        ?? Place(record.File, record.Line);

    private SourceLocation Place(string file, int line, int column = 1) =>
        file.Length == 0 ? places.File : new SourceLocation(InProject(file) ?? file, line, column);

    /// <summary>
    /// The file relative to the tree or the project; null for one elsewhere, and for none: an implicit task stands nowhere.
    /// </summary>
    private string? InProject(string file) => file.Length == 0 ? null : new[] { treeDirectory, projectDirectory }
        .Select(folder => Path.GetRelativePath(folder, file))
        .FirstOrDefault(path => !path.StartsWith("..", StringComparison.Ordinal));
}
