using Incus.Infra.Testing;

using static Incus.Infra.Incus.Tests.Embedded.SharedIncus;

namespace Incus.Infra.Incus.Tests.Embedded;

/// <summary>What the embedded Incus gives to those who use it.</summary>
[Category("Incus")]
public sealed class EmbeddedIncusTests
{
    [TearDown]
    public void Remove_everything() => RemoveEverything(Daemon);

    [Test]
    public void Busybox_runs_and_stops_when_it_is_asked_to()
    {
        Daemon.Client("launch", "busybox", "tiny");

        Daemon.InInstance("default", "tiny", "sh", "-c", "echo $((6 * 7))").ShouldBe("42");
        Daemon.Client("stop", "tiny");
    }

    [Test]
    [Category("EachRelease")]
    public void Debian_boots_whole_gets_an_address_and_installs_a_package_from_the_machines_mirror()
    {
        CreateBridge(Daemon);
        Daemon.Client("launch", "debian", "deb", "--network", "br0");

        InDebian("until [ -S /run/dbus/system_bus_socket ]; do sleep 0.1; done; systemctl is-system-running --wait")
            .ShouldBe("running");
        InDebian("hostname").ShouldBe("deb");
        InDebian("! command -v python3");
        InDebian("until ip route | grep -q ^default; do sleep 0.1; done; ip -4 -o address show eth0").ShouldContain("10.99.1.");
        InDebian("apt-get -qq update && apt-get -qq install --no-install-recommends hello >/dev/null 2>&1 && hello")
            .ShouldBe("Hello, world!");

        static string InDebian(string command) => Daemon.InInstance("default", "deb", "sh", "-c", command);
    }

    [Test]
    public void The_evidence_of_a_failure_has_the_log_of_the_daemon_and_the_journal_of_each_instance_that_has_one()
    {
        Daemon.Client("launch", "debian", "deb");
        Daemon.Client("launch", "busybox", "tiny");
        Daemon.InInstance("default", "deb", "sh", "-c", "until journalctl --quiet | grep -q systemd; do sleep 0.1; done");
        var folder = Directory.CreateTempSubdirectory("evidence-").FullName;

        Daemon.WriteEvidence(folder);

        Directory.GetFiles(folder).Select(Path.GetFileName).ShouldBe(
            ["default-deb.journal", "default-deb.txt", "default-tiny.txt", "incusd.log", "instances.txt"], ignoreOrder: true);
        File.ReadAllText(Path.Join(folder, "default-deb.journal")).ShouldContain("systemd[1]");
        File.ReadAllText(Path.Join(folder, "default-tiny.txt")).ShouldContain("Status: RUNNING");
        new FileInfo(Path.Join(folder, "incusd.log")).Length.ShouldBePositive();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void The_pool_is_ready_and_there_is_no_network_that_could_overlap()
    {
        Daemon.Client("storage", "list", "--format", "csv", "--columns", "nD").ShouldBeOneOf("default,btrfs", "default,dir");
        Daemon.Client("profile", "device", "get", "default", "root", "pool").ShouldBe("default");
        Daemon.Client("network", "list", "--format", "csv").ShouldNotContain("YES");
    }

    [Test]
    [Category("EachRelease")]
    public void Inside_the_default_socket_is_its_own_and_none_of_the_machines_links_is_seen()
    {
        Daemon.Client("config", "set", "user.mark", "this one");

        Daemon.Exec("env", "-u", "INCUS_DIR", "-u", "INCUS_SOCKET", "incus", "config", "get", "user.mark").ShouldBe("this one");
        Daemon.Exec("ls", "/sys/class/net").Split('\n').ShouldBe(["eth0", "lo"], ignoreOrder: true);
    }

    [Test]
    public void The_other_release_is_the_newest_that_the_pages_call_tested_and_what_boots_there_is_Debian_13()
    {
        using var newer = EmbeddedIncus.StartRelease(IncusRelease.Lts7, "debian");

        newer.Exec("incus", "--version").ShouldStartWith($"{TestedVersions.Incus[^1]}.");
        newer.Client("image", "list", "--format", "csv", "--columns", "d").ShouldContain("Debian trixie");
    }

    [TestCase(IncusRelease.Installed)]
    [TestCase(IncusRelease.Lts7)]
    public void Two_at_once_have_the_same_bridge_subnet_and_instance_and_nothing_of_each_other(string release)
    {
        using var other = EmbeddedIncus.StartRelease(release, "busybox");
        foreach (var incus in (EmbeddedIncus[])[Daemon, other])
        {
            CreateBridge(incus);
            incus.Client("launch", "busybox", "same", "--network", "br0");
        }

        other.Client("delete", "--force", "same");

        Daemon.Client("exec", "same", "--", "sh", "-c", ":");
        other.Client("list", "--format", "csv").ShouldBeEmpty();
    }

    private static void CreateBridge(EmbeddedIncus incus) =>
        incus.Client("network", "create", "br0", "ipv4.address=10.99.1.254/24", "ipv4.nat=true", "ipv6.address=none");

    private static void RemoveEverything(EmbeddedIncus incus)
    {
        var instances = incus.Client("list", "--format", "csv", "--columns", "n");
        foreach (var name in instances.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            incus.Client("delete", "--force", name);
        }

        var networks = incus.Client("network", "list", "--format", "csv");
        foreach (var network in networks.Split('\n').Where(line => line.StartsWith("br0,", StringComparison.Ordinal)))
        {
            incus.Client("network", "delete", network.Split(',')[0]);
        }
    }
}
