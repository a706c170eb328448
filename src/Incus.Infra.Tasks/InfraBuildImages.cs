using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Ansible;
using Incus.Infra.Core.Model;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Incus.Infra.Tasks;

/// <summary>
/// Builds the images that infra.yml describes and the server does not have as they are described: makes a machine for each,
/// provisions it like any other, has the engine make the image of it, and removes it.
/// </summary>
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
        return !Log.HasLoggedErrors && Build(request.Images, requests, addresses);
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

    private bool Build(IReadOnlyList<OwnImage> images, ImageRequests requests, AddressPlan addresses)
    {
        if (Did(requests.Look(images)) is not { } seen)
        {
            return false;
        }

        // An interrupted build is not gone on with: who knows what its machine has seen.
        if (seen.Actions.Any(a => a.Kind != "image") && Did(requests.Remove()) is null)
        {
            return false;
        }

        var reasons = seen.Actions.Where(a => a is { Kind: "image", Action: "build" })
            .ToDictionary(a => a.Name, StringComparer.Ordinal);
        var waiting = images.Where(i => reasons.ContainsKey(i.Name.Value)).ToList();
        while (waiting.Count > 0)
        {
            // What is made of another one waits for it.
            var next = waiting.FindAll(i => !waiting.Exists(other => other.Name.Value == i.Builder.OsImage?.Value));
            next.ForEach(i => Show(ActionText.Line(reasons[i.Name.Value])));
            if (!Build(next, requests, addresses))
            {
                Log.LogSummary(
                    Project.ProjectFile, "an image was not built: its machine stays to be looked at until the next Apply makes it anew");
                return false;
            }

            waiting = [.. waiting.Except(next)];
        }

        return true;
    }

    private bool Build(List<OwnImage> images, ImageRequests requests, AddressPlan addresses) =>
        Did(requests.Make(images)) is not null
        && Provision(images, requests, addresses)
        && Did(requests.Publish(images)) is not null
        && Did(requests.Remove()) is not null;

    private bool Provision(List<OwnImage> images, ImageRequests requests, AddressPlan addresses)
    {
        if (!images.Exists(i => i.Builder.IsProvisioned))
        {
            return true;
        }

        _inventory = Project.ToBuild().WriteBuilders(requests.BuildersOf(images), addresses, out var faults);
        Log.LogDiagnostics(faults);
        return !Log.HasLoggedErrors && base.Execute();
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
