using Incus.Infra.Core.Ansible;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Model;
using Microsoft.Build.Framework;

namespace Incus.Infra.Tasks;

/// <summary>Evaluates the results of the probes, and queries the Incus server. It starts and installs nothing.</summary>
public sealed class InfraDoctor : Microsoft.Build.Utilities.Task, ICancelableTask
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly List<string> _good = [];

    /// <summary>The project file, with InfraFile, LockFile and IntermediateDirectory as metadata.</summary>
    [Required]
    public ITaskItem Project { get; set; } = null!;

    /// <summary>Output of ansible-playbook --version.</summary>
    public string AnsibleVersion { get; set; } = "";

    /// <summary>Output of ansible-doc about the connection plugin.</summary>
    public string ConnectionPlugin { get; set; } = "";

    /// <summary>Output of incus --version.</summary>
    public string IncusVersion { get; set; } = "";

    /// <summary>Output of nft -j list ruleset; empty for a user who may not read it.</summary>
    public string FirewallRules { get; set; } = "";

    /// <summary>A remote of the incus client, instead of the local server.</summary>
    public string? IncusRemote { get; set; }

    /// <inheritdoc/>
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc/>
    public override bool Execute()
    {
        _good.Add($".NET {Environment.Version}");
        var (ansible, fault) = AnsibleCheck.Version(AnsibleVersion, Project.FileName);
        Judge($"ansible-core {ansible}", fault);
        Judge("community.general.incus", AnsibleCheck.ConnectionPlugin(ConnectionPlugin, Project.FileName));
        Judge($"incus client {IncusVersion}", IncusVersion.Length > 0 ? null : AnsibleDiagnostics.ToolMissing(
            Project.FileName, "incus", "Install the incus client; Ansible gets into the machines with it."));
        var infra = Project.ToBuild().Read(out _);
        Log.LogDiagnostics(infra is null ? [] : MissingContent.Of(
            infra, Project.Folder, Project.FileName, AnsibleVersion));
        JudgeServers(infra);
        Log.LogSummary(Project.ProjectFile, $"found {string.Join(", ", _good)}");
        return !Log.HasLoggedErrors;
    }

    private void Judge(string what, Diagnostic? fault)
    {
        _good.AddRange(fault is null ? [what] : []);
        Log.LogDiagnostics(fault is null ? [] : [fault]);
    }

    private void JudgeServers(Infrastructure? infra)
    {
        try
        {
            var (found, doubts) = IncusServer.DescribeAllAsync(
                IncusRemote, infra, FirewallRules, _cancellation.Token).GetAwaiter().GetResult();
            _good.AddRange(found);
            Log.LogDiagnostics(doubts);
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            Log.LogMessage(MessageImportance.Low, "Stopped.");
        }
    }
}
