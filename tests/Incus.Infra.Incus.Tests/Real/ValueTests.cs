using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>The build and Incus agree on which values of options and which devices are right.</summary>
[Category("Incus")]
[Category("EachRelease")]
internal sealed class ValueTests
{
    private const string Name = "values";

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly (string Key, string[] Wrong, string[] Right)[] Config =
    [
        ("limits.memory",
            ["8G", "512M", "8 GiB", "8gib", "0", "0%", "8.5GiB"],
            ["8GiB", "8GB", "512 bytes", "1073741824", "50%"]),
        ("limits.memory.swap", ["maybe", "1G"], ["true", "off", "1GiB"]),
        ("limits.memory.enforce", ["often"], ["soft"]),
        ("limits.hugepages.2MB", ["many"], ["64MiB", "0"]),
        ("limits.cpu", ["2.5", "two", "0", "1-3,3", "1-2-3"], ["2", "0-3", "0,2,4-6", "3-1"]),
        ("limits.cpu.nodes", ["all"], ["0", "balanced", "0-1"]),
        ("limits.cpu.allowance", ["50", "half"], ["50%", "25ms/100ms", "25/100"]),
        ("limits.cpu.priority", ["11", "-1", "high"], ["0", "10"]),
        ("limits.disk.priority", ["11"], ["5"]),
        ("limits.processes", ["many", "1.5"], ["3000000000"]),
        ("security.idmap.size", ["-1", "4294967296"], ["4294967295"]),
        ("boot.host_shutdown_action", ["reboot"], ["force-stop"]),
        ("cluster.evacuate", ["never"], ["live-migrate"]),
        ("snapshots.expiry", ["1 year", "30", "1d 2d"], ["1w 2d 3H", "30M", "1y"]),
    ];

    private static readonly (string Device, bool IsRight)[] Devices =
    [
        ("{type: disk, path: /x}", false),
        ("{type: disk, source: a/b, path: /x}", false),
        ("{type: disk, source: /tmp, path: /x, readonly: \"yes\"}", true),
        ("{type: nic, nictype: bridged, parent: br, hwaddr: 10-66-6a-00-00-01}", false),
        ("{type: nic, nictype: bridged, parent: br, hwaddr: 10:66:6A:00:00:01}", true),
        ("{type: proxy, listen: \"80\", connect: \"tcp::80\"}", false),
        ("{type: proxy, listen: \"tcp:localhost:80\", connect: \"tcp::80\"}", false),
        ("{type: proxy, listen: \"tcp::80\"}", false),
        ("{type: proxy, listen: \"udp:[::]:80,90-99\", connect: \"udp:127.0.0.1:80\"}", true),
        ("{type: unix-char}", false),
        ("{type: unix-char, source: /dev/null}", true),
        ("{type: disk, source: /tmp, path: /x, limits.read: 200iops, limits.write: 30MB, initial.uid: \"7\"}", true),
        ("{type: disk, source: /tmp, path: /x, io.cache: fast}", false),
        ("{type: disk, source: /tmp, path: /x, shift: maybe}", false),
        ("{type: nic, nictype: brdiged, parent: br}", false),
        ("{type: nic, nictype: bridged, parent: br, mtu: \"1279\"}", false),
        ("{type: nic, nictype: bridged, parent: br, vlan: \"4095\"}", false),
        ("{type: nic, nictype: bridged, parent: br, name: a-very-long-name}", false),
        ("{type: nic, nictype: bridged, parent: br, mtu: \"1280\", vlan: none, name: lan0, boot.priority: \"1\"}", true),
        ("{type: nic, nictype: routed, parent: lo, ipv4.address: \"192.0.2.7\", user.note: mine}", true),
        ("{type: usb, vendorid: \"0x1d6b\"}", false),
        ("{type: usb, vendorid: 1d6b, mode: \"0660\", uid: \"7\"}", true),
        ("{type: unix-char, source: /dev/null, uid: root}", false),
        ("{type: pci}", false),
        ("{type: tpm}", true),
    ];

    [Test]
    public void What_the_build_refuses_Incus_refuses_and_what_it_passes_Incus_takes()
    {
        var differences = new List<string>();
        SharedIncus.Daemon.Client("profile", "create", Name);
        try
        {
            foreach (var (key, wrong, right) in Config)
            {
                foreach (var value in wrong.Concat(right))
                {
                    Compare($"config: {{{key}: \"{value}\"}}", right.Contains(value), "profile", "set", Name, $"{key}={value}");
                }
            }

            foreach (var (device, isRight) in Devices)
            {
                var options = device.Trim('{', '}').Split(", ").Select(o => o.Split(": ", 2))
                    .ToDictionary(o => o[0], o => o[1].Trim('"'));
                string[] command =
                [
                    "profile", "device", "add", Name, "d", options["type"],
                    .. options.Skip(1).Select(o => $"{o.Key}={o.Value}"),
                ];
                if (Compare($"devices: {{d: {device}}}", isRight, command))
                {
                    SharedIncus.Daemon.Client("profile", "device", "remove", Name, "d");
                }
            }
        }
        finally
        {
            SharedIncus.Daemon.Client("profile", "delete", Name);
        }

        differences.ShouldBeEmpty();

        bool Compare(string field, bool isRight, params string[] command)
        {
            if (IsTakenByBuild($"profiles: {{p: {{{field}}}}}") != isRight)
            {
                differences.Add($"build: {field}");
            }

            var isTaken = IsTakenByIncus(command);
            if (isTaken != isRight)
            {
                differences.Add($"Incus: {field}");
            }

            return isTaken;
        }
    }

