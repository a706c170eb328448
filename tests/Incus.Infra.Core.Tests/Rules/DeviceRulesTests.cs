using System.Text.RegularExpressions;
using Incus.Infra.Core.Compiler;
using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

public sealed partial class DeviceRulesTests
{
    [TestCase("d: {type: disk, path: /x}", "INFRA2329 7:17", TestName = "A disk needs a source")]
    [TestCase("d: {type: disk, source: a/b, path: /x}", "INFRA2305 7:41", TestName = "A folder of the host is an absolute path")]
    [TestCase("d: {type: nic}", "INFRA2329 7:17", TestName = "A card needs a network")]
    [TestCase("d: {type: nic, network: br, hwaddr: 10-66-6a-00-00-01}", "INFRA2305 7:53",
        TestName = "A hardware address has colons")]
    [TestCase("d: {type: nic, network: br, ipv4.address: 10.1.1}", "INFRA2305 7:59",
        TestName = "The address of a card is an IPv4 address")]
    [TestCase("d: {type: proxy, listen: \"tcp::80\"}", "INFRA2329 7:17", TestName = "A proxy needs both ends")]
    [TestCase("d: {type: proxy, listen: \"80\", connect: \"tcp::80\"}", "INFRA2305 7:42",
        TestName = "An end of a proxy has a protocol")]
    [TestCase("d: {type: proxy, listen: \"tcp:localhost:80\", connect: \"tcp::80\"}", "INFRA2305 7:42",
        TestName = "An end of a proxy has no host name")]
    [TestCase("d: {type: tpm, path: /dev/tpm0}", "INFRA2329 7:17", TestName = "A TPM of a container needs pathrm")]
    [TestCase("d: {type: unix-char}", "INFRA2329 7:17", TestName = "A character device needs a path")]
    [TestCase("d: {type: none, user.infra.project: x}", "INFRA2327 7:33", TestName = "A device has no marks of Apply")]
    [TestCase("d: {type: disk, source: /a, path: /x, limits.max: 30MBps}", "INFRA2305 7:67",
        TestName = "A rate of a disk has a unit")]
    [TestCase("d: {type: nic, nictype: brdiged, parent: br}", "INFRA2305 7:41", TestName = "A kind of card is one of Incus")]
    [TestCase("d: {type: nic, network: br, mtu: 900}", "INFRA2305 7:50", TestName = "An MTU is large enough for IPv6")]
    [TestCase("d: {type: nic, network: br, vlan: 4095}", "INFRA2305 7:51", TestName = "A VLAN is 4094 at most")]
    [TestCase("d: {type: nic, network: br, limits.ingress: 10MB}", "INFRA2305 7:61", TestName = "A rate of a card is in bit")]
    [TestCase("d: {type: nic, network: br, name: a-very-long-name}", "INFRA2305 7:51",
        TestName = "The name of a card is one that Linux takes")]
    [TestCase("d: {type: nic, network: br, security.port_isolation: maybe}", "INFRA2305 7:70",
        TestName = "A boolean option takes no other word")]
    [TestCase("d: {type: unix-char, path: /dev/kvm, mode: rw}", "INFRA2305 7:60", TestName = "A mode is octal")]
    [TestCase("d: {type: unix-char, path: /dev/kvm, uid: root}", "INFRA2305 7:59", TestName = "A user is a number")]
    [TestCase("d: {type: usb, vendorid: 0x1d6b}", "INFRA2305 7:42", TestName = "A vendor has four digits")]
    [TestCase("d: {type: disk, source: /a, path: /x, read_only: true}", "INFRA2620 7:55",
        TestName = "An option that no disk has is a warning")]
    [TestCase("d: {type: nic, nictype: macvlan, parent: lan, limits.max: 1Mbit}", "INFRA2620 7:63",
        TestName = "An option that only other kinds of card have is a warning")]
    [TestCase("root: {type: disk, size: 20G}", "INFRA2305 7:42", TestName = "The size of the root disk has a unit of Incus")]
    [TestCase("root: {type: disk, source: /srv, path: /x}", "INFRA2328 7:17", TestName = "No other disk is called root")]
    [TestCase("root: {type: none}", "INFRA2328 7:17", TestName = "The root disk is not taken away")]
    [TestCase("big: {type: disk, path: /, pool: fast}", "INFRA2336 7:17", TestName = "A machine has one root disk")]
    [TestCase("lan0: {type: nic, network: net-lab}", "INFRA2330 7:17",
        TestName = "A machine has one card on the bridge of its domain")]
    [TestCase("lan0: {type: nic, nictype: bridged, parent: net-lab}", "INFRA2330 7:17",
        TestName = "A bridge is the same by both of its options")]
    [TestCase("lan0: {type: nic, network: br, name: eth0}", "INFRA2335 7:17",
        TestName = "Two cards do not have one name in the machine")]
    [TestCase("eth0: {ipv4.address: 10.1.1.9}", "INFRA2331 7:17", TestName = "The address of a machine is its field ip")]
    [TestCase("eth0: {type: nic, network: net-lab, ipv4.address: 10.99.1.1}", "INFRA2331 7:17",
        TestName = "The address of a card is the machine's")]
    public void A_device_that_Incus_refuses_is_refused_at_its_place(string device, string expected) =>
        Faults(Machine($"devices: {{{device}}}")).ShouldBe([expected]);

