using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Probing;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>What domains let through, on a real Incus: with packets that machines of the test send to each other.</summary>
[Category("Incus")]
[Category("EachRelease")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class IsolationTests
{
    private const string Open = "open";
    private const string Closed = "closed";

    private readonly Lab _lab = new();

    [TearDown]
    public Task Remove_everything() => _lab.RemoveAsync();

    [Test]
    public async Task The_rules_of_a_domain_are_as_declared_and_what_opens_it_by_hand_is_put_back()
    {
        var domain = _lab.Domain('a');
        var (acl, network) = (ObjectId.Acl(domain.IncusNetworkAcl.Name), ObjectId.Network(domain.IncusNetwork.Name));
        await _lab.ConvergeAsync(domain);
        var made = await _lab.GetAsync(acl);

        SharedIncus.Daemon.Client("network", "acl", "rule", "add", acl.Name, "ingress", "action=allow", "source=0.0.0.0/0");
        (await _lab.ConvergeAsync(domain)).ShouldHaveSingleItem().Values().ShouldBe(["ingress: from 0.0.0.0/0 ->  (Drift)"]);
        SharedIncus.Daemon.Client("network", "acl", "rule", "remove", acl.Name, "egress", "protocol=icmp4");
        (await _lab.ConvergeAsync(domain)).ShouldHaveSingleItem().Values().ShouldBe(
        [
            $"egress:  -> ping of the gateway (icmp4 type 8 from {domain.IncusNetwork.Subnet} to {domain.IncusNetwork.Gateway}) "
                + "(Drift)",
        ]);
        SharedIncus.Daemon.Client(
            "network", "set", network.Name, "security.acls=", "security.acls.default.ingress.action=allow",
            "security.acls.default.egress.action=");
        (await _lab.ConvergeAsync(domain)).ShouldHaveSingleItem().Changes.Select(c => c.Key).ShouldBe(
        [
            "config.security.acls", "config.security.acls.default.egress.action",
            "config.security.acls.default.ingress.action",
        ]);

        var back = await _lab.GetAsync(acl);
        AclRules.Format(back.Ingress).ShouldBe(AclRules.Format(made.Ingress));
        AclRules.Format(back.Egress).ShouldBe(AclRules.Format(made.Egress));
        await _lab.RemoveAsync();
        (await _lab.FindAsync(acl)).ShouldBeNull();
    }

    [Test]
    public async Task A_domain_that_version_0_1_0_left_open_is_closed_while_its_machine_runs_on_with_its_address()
    {
        var box = Machine("box", _lab.Address('a', 5));
        var domain = _lab.Domain('a', box, Machine("leased"));
        var instance = ObjectId.Instance(domain.IncusProject, "box");
        await _lab.ConvergeAsync(domain);
        var leased = Lease("leased");
        SharedIncus.Daemon.Client(
            "network", "set", domain.IncusNetwork.Name, "security.acls=", "security.acls.default.ingress.action=",
            "security.acls.default.egress.action=");
        SharedIncus.Daemon.Client("network", "acl", "delete", domain.IncusNetworkAcl.Name);
        Lab.Client(
            domain.IncusProject, "config", "device", "set", "box", "eth0", "security.mac_filtering=", "security.ipv4_filtering=");
        Lab.Client(domain.IncusProject, "config", "device", "remove", "leased", "eth0");
        var before = await _lab.GetAsync(instance);

        var results = await _lab.ConvergeAsync(domain);

        results.Lines().ShouldBe(
        [
            $"create acl '{domain.IncusNetworkAcl.Name}': done",
            $"update network '{domain.IncusNetwork.Name}': done",
            $"update instance 'box' in project '{domain.IncusProject}': done",
            $"update instance 'leased' in project '{domain.IncusProject}': done",
        ]);
        (await _lab.GetAsync(instance)).LastUsedAt.ShouldBe(before.LastUsedAt);
        Lease("box").ShouldBe(_lab.Address('a', 5));
        Lease("leased").ShouldBe(leased);
        Filters("box").ShouldContain($"ip saddr != {_lab.Address('a', 5)} drop");
        Filters("leased").ShouldContain($"ip saddr != {leased} drop");

        string Lease(string machine) => SharedIncus.Daemon.InInstance(
            domain.IncusProject, machine, "sh", "-c", "ip link set eth0 up; udhcpc -i eth0 -n -q -s /bin/true 2>&1")
            .Split("lease of ")[1].Split(' ')[0];

        string Filters(string machine) => SharedIncus.Daemon.ExecBeside(
            domain.IncusProject, machine, "nft", "list", "chain", "bridge", "incus", $"fwd.{domain.IncusProject}_{machine}.eth0");
    }

    [Test]
    public async Task A_machine_reaches_another_domain_only_by_a_rule_at_both_ends_and_nobody_by_the_address_of_another()
    {
        var pages = new AclRuleSpec { Destination = _lab.Address('b', 5), Protocol = "tcp", DestinationPort = "8080" };
        var from = _lab.Domain('a', Machine("box", _lab.Address('a', 5)));
        var to = _lab.Domain('b', Machine("web", _lab.Address('b', 5)));
        from.IncusNetworkAcl.Partners = [to.Name];
        to.IncusNetworkAcl.Partners = [from.Name];
        await _lab.ConvergeAsync(from, to);
        _lab.SetUpCard(from, "box", _lab.Address('a', 5));
        _lab.SetUpCard(to, "web", _lab.Address('b', 5));
        In('b', "web", "for port in 8080 9090; do nc -ll -p $port -e /bin/true >/dev/null 2>&1 & done");
        Probe(8080).ShouldBe(Closed);

        to.IncusNetworkAcl = to.IncusNetworkAcl.Opened(pages);
        await _lab.ConvergeAsync(from, to);
        Probe(8080).ShouldBe(Closed);
        from.IncusNetworkAcl = from.IncusNetworkAcl with { Egress = [.. from.IncusNetworkAcl.Egress, pages] };
        await _lab.ConvergeAsync(from, to);
        (Probe(8080), Probe(9090)).ShouldBe((Open, Closed));

        In('a', "box", "ip address flush dev eth0");
        _lab.SetUpCard(from, "box", _lab.Address('a', 6));
        Probe(8080).ShouldBe(Closed);

        string Probe(int port) => In(
            'a', "box", $"nc -w 2 {_lab.Address('b', 5)} {port} </dev/null && echo {Open} || echo {Closed}");

        string In(char domain, string machine, string script) =>
            SharedIncus.Daemon.InInstance(_lab.Domain(domain).IncusProject, machine, "sh", "-c", script);
    }

    [Test]
    public async Task Rules_that_somebody_deleted_on_the_host_are_set_up_anew_by_a_repair()
    {
        var port = new PortSpec { Address = "192.0.2.1", HostPort = 80, Port = 80, Nat = true };
        var domain = _lab.Domain('a', Machine("box", _lab.Address('a', 5)) with
        {
            InstancePorts = new Dictionary<string, PortSpec> { ["http"] = port },
        });
        await _lab.ConvergeAsync(domain);
        var before = await _lab.GetAsync(ObjectId.Network(domain.IncusNetwork.Name));
        string[] names = ["aclin", "aclout", "aclfwd", "acl"];
        var chains = string.Join(' ', names.Select(c => $"{c}.{domain.IncusNetwork.Name}"));
        OnHost(
            "sh", "-euc",
            $"for c in {chains}; do nft flush chain inet incus $c; done; "
            + $"for c in {chains}; do nft delete chain inet incus $c; done; "
            + $"for c in in fwd; do nft flush chain bridge incus $c.{domain.IncusProject}_box.eth0; done; "
            + $"nft flush chain inet incus prert.{domain.IncusProject}_box.port-http");
        (await _lab.PlanAsync(_lab.Request(domain))).ShouldBeEmpty("Incus does not notice it");

        var results = await _lab.ApplyAsync(_lab.Request(domain) with { Repair = true });

        Lab.Errors(results).ShouldBeEmpty();
        results.Lines().ShouldBe(
        [
            $"repair network '{domain.IncusNetwork.Name}': done",
            $"repair instance 'box' in project '{domain.IncusProject}': done",
        ]);
        OnHost("nft", "list", "chain", "inet", "incus", $"acl.{domain.IncusNetwork.Name}")
            .ShouldContain(domain.IncusNetwork.Gateway);
        OnHost("nft", "list", "chain", "bridge", "incus", $"in.{domain.IncusProject}_box.eth0")
            .ShouldContain($"ip saddr != {_lab.Address('a', 5)} drop");
        OnHost("nft", "list", "chain", "inet", "incus", $"prert.{domain.IncusProject}_box.port-http")
            .ShouldContain($"ip daddr {port.Address} tcp dport 80 dnat");
        (await _lab.GetAsync(ObjectId.Network(domain.IncusNetwork.Name))).Config.ShouldBe(before.Config, ignoreOrder: true);
        await _lab.ConvergeAsync(domain);

        string OnHost(params string[] command) => SharedIncus.Daemon.ExecBeside(domain.IncusProject, "box", command);
    }

    [Test]
    public async Task Another_firewall_is_told_apart_from_the_rules_of_Incus_until_it_names_the_bridge()
    {
        var domain = _lab.Domain('a');
        await _lab.ConvergeAsync(domain);
        var table = $"other_{domain.IncusProject.Replace('-', '_')}";
        Find().ShouldBeEmpty();

        // What comes is accepted by a rule: other tests send packets, too.
        Nft($"table ip {table} {{ chain first {{ type filter hook forward priority 0; policy drop; accept; }}; }}");
        Nft($"table inet {table} {{ chain second {{ type filter hook forward priority 0; accept; counter reject; }}; }}");
        try
        {
            Find().ShouldBe(["first", "second"], ignoreOrder: true);
            Nft($"add rule ip {table} first iifname net-* accept; add rule inet {table} second counter reject");
            Find().ShouldBe(["second"]);
            Nft($"insert rule inet {table} second oifname {{ {domain.IncusNetwork.Name}, other }} accept");
            Find().ShouldBeEmpty();
        }
        finally
        {
            Nft($"delete table ip {table}; delete table inet {table}");
        }

        IEnumerable<string> Find() => OtherFirewalls
            .Find(SharedIncus.Daemon.Exec("nft", "-j", "list", "ruleset"), [domain.IncusNetwork.Name]).ShouldNotBeNull()
            .Select(d => d.Message.Split("chain '")[1].Split('\'')[0]);

        static void Nft(string commands) => SharedIncus.Daemon.Exec("nft", commands);
    }
}
