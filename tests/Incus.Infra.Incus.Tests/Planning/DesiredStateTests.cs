using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>What the generated variables want in Incus.</summary>
internal sealed class DesiredStateTests
{
    private static readonly StoragePools Pools = new("fast", ["fast", "slow"]);

    [Test]
    public void A_bridge_never_leaves_an_address_to_Incus() =>
        Values(Domain("home", 3), ObjectId.Network("net-home")).ShouldBe(
        [
            "description=Domain home",
            "config.ipv4.address=10.77.3.254/24",
            "config.ipv4.dhcp.ranges=10.77.3.100-10.77.3.199",
            "config.ipv4.nat=true",
            "config.ipv6.address=none",
            "config.security.acls=net-home",
            "config.security.acls.default.egress.action=reject",
            "config.security.acls.default.ingress.action=reject",
        ]);

    [Test]
    public void The_projects_own_profile_has_the_root_disk_and_the_card_and_what_the_user_adds()
    {
        var domain = Domain("home", 3);
        domain.IncusProfiles = new Dictionary<string, ProfileSpec>
        {
            ["default"] = new() { Description = "mine", Config = Map(("limits.cpu", "1")) },
        };

        Values(domain, ObjectId.Profile("home", "default")).ShouldBe(
        [
            "description=mine",
            "config.limits.cpu=1",
            "devices.eth0.name=eth0",
            "devices.eth0.network=net-home",
            "devices.eth0.type=nic",
            "devices.root.path=/",
            "devices.root.pool=fast",
            "devices.root.type=disk",
        ]);
    }

    [Test]
    public void A_static_address_copies_the_card_of_the_profile_that_it_overrides()
    {
        var machine = Machine("web", "10.77.3.5");
        machine.InstanceProfiles = ["default", "filtered"];
        var domain = Domain("home", 3, machine);
        domain.IncusProfiles = new Dictionary<string, ProfileSpec>
        {
            ["filtered"] = new()
            {
                Devices = Device(
                    "eth0", ("type", "nic"), ("name", "eth0"), ("network", "net-home"), ("security.mac_filtering", "false")),
            },
        };

        Values(domain, ObjectId.Instance("home", "web")).Where(v => v.StartsWith("devices.", StringComparison.Ordinal)).ShouldBe(
        [
            "devices.eth0.ipv4.address=10.77.3.5",
            "devices.eth0.name=eth0",
            "devices.eth0.network=net-home",
            "devices.eth0.security.ipv4_filtering=true",
            "devices.eth0.security.mac_filtering=false",
            "devices.eth0.type=nic",
        ]);
    }

    [Test]
    public void A_card_on_another_network_gets_no_address_of_this_one()
    {
        var machine = Machine("web", "10.77.3.5");
        machine.InstanceDevices = Device("eth0", ("type", "nic"), ("nictype", "macvlan"), ("parent", "lan"));

        Values(Domain("home", 3, machine), ObjectId.Instance("home", "web"))
            .ShouldNotContain(v => v.Contains("ipv4.address", StringComparison.Ordinal));
    }

    [Test]
    public void Without_the_default_profile_the_root_disk_is_the_machines_own()
    {
        var machine = Machine("web");
        machine.InstanceProfiles = [];

        Values(Domain("home", 3, machine), ObjectId.Instance("home", "web")).ShouldContain("devices.root.pool=fast");
    }

    [Test]
    public void A_root_disk_that_names_no_pool_is_in_the_one_that_it_would_have_anyway()
    {
        var small = Machine("small");
        small.InstanceDevices = Device("root", ("type", "disk"), ("path", "/"), ("size", "9GiB"));
        var big = Machine("big");
        big.InstanceProfiles = ["default", "big"];
        big.InstanceDevices = Device("root", ("type", "disk"), ("path", "/"), ("limits.read", "10MB"));
        var domain = Domain("home", 3, small, big);
        domain.IncusProfiles = new Dictionary<string, ProfileSpec>
        {
            ["big"] = new() { Devices = Device("root", ("type", "disk"), ("path", "/"), ("size", "20GiB"), ("pool", "slow")) },
            ["plain"] = new() { Devices = Device("root", ("type", "disk"), ("path", "/"), ("size", "5GiB")) },
            ["default"] = new() { Devices = Device("root", ("type", "disk"), ("path", "/"), ("size", "2GiB")) },
        };

        Root(ObjectId.Profile("home", "default")).ShouldBe(["path=/", "pool=fast", "size=2GiB", "type=disk"]);
        Root(ObjectId.Profile("home", "plain")).ShouldBe(["path=/", "pool=fast", "size=5GiB", "type=disk"]);
        Root(ObjectId.Profile("home", "big")).ShouldBe(["path=/", "pool=slow", "size=20GiB", "type=disk"]);
        Root(ObjectId.Instance("home", "small")).ShouldBe(["path=/", "pool=fast", "size=9GiB", "type=disk"]);
        Root(ObjectId.Instance("home", "big")).ShouldBe(["limits.read=10MB", "path=/", "pool=slow", "type=disk"]);

        IEnumerable<string> Root(ObjectId id) => Values(domain, id)
            .Where(v => v.StartsWith("devices.root.", StringComparison.Ordinal)).Select(v => v["devices.root.".Length..]);
    }