    [TestCase("d: {type: pci}", "INFRA2329 7:17", TestName = "A PCI device needs an address")]
    [TestCase("d: {type: pci, address: 1}", "INFRA2305 7:41", TestName = "A PCI address has its parts")]
    [TestCase("d: {type: disk, source: /a, path: /x, io.cache: fast}", "INFRA2305 7:65", TestName = "A cache is a word of Incus")]
    public void A_device_of_a_virtual_machine_that_Incus_refuses_is_refused_at_its_place(string device, string expected) =>
        Faults(Machine($"devices: {{{device}}}, type: vm")).ShouldBe([expected]);

    [TestCase("lxc", "d: {type: pci, address: \"0000:00:01.0\"}", "type pci")]
    [TestCase("lxc", "d: {type: disk, source: cloud-init:config}", "a configuration drive")]
    [TestCase("lxc", "d: {type: disk, source: /a, path: /x, io.cache: none}", "io.cache")]
    [TestCase("vm", "d: {type: unix-char, source: /dev/null, path: /dev/nul}", "type unix-char")]
    [TestCase("vm", "d: {type: nic, nictype: ipvlan, parent: lan}", "nictype ipvlan")]
    [TestCase("vm", "d: {type: proxy, listen: \"tcp::80\", connect: \"tcp::80\"}", "a proxy without nat: true")]
    public void A_device_of_the_other_type_of_instance_is_refused_also_from_a_profile(string type, string device, string what)
    {
        var other = type == "vm" ? "lxc" : "vm";
        string[] files =
        [
            Machine($"type: {type}, devices: {{{device}}}"),
            $"{Head}  lab: {{subnet_id: 1, profiles: {{p: {{devices: {{{device}}}}}}}, machines: "
                + $"{{web: {{type: {type}, profiles: [default, p]}}, other: {{type: {other}, profiles: [default, p]}}}}}}\n",
        ];

        foreach (var file in files)
        {
            Compile(file).Diagnostics.Single(d => d.Code == "INFRA2680").Message
                .ShouldStartWith($"Machine 'web': {what} of device 'd' is for ");
        }
    }

