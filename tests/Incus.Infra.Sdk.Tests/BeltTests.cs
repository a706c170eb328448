using System.Globalization;
using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>What the role incus_isolation_belt closes on the host of a real Incus, in that one's own network namespace.</summary>
[Category("Slow")]
internal sealed class BeltTests() : IncusTest("debian-python")
{
    // On the host: packets from w1 to its gateway while Incus sets the bridge up anew. Prints how many of them came through.
    private const string Flood = """
        import socket, subprocess, sys, time
        port = int(sys.argv[1])
        sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sink.bind(("", port))
        send = '''
        import select, socket, sys
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        print("begun", flush=True)
        while not select.select([sys.stdin], [], [], 0.0005)[0]:
            try: s.sendto(b"x", ("10.100.1.254", int(sys.argv[1])))
            except OSError: pass # Rejected, or the bridge has no address now.
        '''
        sender = subprocess.Popen(
            ["incus", "exec", "--project=work", "w1", "--", "python3", "-c", send, str(port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert sender.stdout.readline() == b"begun\n"
        time.sleep(0.3)
        subprocess.run(["incus", "network", "set", "net-work", f"ipv4.dhcp.expiry={port}m"], check=True)
        time.sleep(0.3)
        assert sender.poll() is None
        sender.stdin.close()
        sender.wait()
        sink.setblocking(False)
        passed = 0
        try:
            while sink.recv(16): passed += 1
        except BlockingIOError: print(passed)
        """;

    // In a machine: asks the DNS server at an address for l1.incus.
    private const string Ask = """
        import socket, sys
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.settimeout(2)
        s.connect((sys.argv[1], 53))
        try:
            s.send(bytes.fromhex("000101000001000000000000026c3105696e6375730000010001"))
            print("answered" if s.recv(512) else "empty")
        except OSError: print("closed")
        """;

    [Test]
    public void The_belt_closes_foreign_DNS_and_the_second_in_which_Incus_changes_a_bridge_and_all_policies_stay_open()
    {
        Project.Write("infra.yml", """
            project_name: lab
            global: {base_subnet: "10.100", default_os_image: debian-python}
            domains:
              work: {subnet_id: 1, ephemeral: true, machines: {w1: {}}}
              lab: {subnet_id: 2, ephemeral: true, machines: {l1: {}}}
              seat: {copies: 2, network: shared, ephemeral: true, machines: {desk: {}}}
            network_policies:
              - {from: work, to: lab, ports: [8080]}
              - {from: lab, to: host, ports: [9000]}
            """);
        Project.Write("belt.yml", """
            - name: Belt
              hosts: localhost
              connection: local
              become: true
              gather_facts: false
              roles: [incus.infra.incus_isolation_belt]
            """);
        Sandbox.Build("-t:Apply", "-p:Tags=infra").ShouldSucceed();
        WaitForAddress();
        Question("10.100.2.254").ShouldBe("answered");
        Passed(5001).ShouldBeGreaterThan(0, "the test must see what comes through without the belt");

        Belt("changed=1");

        Question("10.100.2.254").ShouldBe("closed");
        Question("10.100.1.254").ShouldBe("answered");
        Passed(5002).ShouldBe(0);

        // It gets its address by DHCP anew.
        Incus.Client("--project", "work", "restart", "--force", "w1");
        WaitForAddress();
        var verified = Sandbox.Build("-t:Verify", "-p:FlowsFile=flows.json").ShouldSucceed();
        verified.Summary.ShouldMatch(@"(\d+) of \1 connections are as declared");
        Project.Read("flows.json").ShouldContain("seat-02-desk");
        Belt("changed=0");
    }

    // In the namespaces of this Incus; the rules of the machine are none of its business.
    private void Belt(string changed)
    {
        string[] command =
        [
            .. Incus.ExecPrefix, "env", $"--chdir={Project.Path}", $"ANSIBLE_COLLECTIONS_PATH={TestRun.UnpackedSdk}",
            "ansible-playbook", "belt.yml",
        ];
        var run = Sandbox.Run(command[0], command[1..]);
        run.ExitCode.ShouldBe(0, run.Output);
        run.Output.ShouldContain("This host has no systemd");
        run.Output.ShouldMatch($@"localhost\s+: ok=\d+\s+{changed} ");
    }

    private void WaitForAddress() => Incus.InInstance(
        "work", "w1", "timeout", "60", "sh", "-c", "until ip route | grep -q default; do sleep 0.2; done");

    private string Question(string server) => Incus.InInstance("work", "w1", "python3", "-c", Ask, server);

    private int Passed(int port) => int.Parse(
        Incus.Exec("python3", "-c", Flood, port.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
}
