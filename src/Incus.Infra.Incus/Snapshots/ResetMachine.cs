using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Snapshots;

/// <summary>A machine of infra.yml, as far as a reset is about it.</summary>
/// <param name="Id">The instance.</param>
/// <param name="Volumes">The names in Incus of its volumes that a reset brings back, too.</param>
/// <param name="Form">What it is made from where it is made anew.</param>
/// <param name="IsProtected">Whether infra.yml protects it from deletion.</param>
internal sealed record ResetMachine(ObjectId Id, IReadOnlyList<string> Volumes, InstanceForm Form, bool IsProtected);
