using System.Text.RegularExpressions;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using Incus.Infra.Incus.Snapshots;
using Incus.Infra.Testing;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>
/// The life of a virtual machine that boots from its disk by UEFI, on a processor that QEMU emulates. It has no agent: there
/// is no vsock here.
/// </summary>
[Category("Incus")]
[Category("OnOneHost")]
internal sealed partial class VirtualMachineTests
{
    private EmbeddedIncus _incus = null!;
    private Lab _lab = null!;

    [OneTimeSetUp]
    public void Start()
    {
        _incus = EmbeddedIncus.StartForVirtualMachines("vm", "busybox");
        _lab = new Lab(_incus);
    }

    [OneTimeTearDown]
    public void Stop() => _incus?.Dispose();

    [TearDown]
    public void Keep_evidence() => SharedIncus.KeepEvidenceOfFailure(_incus);

    [Test]
    [Order(1)]
    public async Task It_boots_with_its_address_and_disk_and_only_whom_a_policy_lets_in_reaches_it()
    {
        await ConvergeAsync(Vm("256MiB", "64MiB"));
        Guest(boots: 1).ShouldBe((_lab.Address('a', 5), "64MiB"));

        foreach (var (domain, name, host) in new[] { ('a', "near", 6), ('b', "far", 5) })
        {
            _lab.SetUpCard(_lab.Domain(domain), name, _lab.Address(domain, host));
        }

        Page('a', "near").ShouldBe("up");
        Page('b', "far").ShouldBe("closed");
    }

    [Test]
    [Order(2)]
    public async Task What_a_running_one_takes_is_given_to_it_and_for_the_rest_it_is_switched_off_and_on()
    {
        var id = ObjectId.Instance(Project, "vm");
        var before = await _lab.GetAsync(id);
        (await ConvergeAsync(Vm("256MiB", "80MiB"))).ShouldHaveSingleItem().Action.ShouldBe(ActionKind.Update);

        (await ConvergeAsync(Vm("320MiB", "80MiB"))).ShouldHaveSingleItem().Action.ShouldBe(ActionKind.Restart);

        Guest(boots: 2).ShouldBe((_lab.Address('a', 5), "80MiB"));
        var after = await _lab.GetAsync(id);
        after.Config!["volatile.uuid"].ShouldBe(before.Config!["volatile.uuid"]);
        after.Config["volatile.eth0.hwaddr"].ShouldBe(before.Config["volatile.eth0.hwaddr"]);
    }

    [Test]
    [Order(3)]
    public async Task A_profile_that_it_takes_only_when_it_starts_is_changed_and_the_machine_restarted_in_one_run()
    {
        var vm = Vm(null, "80MiB") with { InstanceProfiles = ["default", "size"] };
        await ConvergeAsync(vm, "320MiB");

        (await ConvergeAsync(vm, "256MiB")).Lines().ShouldBe(
        [
            $"update profile 'size' in project '{Project}': done",
            $"restart instance 'vm' in project '{Project}': done",
        ]);
        Guest(boots: 3);
    }

    [Test]
    [Order(4)]
    public async Task It_goes_back_to_a_snapshot_and_is_replaced_for_another_image_only_when_that_is_allowed()
    {
        var vm = Vm("256MiB", "80MiB");
        await ConvergeAsync(vm);
        var id = ObjectId.Instance(Project, "vm");
        var scope = new DeclaredMachines([id]);
        await SnapshotsAsync(engine => engine.TakeAsync(scope, "third", CancellationToken.None));
        await SnapshotsAsync(engine => engine.RestoreAsync(scope, "third", _ => false, CancellationToken.None));
        Guest(boots: 4);

        _incus.Client("image", "alias", "create", "other", Fingerprint());
        var other = _lab.Request(Domains(vm with { InstanceOsImage = "other" }));
        (await _lab.ApplyAsync(other)).ShouldHaveSingleItem().Action.ShouldBe(ActionKind.Replace);
        _lab.Requests.Keys.ShouldBe(["GET"]);
        Lab.Errors(await _lab.ApplyAsync(other with { AllowReplace = true })).ShouldBeEmpty();
        Guest(boots: 1).ShouldBe((_lab.Address('a', 5), "80MiB"));

        string Fingerprint() => _incus.Client("image", "list", "vm", "--format", "csv", "--columns", "F");
    }

    [Test]
    [Order(5)]
    public async Task It_is_an_orphan_when_it_leaves_and_is_deleted_when_that_is_allowed()
    {
        var gone = _lab.Domain('a');
        (await _lab.PlanAsync(_lab.Request(gone))).ShouldContain(r => r.Action == ActionKind.Orphan && r.Id.Name == "vm");
        await _lab.RemoveAsync();
        _incus.Client("list", "--all-projects", "--format", "csv").ShouldBeEmpty();
    }

    private string Project => _lab.Domain('a').IncusProject;

    private Task<IReadOnlyList<ActionResult>> ConvergeAsync(MachineSpec vm, string memoryOfProfile = "256MiB") =>
        _lab.ConvergeAsync(Domains(vm, memoryOfProfile));

    // The machine with a neighbour, and one in another domain.
    private DomainSpec[] Domains(MachineSpec vm, string memoryOfProfile = "256MiB")
    {
        var domain = _lab.Domain('a', vm, Machine("near", _lab.Address('a', 6)));
        domain.IncusProfiles = new Dictionary<string, ProfileSpec>
        {
            ["size"] = new() { Config = Map(("limits.memory", memoryOfProfile)) },
        };
        return [domain, _lab.Domain('b', Machine("far", _lab.Address('b', 5)))];
    }

    private async Task SnapshotsAsync(Func<SnapshotEngine, Task<IReadOnlyList<SnapshotResult>>> run)
    {
        using var client = new IncusClient(_lab.Target, new RequestCounter(), IncusTimeouts.Default);
        var engine = new SnapshotEngine(client, _lab.Target, new ServerInfo(), _ => { }, _ => { }, TimeProvider.System);
        (await run(engine)).ShouldHaveSingleItem().Error.ShouldBeNull();
    }

    private MachineSpec Vm(string? memory, string disk) => Machine("vm", _lab.Address('a', 5), "vm") with
    {
        InstanceType = "vm",
        InstanceConfig = memory is null
            ? Map(("security.secureboot", "false"))
            : Map(("security.secureboot", "false"), ("limits.memory", memory)),
        InstanceDevices = Device("root", ("type", "disk"), ("path", "/"), ("size", disk)),
    };

    private string Page(char domain, string machine) => _incus.InInstance(
        _lab.Domain(domain).IncusProject, machine, "sh", "-c",
        $"printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 3 {_lab.Address('a', 5)} 80 | tail -n 1 | grep . || echo closed");

    // What its console says after a boot.
    private (string Address, string Disk) Guest(int boots)
    {
        var deadline = DateTime.UtcNow.AddMinutes(3);
        while (true)
        {
            var log = _incus.Client("console", "vm", "--show-log", "--project", Project);
            if (Said().Matches(log).LastOrDefault() is { } said && said.Groups[2].Value == $"{boots}")
            {
                return (said.Groups[1].Value, said.Groups[3].Value);
            }

            DateTime.UtcNow.ShouldBeLessThan(deadline, log);
            Thread.Sleep(200);
        }
    }

    [GeneratedRegex(@"guest address=(\S+) boots=(\d+) disk=(\S+)")]
    private static partial Regex Said();
}
