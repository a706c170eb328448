using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Desired;

// Set and not init: the JSON source generator overwrites the default of an init member that is missing in the text.

/// <summary>One image of the project's own.</summary>
internal sealed record ImageSpec
{
    private const string Vm = "vm";

    /// <summary>Its alias.</summary>
    public required string Name { get; set; }

    public string Description { get; set; } = "";

    /// <summary>What machines it is for, <c>lxc</c> or <c>vm</c>.</summary>
    public string Type { get; set; } = "lxc";

    /// <summary>Hashes of what it is built of, by name; null where the sender does not know them.</summary>
    public IReadOnlyDictionary<string, string>? Inputs { get; set; }

    /// <summary>How many versions the server keeps.</summary>
    public int Keep { get; set; } = 1;

    /// <summary>
    /// The project of the machine that it is made from, which has its name and is provisioned; null where there is none.
    /// </summary>
    public string? Builder { get; set; }

    internal ObjectId Id => ObjectId.Image(Name);

    /// <summary>As Incus says it.</summary>
    internal string InstanceType => Type == Vm ? InstanceForm.VirtualMachine : InstanceForm.Container;

    /// <summary>What the engine cannot work with, each as a sentence.</summary>
    internal static IEnumerable<string> FaultsOf(IReadOnlyList<ImageSpec> images) => images
        .SelectMany<ImageSpec, string>((image, i) => image is null ? [$"images[{i}] is empty."]
            : image.Type is not ("lxc" or Vm)
                ? [$"images[{i}].type is '{Excerpt.Of(image.Type)}', and only lxc and vm are known."]
            : image.Keep < 1 ? [$"images[{i}].keep must be at least 1."]
            : []);
}
