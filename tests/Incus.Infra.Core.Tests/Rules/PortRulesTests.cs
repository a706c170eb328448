using System.Globalization;
using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

/// <summary>Ports of the host: which forms there are, what is wrong where, and what the tree says.</summary>
public sealed class PortRulesTests
{
    [TestCase("ssh: auto", "0.0.0.0", 30000, 22, "tcp", "false")]
    [TestCase("web: auto:8000", "0.0.0.0", 30000, 8000, "tcp", "false")]
    [TestCase("web: 8080:80", "0.0.0.0", 8080, 80, "tcp", "false")]
    [TestCase("web: \"127.0.0.1:8080:80\"", "127.0.0.1", 8080, 80, "tcp", "false")]
    [TestCase("dns: 192.168.1.5:53:5353/udp", "192.168.1.5", 53, 5353, "udp", "true")]
    [TestCase("https: 127.0.0.1:auto/tcp", "127.0.0.1", 30000, 443, "tcp", "false")]
    public void Each_form_says_where_the_host_listens_and_where_it_leads(
        string port, string address, int hostPort, int machinePort, string protocol, string nat) =>
        File("host_vars/web.yml", Machine($"ports: {{ {port} }}")).ShouldContain(string.Create(CultureInfo.InvariantCulture, $"""
            instance_ports:
              {port.Split(':')[0]}:
                address: "{address}"
                host_port: {hostPort}
                port: {machinePort}
                protocol: {protocol}
                nat: {nat}

            """));

    [TestCase("ssh: 22")]
    [TestCase("ssh: \"22\"")]
    [TestCase("ssh: \"0:22\"")]
    [TestCase("ssh: \"65536:22\"")]
    [TestCase("ssh: \"8080:80/sctp\"")]
    [TestCase("ssh: \"localhost:8080:80\"")]
    [TestCase("ssh: \"8080-8090:80\"")]
    public void Another_form_is_refused_at_its_value(string port) =>
        Codes(Machine($"ports: {{ {port} }}")).ShouldHaveSingleItem().ShouldEndWith(" 7:21");

    [Test]
    public void A_name_that_is_not_well_known_needs_the_port_of_the_machine()
    {
        var fault = Fault(Machine("ports: { web: auto }"));

        fault.ToString().ShouldStartWith("infra.yml(7,21): error INFRA2358: Machine 'web': the name of port 'web' does not say");
        fault.Message.ShouldContain("Write auto:<port>, such as auto:80; only ssh, http, ");
    }

    [Test]
    public void Copies_share_no_port_and_the_build_gives_each_its_own()
    {
        const string seats = ZonedHead + "  seat: { copies: 3, machines: { desk: { ports: { ssh: PORT } } } }\n";

        var fault = Fault(seats.Replace("PORT", "2222:22", StringComparison.Ordinal));
        fault.ToString().ShouldStartWith("infra.yml(4,56): error INFRA2359: Machine 'desk': domain 'seat' has copies");
        fault.Message.ShouldContain("Write ssh: auto:22");
        var right = Compile(seats.Replace("PORT", "auto", StringComparison.Ordinal));
        Enumerable.Range(1, 3)
            .Select(i => right.TextOf($"host_vars/seat-0{i}-desk.yml").Split('\n').Single(l => l.Contains("host_port")).Trim())
            .ShouldBe(["host_port: 30000", "host_port: 30001", "host_port: 30002"]);
    }

    [Test]
    public void Two_ports_or_a_port_and_a_proxy_do_not_listen_at_one_place_of_the_host_and_both_places_are_named()
    {
        var compilation = Compile(Head + """
              lab:
                subnet_id: 1
                machines:
                  a: { ports: { web: "8080:80", dns: "8080:53/udp", own: "127.0.0.1:9090:90" } }
                  b: { ports: { web: "127.0.0.1:8080:80" } }
                  c: { devices: { p: { type: proxy, listen: "tcp:127.0.0.1:9090", connect: "tcp::80" } } }
              off: { subnet_id: 2, enabled: false, machines: { d: { ports: { web: "8080:80" } } } }
            """);

        Codes(compilation).ShouldBe(["INFRA2334 8:26", "INFRA2334 9:23"]);
        compilation.Diagnostics[0].Message.ShouldBe(
            "Machine 'b': port 'web' listens on tcp:127.0.0.1:8080, like port 'web' of 'a' (line 7). "
            + "Give one of them another port.");
    }

    [TestCase("auto", "INFRA2360 7:31")]
    [TestCase("127.0.0.1:auto", "INFRA2360 7:31")]
    [TestCase("0.0.0.0:auto", "INFRA2360 7:31")]
    [TestCase("192.168.1.10:auto", null)]
    public void A_virtual_machine_needs_an_address_of_the_host(string port, string? fault) =>
        Codes(Machine($"type: vm, ports: {{ ssh: {port} }}")).ShouldBe(fault is null ? [] : [fault]);

    [Test]
    public void What_is_outside_all_domains_is_let_in_where_the_host_forwards_packets_and_nowhere_else()
    {
        File("group_vars/lab.yml", Machine("ports: { ssh: 192.168.1.10:auto }")).ShouldContain("""
                - description: "port ssh of web"
                  source: "1.0.0.0-10.0.255.255,10.2.0.0-126.255.255.255,128.0.0.0-223.255.255.255"
                  destination: "10.1.1.1"
                  protocol: "tcp"
                  destination_port: "22"
            """);
        File("group_vars/lab.yml", Machine("ports: { ssh: auto, http: 127.0.0.1:auto }"))
            .ShouldBe(File("group_vars/lab.yml", Machine("")));
    }

    [TestCase("devices: {port-ssh: {type: none}}, ports: { ssh: auto }", "INFRA2361 7:51")]
    [TestCase("storage_volumes: {port-ssh: {path: /x}}, ports: { ssh: auto }", "INFRA2361 7:57")]
    public void A_device_of_the_name_that_a_port_gets_is_refused(string keys, string fault) =>
        Codes(Machine(keys)).ShouldBe([fault]);
}
