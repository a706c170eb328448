using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>What domains share: volumes name domains and machines that exist, and do not hide each other.</summary>
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
                CheckName(consumer, enabled, diagnostics);
            }
        }

        CheckMountPaths(infra, diagnostics);
    }

    private static void CheckName(Located<string> name, Dictionary<string, bool> enabled, DiagnosticBag diagnostics)
    {
        if (!enabled.TryGetValue(name.Value, out var isEnabled))
        {
            var nearest = diagnostics.IsFull ? null : Suggestion.For(name.Value, enabled.Keys);
            diagnostics.Add(RuleDiagnostics.UnknownParty(name.At, Section, name.Value, "a domain or a machine", nearest));
        }
        else if (!isEnabled)
        {
            diagnostics.Add(RuleDiagnostics.DisabledParty(name.At, Section, name.Value));
        }
    }

    // What a domain claims, all its machines have; they are not enumerated, because volumes times machines may be a
    // great number. One volume may name a domain and one of its machines.
    private static void CheckMountPaths(Infrastructure infra, DiagnosticBag diagnostics)
    {
        var domainOf = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (domain, machine) in infra.Domains.SelectMany(d => d.Machines.Select(m => (d, m))))
        {
            domainOf.TryAdd(machine.Name.Value, domain.Name.Value);
        }

        var claims = new Dictionary<(string Consumer, string Path), SharedVolume>();
        var claimsWithin = new Dictionary<(string Domain, string Path), SharedVolume>();
        foreach (var volume in infra.SharedVolumes.Where(v => v.Path is not null))
        {
            foreach (var (name, at) in volume.Consumers)
            {
                var domain = domainOf.GetValueOrDefault(name);
                var holder = Claim(claims, name, volume)
                    ?? (domain is null ? claimsWithin.GetValueOrDefault((name, volume.Path!)) : null)
                    ?? (domain is null ? null : claims.GetValueOrDefault((domain, volume.Path!)));
                if (domain is not null)
                {
                    Claim(claimsWithin, domain, volume);
                }

                if (holder is not null && holder != volume)
                {
                    var owner = domain is null ? $"Domain '{name}'" : $"Machine '{name}'";
                    diagnostics.Add(RuleDiagnostics.SamePath(
                        at, owner, volume.Name.Value, volume.Path!, holder.Name.Value, holder.Name.At.Line));
                }
            }
        }
    }

    /// <summary>The volume that had the path before, or null.</summary>
    private static SharedVolume? Claim(
        Dictionary<(string, string Path), SharedVolume> claims, string party, SharedVolume volume) =>
        claims.TryAdd((party, volume.Path!), volume) ? null : claims[(party, volume.Path!)];
}
