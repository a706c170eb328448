using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Ansible;

/// <summary>Builds the images that are not as they are described, each after the one that it is made of.</summary>
/// <param name="requests">What the engine is asked.</param>
/// <param name="ask">Asks it; null where it did not do all of it.</param>
/// <param name="provision">Provisions the machines of some images; whether that went well.</param>
/// <param name="show">Called with a line for each image that is built, and for people if that fails.</param>
internal sealed class ImageBuild(
    ImageRequests requests, Func<byte[], PlaybookRun?> ask, Func<IReadOnlyList<OwnImage>, bool> provision, Action<string> show)
{
    private const string Image = "image";
    private const string Build = "build";

    /// <summary>How many it has built so far.</summary>
    public int Built { get; private set; }

    /// <summary>Builds what has to be built; whether all of these images are there then.</summary>
    public bool Run(IReadOnlyList<OwnImage> images)
    {
        if (ask(requests.Look(images)) is not { } seen)
        {
            return false;
        }

        // An interrupted build is not gone on with: who knows what its machine has seen.
        if (seen.Actions.Any(a => a.Kind != Image) && ask(requests.Remove()) is null)
        {
            return false;
        }

        var actions = seen.Actions.Where(a => a is { Kind: Image, Action: Build })
            .ToDictionary(a => a.Name, StringComparer.Ordinal);
        var waiting = images.Where(i => actions.ContainsKey(i.Name.Value)).ToList();
        while (waiting.Count > 0)
        {
            var next = waiting.FindAll(i => !waiting.Exists(other => other.Name.Value == i.Builder.OsImage?.Value));
            next.ForEach(i => show(ActionText.Line(actions[i.Name.Value])));
            if (!RunTogether(next))
            {
                show("Not all images were built. What was made for them stays to be looked at until the next Apply begins anew.");
                return false;
            }

            Built += next.Count;
            waiting = [.. waiting.Except(next)];
        }

        return true;
    }

    private bool RunTogether(List<OwnImage> images) =>
        ask(requests.Make(images)) is not null
        && (!images.Exists(i => i.Builder.IsProvisioned) || provision(images))
        && ask(requests.Publish(images)) is not null
        && ask(requests.Remove()) is not null;
}
