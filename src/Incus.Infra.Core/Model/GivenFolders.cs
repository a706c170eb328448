using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;

namespace Incus.Infra.Core.Model;

/// <summary>
/// The disks that <c>shared_volumes</c> and <c>persistent_data</c> give to machines: as devices, and volumes, like those that
/// machines have of their own. So whatever is true of these is true of them.
/// </summary>
/// <param name="diagnostics">Takes the faults.</param>
internal sealed class GivenFolders(DiagnosticBag diagnostics)
{
    public const string SharedPrefix = "sv-";
    public const string PersistentPrefix = "pd-";

    private const string Default = "default";

    /// <summary>The infrastructure with these disks in its machines.</summary>
    public Infrastructure Complete(Infrastructure infra)
    {
        var shared = Shared(infra);
        return shared.Count == 0 && !infra.Domains.Any(d => d.Machines.Any(m => m.PersistentData.Count > 0))
            ? infra
            : infra with
            {
                Domains =
                [
                    .. infra.Domains.Select(d => d with
                    {
                        Machines =
                        [
                            .. d.Machines.Select(m => Complete(infra, d, m, shared.GetValueOrDefault(m.Name.Value) ?? [])),
                        ],
                    }),
                ],
            };
    }

    private Dictionary<string, List<(SharedVolume Volume, Consumer Consumer)>> Shared(Infrastructure infra)
    {
        var shared = new Dictionary<string, List<(SharedVolume, Consumer)>>(StringComparer.Ordinal);
        if (infra.SharedVolumes.Count == 0)
        {
            return shared;
        }

        // What is wrong with one machine of a domain is so with all of them.
        diagnostics.OncePerPlace = true;
        var access = new SharedAccess(infra);
        if (access.Beyond is { } beyond)
        {
            diagnostics.Add(RuleDiagnostics.TooManyMounts(beyond.Name.At, beyond.Name.Value));
        }

        foreach (var (volume, mounts) in access.All)
        {
            foreach (var mount in mounts)
            {
                if (!shared.TryGetValue(mount.Machine.Name.Value, out var volumes))
                {
                    shared.Add(mount.Machine.Name.Value, volumes = []);
                }

                volumes.Add((volume, mount.Consumer));
            }
        }

        return shared;
    }

    private Machine Complete(
        Infrastructure infra, Domain domain, Machine machine, List<(SharedVolume Volume, Consumer Consumer)> shared)
    {
        var isContainer = machine.IsVirtualMachine != true;
        var persistent = machine.PersistentData.ToLookup(d => d.IsVolumeIn(domain));
        List<(Device Disk, bool Create)> disks =
        [
            .. shared.Select(s => (
                Disk(
                    new(SharedPrefix + s.Volume.Name.Value, s.Consumer.Name.At),
                    s.Volume.Source,
                    new(s.Volume.Path, s.Consumer.Name.At),
                    isContainer && s.Volume.Shift,
                    !s.Consumer.MayWrite,
                    isContainer && s.Volume.Propagate is not null),
                s.Volume.Create)),
            .. persistent[false].Select(d => (
                Disk(
                    d.Name with { Value = PersistentPrefix + d.Name.Value },
                    $"{infra.Global.PersistentDataBase}/{domain.Name.Value}/{machine.Name.Value}/{d.Name.Value}",
                    d.Path,
                    isContainer,
                    d.IsReadOnly,
                    propagates: false),
                d.Create is not null)),
        ];
        var given = disks.Where(d => IsFree(domain, machine, d.Disk.Name.Value)).ToList();
        return machine with
        {
            Devices = [.. given.Select(d => d.Disk), .. machine.Devices],
            StorageVolumes =
            [
                .. machine.StorageVolumes,
                .. persistent[true].Select(d => new StorageVolume(
                    d.Name with { Value = PersistentPrefix + d.Name.Value },
                    d.Path,
                    d.Size?.Value,
                    d.Pool?.Value ?? InfraDialect.DefaultPool,
                    Keep: true)
                {
                    IsPersistent = true,
                    IsReadOnly = d.IsReadOnly,
                }),
            ],
            CreatedFolders = [.. given.Where(d => d.Create).Select(d => d.Disk.Option("source")!.Value.Value)],
        };
    }

    private bool IsFree(Domain domain, Machine machine, string device)
    {
        var profiles = machine.Profiles?.Select(p => p.Value) ?? [Default];
        if (machine.Devices.Concat(domain.Profiles.Where(p => profiles.Contains(p.Name.Value)).SelectMany(p => p.Devices))
            .FirstOrDefault(d => d.Name.Value == device) is not { } own)
        {
            return true;
        }

        var giver = device.StartsWith(SharedPrefix, StringComparison.Ordinal) ? "a shared volume" : "persistent data";
        diagnostics.Add(RuleDiagnostics.DeviceNameGiven(own.Name.At, machine.Name.Value, device, giver));
        return false;
    }

    // Incus does not mount read-only what is mounted below a folder. Owners and what is mounted are for containers only.
    private static Device Disk(
        Located<string> name, string source, Located<string> path, bool shift, bool isReadOnly, bool propagates)
    {
        (string Key, string Value, SourceLocation At)[] options =
        [
            ("type", "disk", name.At),
            ("source", source, name.At),
            ("path", path.Value, path.At),
            .. shift ? [("shift", "true", name.At)] : Array.Empty<(string, string, SourceLocation)>(),
            .. isReadOnly ? [("readonly", "true", name.At)] : Array.Empty<(string, string, SourceLocation)>(),
            .. propagates && !isReadOnly
                ? [("recursive", "true", name.At), ("propagation", "rslave", name.At)]
                : Array.Empty<(string, string, SourceLocation)>(),
        ];
        return new Device(name, [.. options.Select(o => new Setting(new(o.Key, o.At), new(o.Value, o.At)))]);
    }
}
