using System.Collections.Immutable;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>Decides which of the project's own images are built: new ones, and those of which an input has changed.</summary>
/// <param name="infrastructure">Whose images.</param>
/// <param name="live">What Incus has.</param>
internal sealed class ImagePlanner(Infrastructure infrastructure, IReadOnlyDictionary<ObjectId, IncusObject> live)
{
    /// <summary>An action for each image that is not as it should be.</summary>
    public IEnumerable<PlannedAction> Plan(IEnumerable<ImageSpec> images) => images.Select(Plan).OfType<PlannedAction>();

    private PlannedAction? Plan(ImageSpec image)
    {
        if (!live.TryGetValue(image.Id, out var found))
        {
            return Of(ActionKind.Build, "new");
        }

        return Ownership.Of(image.Id, found) switch
        {
            null => Of(ActionKind.Build, "") with { Fault = ToolDiagnostics.AliasTaken(image.Id) },
            var owner when !owner.BelongsTo(infrastructure) =>
                Of(ActionKind.Build, "") with { Fault = ToolDiagnostics.OwnedByOther(image.Id, owner.Infrastructure) },
            _ when found.Type != image.InstanceType =>
                Of(ActionKind.Build, $"it is for a {found.Type}, not for a {image.InstanceType}"),
            _ when image.Inputs is { } inputs && ImageInputs.ChangesOf(found, inputs) is { Length: > 0 } changed =>
                Of(ActionKind.Build, $"changed: {changed}"),
            _ when !found.Versions!.IsNamed => Of(ActionKind.Update, "it was built, but does not have its name yet"),
            _ when image.Inputs is not null && found.Versions.Count > image.Keep =>
                Of(ActionKind.Update, $"there are {found.Versions.Count} versions, and {image.Keep} are kept"),
            _ => null,
        };

        PlannedAction Of(ActionKind kind, string reason) => new(image.Id, kind, [], reason)
        {
            Image = image,
            Ownership = new Ownership(
                infrastructure,
                ObjectIdentity.New(image.Id),
                Domain: "",
                Protected: false,
                Image: null,
                ImmutableSortedDictionary<string, string>.Empty),
        };
    }

    /// <summary>The images among some actions that are built.</summary>
    public static IReadOnlySet<ObjectId> Built(IEnumerable<PlannedAction> plan) =>
        plan.Where(a => a.Kind == ActionKind.Build).Select(a => a.Id).ToHashSet();

    /// <summary>
    /// The plan, in which what is made from an image that is built waits for it; what is there already needs no image.
    /// </summary>
    public static IReadOnlyList<PlannedAction> Arrange(IReadOnlyList<PlannedAction> plan)
    {
        var built = Built(plan);
        return built.Count == 0 ? plan : [.. plan.Select(a =>
            a is { Kind: ActionKind.Create or ActionKind.Replace or ActionKind.Rebuild, Desired: { } desired }
                && desired.Instance?.Image is { } image && built.Contains(ObjectId.Image(image))
                ? a with { Desired = desired with { DependsOn = desired.DependsOn.Add(ObjectId.Image(image)) } }
                : a)];
    }
}
