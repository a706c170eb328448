using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>
/// What a machine cannot have when others get into it: keys that it cannot read, and, with a certificate for its project, what
/// would open the host to the holder. Incus restricts kinds of devices and options, not how they are used.
/// </summary>
internal static class AccessRules
{
    private const string Interception = "security.syscalls.intercept.";

    // Each would give its holder the host, or the network of others.
    private static readonly string[] DeviceTypes = ["infiniband", "pci", "proxy", "unix-block", "unix-char", "unix-hotplug"];

    // Source: isContainerLowLevelOptionForbidden and isVMLowLevelOptionForbidden in permissions.go of Incus 6 to 7; a key that
    // ends in a dot stands for its family.
    private static readonly string[] Options =
    [
        "boot.host_shutdown_action", "boot.host_shutdown_timeout", "limits.memory.hugepages", "limits.memory.oom_priority",
        "limits.memory.swap", "linux.kernel_modules", "raw.", "security.bpffs.", "security.guestapi.images",
        "security.idmap.base", "security.idmap.size", "security.selinux.", Interception,
    ];

    private static readonly string[] InterceptionKeys =
    [
        Interception + "bpf", Interception + "bpf.devices", Interception + "mknod", Interception + "mount",
        Interception + "setxattr", Interception + "sysinfo",
    ];

    public static void Check(Infrastructure infra, DiagnosticBag diagnostics)
    {
        foreach (var domain in infra.Domains.Where(d => d.Access is not null))
        {
            var profiles = new AppliedProfiles(domain);
            foreach (var machine in domain.Machines.Where(m => domain.Access!.SshKeys.Count > 0
                && profiles.ConfigOf(m, "security.guestapi") == "false"))
            {
                diagnostics.Add(RuleDiagnostics.KeysUnreadable(domain.Access!.At, machine.Name.Value));
            }

            if (domain.Access!.OwnAt is { } own)
            {
                if (domain.SharedNetwork is not null)
                {
                    diagnostics.Add(RuleDiagnostics.SharedNetworkWithOwn(own, domain.NetworkOwner.Value));
                }

                CheckOwn(domain, diagnostics);
            }
        }
    }

    // Also profiles that no machine has: the holder may apply them.
    private static void CheckOwn(Domain domain, DiagnosticBag diagnostics)
    {
        foreach (var (machine, port) in domain.Machines.SelectMany(m => m.Ports.Select(p => (m, p))))
        {
            diagnostics.Add(RuleDiagnostics.DeviceNotWithOwn(
                port.Name.At, $"Machine '{machine.Name.Value}'", port.Device, Opens("proxy")));
        }

        foreach (var (owner, config, devices) in domain.Profiles
            .Select(p => ($"Profile '{p.Name.Value}'", p.Config, p.Devices))
            .Concat(domain.Machines.Select(m => ($"Machine '{m.Name.Value}'", m.Config, m.Devices))))
        {
            foreach (var (key, _) in config.Where(s => IsForbidden(s.Key.Value)))
            {
                diagnostics.Add(RuleDiagnostics.NotWithOwn(key.At, owner, key.Value));
            }

            foreach (var device in devices)
            {
                if (FaultOf(domain, device) is { } reason)
                {
                    diagnostics.Add(RuleDiagnostics.DeviceNotWithOwn(device.Name.At, owner, device.Name.Value, reason));
                }
            }
        }
    }

    private static bool IsForbidden(string key) => !InterceptionKeys.Contains(key)
        && Options.Any(o => o.EndsWith('.') ? key.StartsWith(o, StringComparison.Ordinal) : key == o);

    // Incus would read several folders out of one with a comma.
    private static bool IsFolder(string path) =>
        !path.Contains(',', StringComparison.Ordinal)
        && path.TrimEnd('/').Split('/') is ["", _, ..] parts && !parts.Skip(1).Any(p => p is "" or "." or "..");

    private static string Opens(string type) => $"devices of type {type} would let the holder of the certificate reach the host";

    private static string? FaultOf(Domain domain, Device device) => device.Given("type")?.Value switch
    {
        { } type when DeviceTypes.Contains(type) => Opens(type),
        "nic" when device.Given("network")?.Value != domain.Bridge =>
            "it would let the holder of the certificate into another network",
        "disk" when device.Given("pool") is null && device.Given("source") is { } source => source switch
        {
            { Value: var path } when IsFolder(path) => IncusBoolean.IsTrue(device.Given("readonly")?.Value)
                ? "the holder of the certificate could write to that folder, as readonly is an option that he may change"
                : IncusBoolean.IsTrue(device.Given("shift")?.Value)
                ? "Incus has no shift for folders that the holder of the certificate may mount; set shift: false, or use a volume"
                : null,
            _ => "only a folder of the host, below /, can be shared with the holder of the certificate",
        },
        _ => null,
    };
}
