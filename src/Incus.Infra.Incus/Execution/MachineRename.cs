using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using Devices = System.Collections.Generic.Dictionary<string, System.Collections.Generic.Dictionary<string, string>>;

namespace Incus.Infra.Incus.Execution;

/// <summary>
/// Gives an instance another name or project, and its volumes, whose names have that in them. Incus renames only what is
/// stopped. Between projects it moves an instance only without volumes and each volume by itself, so the instance lets go of
/// them. After each request the next run can tell what is left to do.
/// </summary>
/// <param name="store">The server.</param>
/// <param name="standstill">Starts an instance again that could not be renamed.</param>
internal sealed class MachineRename(IIncusStore store, Standstill standstill)
{
    private static readonly Dictionary<string, string> NoDevice = new(StringComparer.Ordinal) { ["type"] = "none" };

    /// <summary>
    /// Stops it and renames it, and its volumes unless they are in another project. After a failure it is started again if it
    /// ran, by the name that it has.
    /// </summary>
    /// <param name="desired">As it shall be.</param>
    /// <param name="renaming">What is renamed.</param>
    /// <exception cref="IncusErrorException">Incus rejected it.</exception>
    /// <exception cref="ToolFaultException">Incus did not answer, or the instance is stopped.</exception>
    public Task RunAsync(DesiredObject desired, Renaming renaming)
    {
        var id = desired.Id;
        var at = renaming.From ?? id;
        ObjectId? now = at;
        return standstill.DuringAsync(
            [at],
            async () =>
            {
                var volumes = renaming.Volumes.Where(v => v.Was!.Value.Project == id.Project)
                    .ToDictionary(v => v.Was!.Value, v => v.Id.Name);
                if (volumes.Count > 0 && await store.FindAsync(at, CancellationToken.None) is { Value: var before })
                {
                    now = null;
                    await RenameVolumesAsync(at, before, volumes, () => now = at);
                }

                if (at.Name != id.Name)
                {
                    await store.RenameAsync(at, id.Name, CancellationToken.None);
                    now = at = at with { Name = id.Name };
                }

                if (at.Project != id.Project && await store.FindAsync(at, CancellationToken.None) is { Value: var live })
                {
                    // Where Incus does not answer, it may still be at work on it.
                    now = null;
                    await MoveAsync(at, live, desired, () => now = at);
                }
            },
            _ => now);
    }

    /// <summary>Brings the volumes that are still in another project, now that the instance has left that.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public async Task CompleteAsync(DesiredObject desired, Renaming renaming)
    {
        foreach (var volume in renaming.Volumes.Where(v => v.Was!.Value.Project != desired.Id.Project))
        {
            await store.ChangeProjectAsync(volume.Was!.Value, volume.Id, CancellationToken.None);
        }
    }

    // Where an instance has the volume, Incus 6.0 and 7.0 change its device, too, and wait 30 s for their own lock on the
    // database before they do. In a cluster the member counts as offline by then, and the next request is refused.
    private async Task RenameVolumesAsync(ObjectId at, IncusObject live, Dictionary<ObjectId, string> volumes, Action complete)
    {
        var devices = live.Devices ?? [];
        await DetachedAsync(
            at,
            attached => With(attached, volumes.Keys, _ => NoDevice),
            async () =>
            {
                foreach (var (volume, name) in volumes)
                {
                    await store.RenameAsync(volume, name, CancellationToken.None);
                    devices = With(devices, [volume], device => new(device) { ["source"] = name });
                }
            },
            () => devices,
            complete);
        await store.EditAsync(at, o => o with { Devices = devices }, CancellationToken.None);
        complete();
    }

    private static Devices With(
        Devices devices,
        IEnumerable<ObjectId> volumes,
        Func<Dictionary<string, string>, Dictionary<string, string>> change) => devices.ToDictionary(
        d => d.Key,
        d => volumes.Any(v => d.Value.GetValueOrDefault("pool") == v.Pool && d.Value.GetValueOrDefault("source") == v.Name)
            ? change(d.Value)
            : d.Value,
        StringComparer.Ordinal);

    // Incus 7.0 refuses one with volumes whatever the request says of them; 6.0 fails later.
    private Task MoveAsync(ObjectId at, IncusObject live, DesiredObject desired, Action rejected) => DetachedAsync(
        at,
        Detached,
        () => store.ChangeProjectAsync(at, desired.Id.Project, Changes(live, desired), CancellationToken.None),
        () => live.Devices,
        rejected);

    // Does what Incus does only while the instance lacks devices. Where Incus rejects it, the instance gets them back.
    private async Task DetachedAsync(
        ObjectId at, Func<Devices, Devices> detach, Func<Task> act, Func<Devices?> devices, Action rejected)
    {
        try
        {
            await store.EditAsync(at, o => o with { Devices = detach(o.Devices ?? []) }, CancellationToken.None);
            await act();
        }
        catch (IncusErrorException cause)
        {
            try
            {
                await store.EditAsync(at, o => o with { Devices = devices() }, CancellationToken.None);
            }
            catch (IncusErrorException e)
            {
                throw ToolFaultException.Of(ToolDiagnostics.LeftStopped(at, cause, e), cause);
            }

            rejected();
            throw;
        }
    }

    // Without a device, one of a profile could take its place. The subnet of a card may be another network's by now.
    private static Devices Detached(Devices devices) => devices.ToDictionary(
        d => d.Key,
        d => IsVolume(d.Value) ? NoDevice
            : IsCard(d.Value) ? d.Value.Where(option => option.Key != "ipv4.address").ToDictionary(StringComparer.Ordinal)
            : d.Value,
        StringComparer.Ordinal);

    // A card stays one, on the new network, so that it keeps its MAC address.
    private static IncusObject Changes(IncusObject live, DesiredObject desired)
    {
        var wanted = Properties.With(
            new IncusObject(), desired.Properties.Select(p => KeyValuePair.Create(p.Key, (string?)p.Value)));
        return new IncusObject
        {
            Profiles = wanted.Profiles,
            Config = new(desired.IsRestricted ? [.. RanMark.OfCopy(live), Ownership.OfWhicheverObject] : RanMark.OfCopy(live)),
            Devices = (live.Devices ?? []).Where(d => IsCard(d.Value)).ToDictionary(
                d => d.Key,
                d => wanted.Devices?.GetValueOrDefault(d.Key) is { } card && IsCard(card) ? card : NoDevice,
                StringComparer.Ordinal),
        };
    }

    private static bool IsCard(Dictionary<string, string> device) => device.GetValueOrDefault("type") == "nic";

    private static bool IsVolume(Dictionary<string, string> device) => device.ContainsKey("pool") && device.ContainsKey("source");
}
