using System.Diagnostics;
using Incus.Infra.Core.Ansible;
using Incus.Infra.Incus.Execution;
using Microsoft.Build.Framework;

namespace Incus.Infra.Tasks;

/// <summary>Takes the snapshots that the tree declares, as Sync would leave it, with their hooks.</summary>
public sealed class InfraSnapshots : PreviewPlaybook
{
    private Process? _ansible;
    private bool _interrupted;

    /// <inheritdoc/>
    protected override string Playbook => "snapshot.yml";

    /// <inheritdoc/>
    protected override bool IsStopped => _interrupted || base.IsStopped;

    /// <inheritdoc/>
    protected override string AfterStop => "the post commands of started snapshots still run";

    /// <summary>Interrupts the run and does not kill it: what a hook has stopped must not stay so.</summary>
    public override void Cancel()
    {
        if (_ansible is null)
        {
            base.Cancel();
            return;
        }

        _interrupted = true;
        using var kill = Process.Start("kill", ["-INT", $"{_ansible.Id}"]);
        kill.WaitForExit();
    }

    /// <inheritdoc/>
    protected override Process StartToolProcess(Process proc) => _ansible = base.StartToolProcess(proc);

    /// <inheritdoc/>
    protected override void Show(string line) => Log.LogMessage(MessageImportance.High, line);

    /// <inheritdoc/>
    private protected override void Summarise(PlaybookRun run) => Log.LogSummary(Project.ProjectFile, SnapshotSummary.Of(
        [
            .. run.Actions.Where(a => a.Status != ObjectAction.Unreachable)
                .Select(a => ($"{a.Project}/{a.Name}", a.Reason, Enum.Parse<ActionStatus>(a.Status, ignoreCase: true))),
        ],
        "taken"));

    /// <inheritdoc/>
    private protected override void SummariseFailure(PlaybookRun run)
    {
        if (run.Actions.Count > 0)
        {
            Summarise(run);
        }
    }
}
