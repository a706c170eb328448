using System.Text.Json;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Importing;

/// <summary>Which disks of a machine are volumes as infra.yml would make them.</summary>
internal static class VolumeSurvey
{
    /// <summary>
    /// Moves what is a volume as infra.yml would attach it from the devices to the result. Others stay devices, since Apply
    /// would give them another name or description.
    /// </summary>
    /// <param name="objects">What Incus has.</param>
    /// <param name="project">The project of the machine.</param>
    /// <param name="machine">Its name.</param>
    /// <param name="devices">Its devices.</param>
    /// <param name="notes">Takes sentences about volumes.</param>
    public static Dictionary<string, VolumeSpec> Take(
        IReadOnlyDictionary<ObjectId, IncusObject> objects, string project, string machine,
        Dictionary<string, IReadOnlyDictionary<string, string>> devices, List<string> notes)
    {
        var volumes = new Dictionary<string, VolumeSpec>(StringComparer.Ordinal);
        foreach (var (name, disk) in devices.ToList())
        {
            if (disk.GetValueOrDefault("type") != "disk"
                || disk.GetValueOrDefault("pool") is not { } pool || disk.GetValueOrDefault("source") is not { } source)
            {
                continue;
            }

            var volume = objects.GetValueOrDefault(ObjectId.Volume(project, pool, source));
            if (volume is null || disk.Count != 4 || source != $"{machine}-{name}" || !IsFilesystem(volume)
                || disk.GetValueOrDefault("path") is not { } path
                || volume.Description is not (null or "") && volume.Description != $"Volume {name} of {machine}")
            {
                notes.Add($"The volume '{Excerpt.Of(source)}' is only attached as a device: Apply does not manage it.");
                continue;
            }

            var kept = Properties.Of(volume).Keys.Where(p => p.Section == Section.Config && p.Key != "size")
                .Select(p => Excerpt.Of(p.Key)).ToList();
            if (kept is [_, ..])
            {
                notes.Add($"These settings of the volume {Excerpt.Of(name)} cannot be expressed here and stay unchanged: "
                    + string.Join(", ", kept) + ".");
            }

            volumes[name] = new VolumeSpec { Path = path, Pool = pool, Size = volume.Config?.GetValueOrDefault("size") };
            devices.Remove(name);
        }

        return volumes;
    }

    private static bool IsFilesystem(IncusObject volume) =>
        volume.Rest?.GetValueOrDefault("content_type") is not { ValueKind: JsonValueKind.String } type
        || type.GetString() == "filesystem";
}
