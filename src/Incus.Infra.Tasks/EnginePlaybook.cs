using System.Text.Json.Nodes;
using Incus.Infra.Core.Ansible;
using Incus.Infra.Core.Building;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Rendering;
using Microsoft.Build.Framework;

namespace Incus.Infra.Tasks;

/// <summary>
/// Runs a playbook whose first play asks the engine. Where nothing of the user's can change what it is asked, the build asks
/// itself: Ansible's start takes longer than all of that.
/// </summary>
public abstract class EnginePlaybook : AnsiblePlaybook
{
    private readonly EngineRun _engine = new();

    /// <summary>Whether to delete objects that are no longer in infra.yml.</summary>
    public bool AutoCleanup { get; set; }

    /// <summary>Whether to delete and recreate what cannot be changed in place.</summary>
    public bool AllowReplace { get; set; }

    /// <summary>Whether to stop machines to rename them, or to bring them to another domain or member of a cluster.</summary>
    public bool AllowMove { get; set; }

    /// <summary>Whether to set up rules anew that somebody deleted on the Incus host.</summary>
    public bool Repair { get; set; }

    /// <summary>Before which changes to take a snapshot: <c>auto</c>, <c>always</c> or <c>never</c>.</summary>
    public string? SnapshotBefore { get; set; }

    /// <summary>Whether the build has asked the engine already what the first play would ask it.</summary>
    internal bool EngineHasRun { get; private set; }

    /// <summary>The images of the project for the engine, where Ansible runs it; null where there are none.</summary>
    internal JsonArray? Images { get; private set; }

    /// <summary>Ends the engine, too.</summary>
    public override void Cancel()
    {
        base.Cancel();
        _engine.Cancel();
    }

    /// <summary>Runs the engine within the build, if that is known to be the same, and logs which way is taken and why.</summary>
    /// <param name="isPlan">Whether nothing is changed.</param>
    /// <param name="tags">The tags of the run.</param>
    /// <param name="tree">The tree that the run is about.</param>
    /// <returns>Whether it went well; null where something is left for Ansible to do.</returns>
    private protected bool? RunEngine(bool isPlan, string? tags, TreeView tree)
    {
        var (infra, addresses) = (tree.Compilation.Infrastructure!, tree.Compilation.Addresses!);
        var request = new DirectRequest(Options(isPlan, tags), infra, addresses);
        var inputs = HashImages(infra);
        Images = infra.Images.Count == 0 ? null : RequestImages.Of(request.Images, inputs, builder: null);
        var doubt = AnsibleEnvironment.Doubt(ToolExe, ProjectDirectory)
            ?? (AdditionalArguments is null ? null : "AnsibleArguments is set")
            ?? (VaultPasswordFile is null ? null : "VaultPasswordFile is set")
            ?? request.Doubt()
            ?? tree.FindOwnContent();
        Log.LogMessage(MessageImportance.Low, doubt is null
            ? "The build runs the engine: nothing here has a part in what it is asked but infra.yml."
            : $"Ansible runs the engine: {doubt}.");
        if (doubt is not null)
        {
            return null;
        }

        EngineHasRun = true;
        if (!isPlan)
        {
            Run.Begin();
        }

        Ask(request.ToJson(inputs), Run);
        if (request.IsFollowedByProvisioning && !Run.HasFailed && !IsStopped)
        {
            return null;
        }

        Conclude(exitCode: 0);
        return !Log.HasLoggedErrors && !IsStopped;
    }

    /// <summary>Has the engine do what a request says, and logs its progress.</summary>
    private protected void Ask(byte[] request, PlaybookRun run) =>
        _engine.Run(request, run, line => LogEventsFromTextOutput(line, StandardOutputLoggingImportance));

    /// <summary>What the images of the project are built of; logs what cannot be read.</summary>
    private protected ImageInputs HashImages(Infrastructure infra)
    {
        var inputs = Project.ToBuild().HashImages(infra, CollectionsPath.Split(Path.PathSeparator), out var faults);
        Log.LogDiagnostics(faults);
        return inputs;
    }

    private protected DirectOptions Options(bool isPlan, string? tags) => new()
    {
        IsPlan = isPlan,
        Tags = tags,
        SkipTags = SkipTags,
        Limit = Limit,
        AutoCleanup = AutoCleanup,
        AllowReplace = AllowReplace,
        AllowMove = AllowMove,
        Repair = Repair,
        SnapshotBefore = SnapshotBefore,
        Remote = IncusRemote,
        LogsRequests = Log.LogsMessagesOfImportance(MessageImportance.Low),
    };
}
