namespace Incus.Infra.Core.Model;

/// <summary>What images are built of: by the name of each, a hash of each part by its name, such as <c>role web</c>.</summary>
internal sealed class ImageInputs() : Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