    [Test]
    public void A_root_disk_of_another_name_in_the_projects_own_profile_is_the_only_one()
    {
        var domain = Domain("home", 3);
        domain.IncusProfiles = new Dictionary<string, ProfileSpec>
        {
            ["default"] = new() { Devices = Device("system", ("type", "disk"), ("path", "/"), ("pool", "slow")) },
        };

        Values(domain, ObjectId.Profile("home", "default"))
            .ShouldNotContain(v => v.StartsWith("devices.root.", StringComparison.Ordinal));
    }

    [TestCase(null, null)]
    [TestCase("true", "config.boot.autostart=last-state")]
    public void A_start_as_it_was_last_is_Incus_own_unless_a_profile_says_something_else(string? inProfile, string? expected)
    {
        var machine = Machine("web");
        machine.InstanceBootAutostart = "last-state";
        var domain = Domain("home", 3, machine);
        domain.IncusProfiles = new Dictionary<string, ProfileSpec>
        {
            ["default"] = new() { Config = inProfile is null ? Map() : Map(("boot.autostart", inProfile)) },
        };

        Values(domain, ObjectId.Instance("home", "web"))
            .Where(v => v.Contains("autostart", StringComparison.Ordinal)).ShouldBe(expected is null ? [] : [expected]);
    }

    [Test]
    public void A_card_that_names_the_bridge_as_its_parent_gets_the_address_of_the_machine()
    {
        var machine = Machine("web", "10.77.3.5");
        machine.InstanceDevices = Device("eth0", ("type", "nic"), ("nictype", "bridged"), ("parent", "net-home"));

        Values(Domain("home", 3, machine), ObjectId.Instance("home", "web")).ShouldContain("devices.eth0.ipv4.address=10.77.3.5");
    }

    [Test]
    public void A_machine_that_asks_for_a_GPU_gets_the_device_once()
    {
        var machine = Machine("web");
        machine.InstanceGpu = true;
        Values(Domain("home", 3, machine), ObjectId.Instance("home", "web")).ShouldContain("devices.gpu.type=gpu");

        machine.InstanceDevices = Device("card", ("type", "gpu"), ("pci", "0000:01:00.0"));
        Values(Domain("home", 3, machine), ObjectId.Instance("home", "web")).ShouldNotContain("devices.gpu.type=gpu");

        machine.InstanceDevices = Device("card", ("type", "none"));
        machine.InstanceProfiles = ["default", "gpu"];
        var domain = Domain("home", 3, machine);
        domain.IncusProfiles = new Dictionary<string, ProfileSpec>
        {
            ["gpu"] = new() { Devices = Device("card", ("type", "gpu")) },
        };
        Values(domain, ObjectId.Instance("home", "web")).ShouldContain("devices.gpu.type=gpu");

        machine.InstanceDevices = new Dictionary<string, IReadOnlyDictionary<string, string>>();
        Values(domain, ObjectId.Instance("home", "web")).ShouldNotContain("devices.gpu.type=gpu");
    }

    [Test]
    public void Boot_snapshot_and_protection_keys_are_Incus_own()
    {
        var machine = Machine("web");
        machine.InstanceEphemeral = false;
        machine.InstanceBootAutostart = "true";
        machine.InstanceBootPriority = "7";
        machine.InstanceSnapshotsSchedule = "@daily";
        machine.InstanceSnapshotsExpiry = "7d";

        Values(Domain("home", 3, machine), ObjectId.Instance("home", "web"))
            .Where(v => !v.StartsWith("devices.", StringComparison.Ordinal)).ShouldBe(
        [
            "profiles=default",
            "config.boot.autostart=true",
            "config.boot.autostart.priority=7",
            "config.security.protection.delete=true",
            "config.snapshots.expiry=7d",
            "config.snapshots.schedule=@daily",
        ]);
    }

    [Test]
    public void A_volume_is_named_after_its_machine_and_attached_under_its_own_name()
    {
        var machine = Machine("web");
        machine.InstanceStorageVolumes = new Dictionary<string, VolumeSpec>
        {
            ["data"] = new() { Path = "/data", Size = "1GiB", Pool = "slow" },
        };
        var domain = Domain("home", 3, machine);

        Values(domain, ObjectId.Volume("home", "slow", "web-data")).ShouldContain("config.size=1GiB");
        Values(domain, ObjectId.Instance("home", "web")).ShouldContain("devices.data.source=web-data");
    }

    [TestCase("slow", "slow")]
    [TestCase("default", "fast")]
    public void A_pool_called_default_means_the_servers_choice_where_there_is_none(string wanted, string expected) =>
        Pools.For(wanted).ShouldBe(expected);

    [TestCase("a b", "b", "b")]
    [TestCase("a default", null, "default")]
    [TestCase("z a", null, "a")]
    [TestCase("z a", "gone", "a")]
    public void The_pool_is_that_of_the_servers_profile_else_default_else_the_first(
        string names, string? rootPool, string expected) =>
        StoragePools.Choose(names.Split(' '), rootPool)!.Default.ShouldBe(expected);

    private static IEnumerable<string> Values(DomainSpec domain, ObjectId id) =>
        DesiredState.Of([domain], new DiskPools(Pools, new Dictionary<ObjectId, IncusObject>()))
            .Single(d => d.Id == id).Properties.Select(p => $"{p.Key}={p.Value}");
}
