using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>
/// What domains share, and what outlives machines: volumes name domains and machines that exist, and what is written is told.
/// </summary>
internal static class SharingRules
{
    private const string Section = "shared_volumes";

    public static void Check(Infrastructure infra, DiagnosticBag diagnostics)
    {
        var enabled = infra.Domains.ToDictionary(d => d.Name.Value, d => d.Enabled, StringComparer.Ordinal);
        foreach (var (domain, machine) in infra.Domains.SelectMany(d => d.Machines.Select(m => (d, m))))
        {
            enabled.TryAdd(machine.Name.Value, domain.Enabled);
        }

        foreach (var copies in infra.CopiesByTemplate())
        {
            enabled.TryAdd(copies.Key, copies.First().Enabled);
        }

        foreach (var volume in infra.SharedVolumes)
        {
            foreach (var consumer in volume.Consumers)
            {
                CheckName(infra, consumer.Name, enabled, diagnostics);
            }
        }

        var volumes = new SharedAccess(infra).All
            .Select(v => (v.Volume, (IReadOnlyCollection<Mount>)[.. v.Mounts.Where(m => m.Domain.Enabled)]))
            .ToList();
        foreach (var (volume, mounts) in volumes)
        {
            CheckVolume(volume, mounts, diagnostics);
        }

        CheckWriters(volumes, diagnostics);
        foreach (var (domain, machine) in infra.Domains.SelectMany(d => d.Machines.Select(m => (d, m))))
        {
            CheckPersistentData(domain, machine, diagnostics);
        }
    }

    private static void CheckName(
        Infrastructure infra, Located<string> name, Dictionary<string, bool> enabled, DiagnosticBag diagnostics)
    {
        if (!enabled.TryGetValue(name.Value, out var isEnabled))
        {
            var nearest = diagnostics.IsFull ? null : infra.NewNameOf(name.Value) ?? Suggestion.For(name.Value, enabled.Keys);
            diagnostics.Add(RuleDiagnostics.UnknownParty(name.At, Section, name.Value, "a domain or a machine", nearest));
        }
        else if (!isEnabled)
        {
            diagnostics.Add(RuleDiagnostics.DisabledParty(name.At, Section, name.Value));
        }
    }

    private static void CheckVolume(SharedVolume volume, IReadOnlyCollection<Mount> mounts, DiagnosticBag diagnostics)
    {
        if (volume.Consumers.Count == 0)
        {
            diagnostics.Add(RuleDiagnostics.NoConsumers(volume.Name.At, volume.Name.Value));
        }

        if (volume.Propagate is { } at && mounts.Any(m => !m.Consumer.MayWrite))
        {
            diagnostics.Add(RuleDiagnostics.NotPropagated(at, volume.Name.Value));
        }

        var servers = mounts.Select(m => m.Domain).DistinctBy(d => d.Remote?.Value).ToList();
        if (servers is [var one, var other, ..])
        {
            diagnostics.Add(RuleDiagnostics.SharedByServers(
                volume.Name.At, volume.Name.Value, volume.Source, one.Name.Value, other.Name.Value));
        }
    }

    // On another server the same path is another folder.
    private static void CheckWriters(
        IReadOnlyList<(SharedVolume Volume, IReadOnlyCollection<Mount> Mounts)> volumes, DiagnosticBag diagnostics)
    {
        var writers = volumes
            .SelectMany(v => v.Mounts.Where(m => m.Consumer.MayWrite).Select(m => (
                v.Volume, Folder: (m.Domain.Remote?.Value, FolderRules.Normal(v.Volume.Source)), m.Domain.Name.Value)))
            .Distinct()
            .ToList();
        var byFolder = writers.ToLookup(w => w.Folder, w => w.Value);
        foreach (var (volume, folder) in writers.Select(w => (w.Volume, w.Folder)).Distinct())
        {
            if (byFolder[folder].Distinct().ToList() is [_, _, ..] domains)
            {
                diagnostics.Add(RuleDiagnostics.SeveralWriters(volume.Name.At, volume.Name.Value, volume.Source, domains));
            }
        }
    }

    private static void CheckPersistentData(Domain domain, Machine machine, DiagnosticBag diagnostics)
    {
        foreach (var data in machine.PersistentData)
        {
            (string Key, SourceLocation? At)[] others = data.IsVolumeIn(domain)
                ? [("create", data.Create)]
                : [("size", data.Size?.At), ("pool", data.Pool?.At)];
            foreach (var (key, at) in others.Where(o => o.At is not null))
            {
                diagnostics.Add(RuleDiagnostics.KeyOfOtherKind(
                    at!.Value, machine.Name.Value, data.Name.Value, key, data.IsVolumeIn(domain)));
            }
        }
    }
}
