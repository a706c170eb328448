using Incus.Infra.Core.Model;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Probing;

namespace Incus.Infra.Tasks;

/// <summary>Judges this machine as the host of an Incus.</summary>
internal static class IncusHost
{
    /// <summary>What was not looked at, and warnings of what stands in the way; nothing where Incus is elsewhere.</summary>
    /// <inheritdoc cref="IncusServer.DescribeAllAsync"/>
    public static (IReadOnlyList<string> Found, IReadOnlyList<Diagnostic> Doubts) Describe(
        IncusTarget target, Infrastructure? infrastructure, string firewallRules)
    {
        if (target is not SocketTarget || infrastructure is null)
        {
            return ([], []);
        }

        var domains = infrastructure.Domains.Where(d => d.Enabled).ToList();
        var bridges = domains.Select(d => d.Bridge).Distinct().ToList();
        var containers = domains.Sum(d => d.Machines.Count(m => m.IsVirtualMachine != true));
        var firewalls = HostCheck.Firewalls(target, firewallRules, bridges);
        List<Diagnostic> doubts = [.. firewalls ?? []];
        if (HostCheck.Inotify(target, bridges.Count, containers) is { } doubt)
        {
            doubts.Add(doubt);
        }

        return (firewalls is null ? ["other firewalls were not checked, which takes root on the Incus host"] : [], doubts);
    }
}
