namespace Incus.Infra.Core.Model;

/// <summary>What images are built of: a hash of each part by its name, such as <c>role web</c>, by the name of the image.</summary>
internal sealed class ImageInputs() : Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
