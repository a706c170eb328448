namespace Incus.Infra.Incus.Model;

/// <summary>A folder of the Incus host that an instance mounts.</summary>
/// <param name="Device">The device.</param>
/// <param name="Path">The folder.</param>
/// <param name="IsCreated">Whether Apply makes it where it is missing.</param>
internal sealed record HostFolder(string Device, string Path, bool IsCreated);