    [TestCase("root: {size: 20GiB}")]
    [TestCase("root: {type: disk, size: 20GiB}")]
    [TestCase("root: {type: disk, path: /, size: 20GiB}")]
    [TestCase("root: {type: disk, path: /, size: \"\", pool: fast}")]
    [TestCase("eth0: {limits.max: 10Mbit}")]
    [TestCase("eth0: {type: nic, network: net-lab, ipv4.address: 10.1.1.1}")]
    [TestCase("eth0: {type: nic, nictype: macvlan, parent: lan, hwaddr: \"00:16:3E:00:00:01\"}")]
    [TestCase("eth0: {type: none}")]
    [TestCase("lan0: {type: nic, network: net-lab, vlan: 7}")]
    [TestCase("lan0: {type: nic, network: other, ipv4.address: none}")]
    [TestCase("d: {type: disk, source: vol, pool: default, path: /x, readonly: \"yes\"}")]
    [TestCase("d: {type: disk, source: vol/sub, pool: default, path: /x}")]
    [TestCase("d: {type: disk, source: \"cephfs:fs/data\", path: /x}")]
    [TestCase("d: {type: disk, source: tmpfs, path: /x, size: 1GiB}")]
    [TestCase("d: {type: proxy, listen: \"unix:@name\", connect: \"tcp:[::1]:80\"}")]
    [TestCase("d: {type: proxy, listen: \"udp:0.0.0.0:80,90-99\", connect: \"udp:127.0.0.1:80\", nat: \"1\"}")]
    [TestCase("d: {type: unix-char, source: /dev/null, path: /dev/x}")]
    [TestCase("d: {type: usb}")]
    [TestCase("d: {type: usb, vendorid: 1d6b, user.note: mine, uid: 1000, mode: 0660}")]
    [TestCase("d: {type: disk, source: vol, pool: default, path: /x, initial.uid: 7, limits.read: 200iops, limits.write: 30MB}")]
    [TestCase("d: {type: nic, nictype: routed, parent: lan, ipv4.address: \"192.0.2.7, 192.0.2.8\", limits.egress: 1Gibit}")]
    [TestCase("d: {type: nic, nictype: bridged, parent: br0, vlan: none, vlan.tagged: 2-4, mtu: 9000, security.acls: a}")]
    public void A_device_that_Incus_takes_passes(string device) => Faults(Machine($"devices: {{{device}}}")).ShouldBeEmpty();

    [TestCase("d: {type: disk, source: /a, path: /x, read_only: true}",
        "Machine 'web': device 'd' of type disk has no option 'read_only' in Incus, which would reject it. "
        + "Did you mean 'readonly'?")]
    [TestCase("d: {type: nic, nictype: p2p, ip: 10.0.0.1}",
        "Machine 'web': device 'd' of nictype p2p has no option 'ip' in Incus, which would reject it. "
        + "Remove it, or prefix it with 'user.' if it is your own.")]
    public void An_option_that_no_such_device_has_says_which_was_meant(string device, string message) =>
        Compile(Machine($"devices: {{{device}}}")).Diagnostics.Single(d => d.Code == "INFRA2620").Message.ShouldBe(message);

    [Test]
    public void A_TPM_of_a_virtual_machine_needs_nothing() =>
        Faults(Machine("type: vm, devices: {t: {type: tpm}}")).ShouldBeEmpty();

    [Test]
    public void What_is_said_of_the_root_disk_and_of_the_card_of_a_machine_or_profile_adds_to_what_they_are()
    {
        var files = Compile(Head + """
              lab:
                subnet_id: 1
                profiles: { big: { devices: { root: { size: 20GiB } } } }
                machines: { web: { devices: { root: { type: disk, size: 9GiB }, eth0: { limits.max: 10Mbit } } } }
            """);

        files.TextOf("group_vars/lab.yml").ShouldContain("""
                  root:
                    type: "disk"
                    path: "/"
                    size: "20GiB"

            """);
        files.TextOf("host_vars/web.yml").ShouldContain("""
            instance_devices:
              root:
                path: "/"
                type: "disk"
                size: "9GiB"
              eth0:
                type: "nic"
                name: "eth0"
                network: "net-lab"
                limits.max: "10Mbit"

            """);
    }

    [Test]
    public void A_root_disk_of_another_name_is_right_where_there_is_no_other() => Faults(Head + """
          lab:
            subnet_id: 1
            profiles:
              default: { devices: { big: { type: disk, path: /, pool: fast } } }
              small: { devices: { disk: { type: disk, path: /, pool: slow } } }
            machines:
              a: {}
              b: { profiles: [small] }
              c: { profiles: [default, small] }
        """).ShouldBe(["INFRA2336 12:23", "INFRA2336 12:32"]);