    [Test]
    public void The_build_knows_every_option_that_Incus_has()
    {
        using var document = JsonDocument.Parse(SharedIncus.Daemon.Client("query", "/1.0/metadata/configuration"));
        var instance = Options("instance").Where(o => o.Group != "volatile").ToLookup(o => o.Condition);
        var devices = Options("devices").ToLookup(o => o.Group);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1" && IncusRelease.UnderTest == IncusRelease.Lts7)
        {
            var server = JsonNode.Parse(SharedIncus.Daemon.Client("query", "/1.0"))!;
            var version = server["environment"]!["server_version"];
            File.WriteAllText(
                Tool.Script("../src/Incus.Infra.Core/Dialect/incus-options.json"),
                JsonSerializer.Serialize(
                    new { version, instance = Sorted(instance), devices = Sorted(devices) }, Readable) + "\n");
        }

        instance.SelectMany(o => o).Where(o => IncusKeys.Find(o.Name) is null).ShouldBeEmpty();
        devices.SelectMany(o => o).Where(o => IncusOptions.Devices.GetValueOrDefault(o.Group)?.ContainsKey(o.Name) != true)
            .ShouldBeEmpty();

        List<(string Group, string Condition, string Name, string Type)> Options(string entity) =>
        [
            .. from @group in document.RootElement.GetProperty("configs").GetProperty(entity).EnumerateObject()
               from keys in @group.Value.GetProperty("keys").EnumerateArray()
               from key in keys.EnumerateObject()
               let condition = key.Value.TryGetProperty("condition", out var text) ? text.GetString()! : ""
               select (@group.Name, condition, key.Name, key.Value.GetProperty("type").GetString()!),
        ];

        static SortedDictionary<string, SortedDictionary<string, string>> Sorted(
            ILookup<string, (string Group, string Condition, string Name, string Type)> options) => new(
            options.ToDictionary(
                o => o.Key,
                o => new SortedDictionary<string, string>(o.ToDictionary(k => k.Name, k => k.Type), StringComparer.Ordinal)),
            StringComparer.Ordinal);
    }

    [Test]
    [Category("OnOneHost")]
    public void Devices_that_the_build_refuses_beside_each_other_Incus_refuses_too()
    {
        SharedIncus.Daemon.Client("network", "create", Name, "ipv4.address=10.251.251.1/24", "ipv6.address=none");
        try
        {
            SharedIncus.Daemon.Client("launch", "busybox", "values-a", "--network", Name);
            SharedIncus.Daemon.Client("launch", "busybox", "values-b", "--network", Name);
            SharedIncus.Daemon.Client("config", "device", "set", "values-a", "eth0", "ipv4.address=10.251.251.7");
            SharedIncus.Daemon.Client("config", "device", "set", "values-a", "eth0", "hwaddr=00:16:3e:00:00:01");
            string[] proxy = ["p", "proxy", "listen=tcp:127.0.0.1:18080", "connect=tcp:127.0.0.1:80"];
            SharedIncus.Daemon.Client(["config", "device", "add", "values-a", .. proxy]);

            IsTakenByIncus("config", "device", "add", "values-a", "lan0", "nic", $"network={Name}")
                .ShouldBeFalse("a second card");
            IsTakenByIncus("config", "device", "set", "values-b", "eth0", "ipv4.address=10.251.251.7")
                .ShouldBeFalse("the address");
            IsTakenByIncus("config", "device", "set", "values-b", "eth0", "hwaddr=00:16:3E:00:00:01")
                .ShouldBeFalse("the hardware address");
            IsTakenByIncus(["config", "device", "add", "values-b", .. proxy]).ShouldBeFalse("the port");
            IsTakenByIncus("config", "device", "add", "values-b", "t", "tpm", "path=/dev/tpm0").ShouldBeFalse("pathrm");
            IsTakenByIncus("config", "set", "values-b", "environment.A=x\ny").ShouldBeFalse("a line break");
            IsTakenByBuild("machines: {a: {config: {environment.A: \"x\\ny\"}}}").ShouldBeFalse();
        }
        finally
        {
            SharedIncus.Daemon.Client("delete", "--force", "values-a", "values-b");
            SharedIncus.Daemon.Client("network", "delete", Name);
        }
    }

    private static bool IsTakenByBuild(string domain) => InfraCompiler.Compile(new Sources(
        "infra.yml",
        Encoding.UTF8.GetBytes($"project_name: p\nglobal: {{default_os_image: i}}\ndomains: {{d: {{subnet_id: 1, {domain}}}}}\n"),
        "infra.lock.yml",
        null,
        Guid.NewGuid().ToString())).Succeeded;

    private static bool IsTakenByIncus(params string[] command)
    {
        try
        {
            SharedIncus.Daemon.Client(command);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
