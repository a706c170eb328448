using Incus.Infra.Incus.Desired;

namespace Incus.Infra.Tasks.Tests.Importing;

/// <summary>Hosts where anything may be set anywhere, most of it harmless.</summary>
internal static class RandomHost
{
    private static readonly string[] Texts =
    [
        "", "a", "# b: c", "- d", "é☃\n  e", "{{ f }}", "\"", "'", "%g", "null", "0x1F", "1e5", "~", "true", "007", "2", "50%",
        "64MiB",
    ];

    private static readonly string[] Keys =
    [
        "limits.cpu", "limits.memory", "limits.cpu.allowance", "security.nesting", "security.privileged", "boot.autostart",
        "boot.autostart.priority", "boot.stop.priority", "snapshots.schedule", "snapshots.expiry", "snapshots.pattern",
        "security.protection.delete", "user.a", "environment.B", "cloud-init.user-data", "raw.lxc", "no.such.key",
    ];

    private static readonly Dictionary<string, string>[] Devices =
    [
        new() { ["type"] = "proxy", ["listen"] = "tcp:0.0.0.0:80", ["connect"] = "tcp:127.0.0.1:80" },
        new() { ["type"] = "disk", ["source"] = "/srv", ["path"] = "/srv" },
        new() { ["type"] = "disk", ["pool"] = "default", ["source"] = "m0-d", ["path"] = "/data" },
        new() { ["type"] = "disk", ["path"] = "/", ["pool"] = "default", ["size"] = "5GiB" },
        new() { ["type"] = "disk", ["path"] = "/", ["pool"] = "fast" },
        new() { ["type"] = "nic", ["network"] = "net-p0", ["name"] = "eth0" },
        new() { ["type"] = "nic", ["network"] = "net-p0", ["limits.max"] = "1Mbit" },
        new() { ["type"] = "nic", ["nictype"] = "bridged", ["parent"] = "net-p0", ["name"] = "eth0", ["mtu"] = "1400" },
        new() { ["type"] = "nic", ["nictype"] = "macvlan", ["parent"] = "lan0" },
        new() { ["type"] = "none" },
        new() { ["type"] = "usb", ["vendorid"] = "1234" },
    ];

    public static HandMadeHost Make(Random random)
    {
        var host = new HandMadeHost();
        host.Incus.Pools = new StoragePools("default", ["default", "fast"]);
        for (var p = 0; p < 2; p++)
        {
            var project = $"p{p}";
            host.Project(
                project, $"10.50.{p}", Rarely("ipv4.dhcp.ranges", $"10.50.{p}.2-10.50.{p}.250"), Rarely("limits.cpu", "9"));
            host.Volume(project, "m0-d", description: Maybe(4) ? "mine" : "", size: Maybe(2) ? "16MiB" : null);
            if (Maybe(3))
            {
                host.Profile(project, "default", Maybe(2) ? "" : "ours", Config(1), Maybe(2) ? [] : Own(1));
            }

            host.Profile(project, "small", "", Config(2), Own(1));
            for (var m = 0; m < 3; m++)
            {
                host.Machine(
                    project, $"m{m}", Maybe(2) ? $"10.50.{p}.{(3 * random.Next(1, 80)) + m}" : null,
                    Maybe(2) ? [$"10.50.{p}.{random.Next(1, 250)}"] : [], Config(3), Own(2),
                    o => o with
                    {
                        Description = Texts[random.Next(Texts.Length)],
                        Status = Maybe(6) ? "Stopped" : o.Status,
                        Ephemeral = Maybe(9),
                        Type = Maybe(5) ? "virtual-machine" : o.Type,
                    },
                    Maybe(3) ? ["default", "small"] : Maybe(9) ? ["small"] : ["default"]);
            }
        }

        return host;

        bool Maybe(int times) => random.Next(times) == 0;

        Dictionary<string, string> Rarely(string key, string value) => Maybe(4) ? new() { [key] = value } : [];

        Dictionary<string, string> Config(int most) => Enumerable.Range(0, random.Next(most + 1))
            .Select(_ => Keys[random.Next(Keys.Length)]).Distinct()
            .ToDictionary(key => key, _ => Texts[random.Next(1, Texts.Length)]);

        Dictionary<string, Dictionary<string, string>> Own(int most) => Enumerable.Range(0, random.Next(most + 1))
            .Select(_ => new[] { "d", "e", "eth0", "eth1", "root" }[random.Next(5)]).Distinct()
            .ToDictionary(name => name, _ => Devices[random.Next(Devices.Length)].ToDictionary());
    }
}
