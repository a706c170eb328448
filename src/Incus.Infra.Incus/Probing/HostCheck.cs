using System.Globalization;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;

namespace Incus.Infra.Incus.Probing;

/// <summary>What of an Incus host stands in the way of what infra.yml declares, where this machine is that host.</summary>
internal static class HostCheck
{
    // systemd holds 8 to 10 of them in a container, and the DHCP server of a bridge one.
    private const int InotifyPerContainer = 10;
    private const string InotifyLimit = "/proc/sys/fs/inotify/max_user_instances";

    /// <summary>INFRA4058 for each firewall that closes bridges; null where nobody knows.</summary>
    /// <param name="target">The way to Incus.</param>
    /// <param name="rules">What <c>nft -j list ruleset</c> says here; empty for a user who may not know.</param>
    /// <param name="bridges">Those of infra.yml.</param>
    public static IReadOnlyList<Diagnostic>? Firewalls(IncusTarget target, string rules, IReadOnlyList<string> bridges) =>
        SharesNetwork(target) ? OtherFirewalls.Find(rules, bridges) : null;

    /// <summary>INFRA4059 where root may not have as many inotify instances as infra.yml is likely to need, else null.</summary>
    /// <param name="target">The way to Incus.</param>
    /// <param name="bridges">How many infra.yml has.</param>
    /// <param name="containers">How many it has, virtual machines not counted.</param>
    public static Diagnostic? Inotify(IncusTarget target, int bridges, int containers) =>
        target is SocketTarget
        && File.Exists(InotifyLimit)
        && int.TryParse(File.ReadAllText(InotifyLimit), CultureInfo.InvariantCulture, out var limit)
            ? Inotify(limit, bridges, containers)
            : null;

    internal static Diagnostic? Inotify(int limit, int bridges, int containers)
    {
        var need = bridges + (InotifyPerContainer * containers);
        return need > limit ? ToolDiagnostics.TooFewInotify(limit, need, bridges, containers, InotifyPerContainer) : null;
    }

    // A socket can lead out of a container, or into one; then the rules that this process sees are others.
    private static bool SharesNetwork(IncusTarget target) => Peer.Of(target) is { } peer
        && NetworkOf(peer.Process.ToString(CultureInfo.InvariantCulture)) is { } network && network == NetworkOf("self");

    // Null for a process that this one may not look at.
    private static string? NetworkOf(string process) => new FileInfo($"/proc/{process}/ns/net").LinkTarget;
}
