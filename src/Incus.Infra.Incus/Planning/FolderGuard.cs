using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Refuses an instance that is to mount a folder which the Incus host does not have, or has Apply make it first. Where the host
/// is another machine only Incus knows, and says so when the instance is to mount it.
/// </summary>
internal static class FolderGuard
{
    /// <summary>The plan, with a fault, or with folders to make, on each instance that is to mount missing ones.</summary>
    public static IReadOnlyList<PlannedAction> Check(IReadOnlyList<PlannedAction> plan, IIncusStore store) =>
        [.. plan.Select(a => a is { IsWork: true, Desired.Folders: [_, ..] } ? Check(a, store) : a)];

    /// <summary>The folders that an instance has mounted so far in place of some of <paramref name="folders"/>.</summary>
    public static Dictionary<HostFolder, string> FormersOf(PlannedAction action, IEnumerable<HostFolder> folders)
    {
        var sources = action.Changes
            .Where(c => c is { Property: { Section: Section.Devices, Key: "source" }, Old: ['/', ..] })
            .ToDictionary(c => c.Property.Device, c => c.Old!, StringComparer.Ordinal);
        return folders.Where(f => sources.ContainsKey(f.Device)).ToDictionary(f => f, f => sources[f.Device]);
    }

    private static PlannedAction Check(PlannedAction action, IIncusStore store)
    {
        var missing = action.Desired!.Folders
            .Where(f => Mounts(action, f.Device) && store.HasFolder(f.Path, action.Desired.Member) == false)
            .ToList();
        if (missing.Count == 0)
        {
            return action;
        }

        // An empty folder in place of the one with the data would pass for it.
        var former = FormersOf(action, missing)
            .Where(f => store.HasFolder(f.Value, action.Desired.Member) == true)
            .ToDictionary();
        var unwanted = missing.Where(f => !f.IsCreated || former.ContainsKey(f)).ToList();
        if (unwanted.Count > 0)
        {
            return action with { Fault = ToolDiagnostics.FolderMissing(action.Id, unwanted, action.Desired.Member, former) };
        }

        var makes = missing.Select(f => f.Path).Distinct().ToList();
        var reason = $"makes {string.Join(" and ", makes)} on the host";
        return action with
        {
            MakesFolders = [.. makes],
            Reason = action.Reason.Length == 0 ? reason : $"{action.Reason}; {reason}",
        };
    }

    // What an instance has mounted already stays mounted while it runs.
    private static bool Mounts(PlannedAction action, string device) => action.Kind != ActionKind.Update
        || action.Changes.Any(c => c.Property.Section == Section.Devices && c.Property.Device == device);
}
