using Incus.Infra.Core.Ansible;
using Microsoft.Build.Utilities;

namespace Incus.Infra.Tasks;

/// <summary>Checks in the machines what their provision steps declare, and prints a table.</summary>
public sealed class InfraVerify : AnsiblePlaybook
{
    /// <inheritdoc/>
    protected override void AddSwitches(CommandLineBuilder arguments) => arguments.AppendSwitch("--tags=verify");

    /// <inheritdoc/>
    protected override void Show(string line) => Log.LogMessage(line);

    /// <inheritdoc/>
    private protected override void Summarise(PlaybookRun run) =>
        Log.LogSummary(
            Project.ProjectFile,
            run.Verified.Count + run.Resting.Count == 0 ? "no machine has provision steps" : VerifyTable.Of(run));

    /// <inheritdoc/>
    private protected override void SummariseFailure(PlaybookRun run)
    {
        if (run.Verified.Count + run.Resting.Count > 0)
        {
            Log.LogSummary(Project.ProjectFile, VerifyTable.Of(run));
        }
    }
}
