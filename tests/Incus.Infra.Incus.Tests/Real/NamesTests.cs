using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Probing;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>The names of machines of other domains in /etc/hosts, on a real Incus.</summary>
[Category("Incus")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class NamesTests
{
    private const string Block = """
        # === MANAGED BY infra.yml ===
        10.9.0.1 web.incus web
        # === END MANAGED BY infra.yml ===

        """;

    private readonly Lab _lab = new();

    [TearDown]
    public Task Remove_everything() => _lab.RemoveAsync();

    [Test]
    [Category("EachRelease")]
    public async Task A_machine_without_any_program_for_it_has_them_as_long_as_its_policy_and_all_else_in_the_file_stays()
    {
        var domain = _lab.Domain('a', Machine("box"));
        await _lab.ConvergeAsync(Naming(domain));
        InBox("cat /etc/hosts").ShouldBe(Block);
        InBox("stat -c '%a %u %g' /etc/hosts; ls -A /etc").ShouldBe("644 0 0\nhosts\n");

        // What the machine's own programs write there, with a mode and an owner that no default is.
        InBox("{ printf '127.0.0.1 localhost\\r\\n'; cat /etc/hosts; printf '10.0.0.7 own'; } >/new; cat /new >/etc/hosts; "
            + "rm /new; chmod 640 /etc/hosts; chown 5:6 /etc/hosts");
        var other = Naming(domain, ("web", "10.9.0.1"), ("db", "10.9.0.2"));
        (await _lab.ConvergeAsync(other)).ShouldHaveSingleItem().Values().ShouldBe(["hosts:  -> 10.9.0.2 db.incus db (Wanted)"]);
        InBox("cat /etc/hosts").ShouldBe("127.0.0.1 localhost\r\n"
            + Block.Replace("10.9.0.1", "10.9.0.2 db.incus db\n10.9.0.1", StringComparison.Ordinal) + "10.0.0.7 own");
        (await FaultsAsync(other)).ShouldBeEmpty();

        InBox("sed -i /db/d /etc/hosts; chmod 640 /etc/hosts; chown 5:6 /etc/hosts");
        (await FaultsAsync(other)).ShouldHaveSingleItem().ShouldContain("lacks '10.9.0.2 db.incus db'");
        Lab.Errors(await _lab.ApplyAsync(_lab.Request(other) with { Repair = true })).ShouldBeEmpty();
        (await FaultsAsync(other)).ShouldBeEmpty();

        await _lab.ConvergeAsync(domain);
        InBox("cat /etc/hosts").ShouldBe("127.0.0.1 localhost\r\n10.0.0.7 own");
        InBox("stat -c '%a %u %g' /etc/hosts").ShouldBe("640 5 6\n");
        (await FaultsAsync(domain)).ShouldBeEmpty();

        string InBox(string command) => In(domain, "box", command);
    }

    [Test]
    public async Task What_is_no_file_or_has_damaged_markers_is_told_and_stays_as_it_is()
    {
        var domain = _lab.Domain('a', Machine("box"), Machine("bare"));
        await _lab.ConvergeAsync(domain);
        Do("box", "ln -s /run/hosts /etc/hosts");
        Do("bare", "echo '# === MANAGED BY infra.yml ===' >/etc/hosts");

        var errors = Lab.Errors(await _lab.ApplyAsync(_lab.Request(Naming(domain)))).ToList();

        errors.Count.ShouldBe(2);
        errors[0].ShouldContain("it is a symlink");
        errors[1].ShouldContain("are not one each");
        Do("bare", "cat /etc/hosts").ShouldBe("# === MANAGED BY infra.yml ===\n");
        (await _lab.GetAsync(ObjectId.Instance(domain.IncusProject, "box"))).Config!.ShouldNotContainKey("user.infra.hosts");
        Do("box", "rm /etc/hosts");
        Do("bare", "rm /etc/hosts");
        await _lab.ConvergeAsync(Naming(domain));

        string Do(string machine, string command) => In(domain, machine, command);
    }

    // The last line end is cut off.
    private static string In(DomainSpec domain, string machine, string command) =>
        SharedIncus.Daemon.InInstance(domain.IncusProject, machine, "sh", "-euc", $"{command}; echo .")[..^1];

    private static DomainSpec Naming(DomainSpec domain, params (string Name, string Address)[] names) => domain with
    {
        Machines =
        [
            .. domain.Machines.Select(m => m with { InstanceHosts = Map(names is [] ? [("web", "10.9.0.1")] : names) }),
        ],
    };

    private async Task<IEnumerable<string>> FaultsAsync(DomainSpec domain)
    {
        using var client = new IncusClient(_lab.Target, new RequestCounter(), IncusTimeouts.Default);
        var machines = domain.Machines.Select(m => (domain, m));
        return (await new NamesCheck(client).RunAsync(machines, CancellationToken.None)).Faults.Select(f => f.Message);
    }
}