    [Test]
    public void A_volume_does_not_take_the_place_of_the_root_disk() =>
        Faults(Machine("storage_volumes: {v: {path: /}}")).ShouldBe(["INFRA2336 7:35"]);

    [Test]
    public void Machines_do_not_share_an_address_of_either_kind_on_a_bridge_and_the_message_names_both_places()
    {
        var compilation = Compile(Head + """
              lab:
                subnet_id: 1
                profiles: { two: { devices: { lan: { type: nic, network: net-office, hwaddr: "00:16:3e:00:00:01" } } } }
                machines:
                  a: { devices: { lan: { type: nic, network: net-office, ipv4.address: 10.1.2.1 } } }
                  b: { profiles: [default, two] }
                  c: { devices: { lan: { type: nic, network: net-office, hwaddr: "00:16:3E:00:00:01" } } }
                  d: { devices: { lan: { type: nic, network: other, hwaddr: "00:16:3E:00:00:01" } } }
              office:
                subnet_id: 2
                machines: { web: {} }
            """);

        Faults(compilation).ShouldBe(["INFRA2332 8:23", "INFRA2333 10:23"]);
        compilation.Diagnostics.Single(d => d.Code == "INFRA2332").Message.ShouldContain("already used by 'web' (line 14)");
        compilation.Diagnostics.Single(d => d.Code == "INFRA2333").Message.ShouldContain("already used by 'b' (line 9)");
    }

    [TestCase("tcp:0.0.0.0:80", "tcp:0.0.0.0:80", true)]
    [TestCase("tcp:0.0.0.0:80", "tcp:10.0.0.1:80", true)]
    [TestCase("tcp:10.0.0.1:1-90", "tcp:10.0.0.1:70,80", true)]
    [TestCase("tcp::80", "tcp:[::]:80", true)]
    [TestCase("unix:/run/a", "unix:/run/a", true)]
    [TestCase("tcp:10.0.0.1:80", "tcp:10.0.0.2:80", false)]
    [TestCase("tcp:0.0.0.0:80", "udp:0.0.0.0:80", false)]
    [TestCase("tcp:0.0.0.0:80", "tcp:0.0.0.0:81", false)]
    [TestCase("tcp:0.0.0.0:80", "tcp:[::1]:80", false)]
    [TestCase("unix:/run/a", "unix:/run/b", false)]
    public void Two_proxies_do_not_listen_at_one_place_of_the_host(
        string first, string second, bool isTaken) => Faults(Head + $$"""
          lab:
            subnet_id: 1
            machines:
              a: { devices: { p: { type: proxy, listen: "{{first}}", connect: "tcp:127.0.0.1:80" } } }
              b: { devices: { q: { type: proxy, listen: "{{second}}", connect: "tcp:127.0.0.1:80" } } }
              c: { devices: { q: { type: proxy, listen: "{{second}}", connect: "tcp:127.0.0.1:80", bind: instance } } }
        """).ShouldBe(isTaken ? ["INFRA2334 8:23"] : []);

    [Test]
    public void A_proxy_of_a_profile_listens_for_one_machine() => Faults(Head + """
          lab:
            subnet_id: 1
            profiles: { web: { devices: { p: { type: proxy, listen: "tcp::80", connect: "tcp::80" } } } }
            machines:
              a: { profiles: [default, web] }
              b: { profiles: [default, web] }
        """).ShouldBe(["INFRA2334 9:32"]);

    // Whether a device goes around its domain is for other tests.
    private static IEnumerable<string> Faults(string infra) => Faults(Compile(infra));

    private static IEnumerable<string> Faults(Compilation compilation) =>
        Codes(compilation).Where(code => !Detours().IsMatch(code));

    [GeneratedRegex("^INFRA234[456] ")]
    private static partial Regex Detours();
}
