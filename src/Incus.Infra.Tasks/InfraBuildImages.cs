using Incus.Infra.Core.Ansible;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Incus.Infra.Tasks;

/// <summary>Builds the images that infra.yml describes, in machines that are provisioned like any other.</summary>
public sealed class InfraBuildImages : EnginePlaybook
{
    private string _inventory = "";

    /// <summary>Only images that these domains or machines need.</summary>
    public string? Machines { get; set; }

    /// <inheritdoc/>
    protected override string AfterStop => "the next Apply begins the images anew";

    /// <inheritdoc/>
    public override bool Execute()
    {
        // Sync has reported what there is to say about infra.yml.
        if (Project.ToBuild().ReadDeclared(out _) is not ({ Images.Count: > 0 } infra, var addresses))
        {
            return true;
        }

        var options = Options(isPlan: false, Tags) with { Limit = Machines };
        var request = new DirectRequest(options, infra, addresses);
        if (!request.IncludesImages)
        {
            return true;
        }

        var requests = new ImageRequests(options, infra, addresses, HashImages(infra));
        var build = new ImageBuild(requests, Did, images =>
        {
            _inventory = Project.ToBuild().WriteBuilders(requests.BuildersOf(images), addresses, out var faults);
            Log.LogDiagnostics(faults);
            return !Log.HasLoggedErrors && base.Execute();
        }, Show);
        var areAllThere = !Log.HasLoggedErrors && build.Run(request.Images);
        if (build.Built > 0)
        {
            Log.LogSummary(Project.ProjectFile, $"{Quantity.Of(build.Built, "image")} built");
        }

        return areAllThere;
    }

    /// <inheritdoc/>
    protected override void AddSwitches(CommandLineBuilder arguments)
    {
        arguments.AppendSwitch("--tags=provision");
        arguments.AppendSwitchIfNotNull("--inventory=", _inventory);
    }

    /// <inheritdoc/>
    protected override void Show(string line) => Log.LogMessage(MessageImportance.High, line);

    /// <inheritdoc/>
    private protected override void Summarise(PlaybookRun run)
    {
    }

    // What the engine did; null where it did not do all of it, which is logged.
    private PlaybookRun? Did(byte[] request)
    {
        if (IsStopped)
        {
            return null;
        }

        var run = new PlaybookRun(ProjectDirectory, TreeDirectory, Places, limit: null);
        Ask(request, run);
        Log.LogDiagnostics(run.End(exitCode: 0));
        return Log.HasLoggedErrors || IsStopped ? null : run;
    }
}
