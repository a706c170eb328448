using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>Folders of the host that machines mount.</summary>
internal sealed class FolderGuardTests
{
    private static readonly ObjectId Web = ObjectId.Instance("lab", "web");

    [Test]
    public void A_missing_folder_is_told_by_Plan_with_the_command_and_stops_no_other_machine()
    {
        var incus = new MemoryIncus { Folders = ["/srv/here"] };
        var request = Request(Domain("lab", 1, Mounting("/srv/here", "/srv/it's", "/srv/b"), Machine("db")));

        incus.Plan(request).Single(r => r.Error is not null).Error!.ToString().ShouldBe(
            "incus: error INFRA4170: instance 'web' in project 'lab': the Incus host does not have /srv/b and /srv/it's, "
            + @"which it is to mount. Run 'sudo mkdir -p /srv/b '/srv/it'\''s'' there, and apply again.");

        incus.Apply(request).Single(r => r.Id == ObjectId.Instance("lab", "db")).Status.ShouldBe(ActionStatus.Done);
        incus.Objects.Keys.ShouldNotContain(Web);
        incus.Folders.UnionWith(["/srv/it's", "/srv/b"]);
        incus.With(request).Plan(request).ShouldBeEmpty();
    }

    [Test]
    public void A_folder_that_Apply_may_create_is_in_the_plan_and_there_before_the_machine()
    {
        var incus = new MemoryIncus { Folders = [] };
        var request = Request(Domain("lab", 1, Mounting("/srv/a") with { InstanceCreatedFolders = ["/srv/a", "/srv/unused"] }));

        incus.Plan(request).Single(r => r.Id == Web).Reason.ShouldBe("makes /srv/a on the host");
        incus.Changes.ShouldBeEmpty();
        incus.Apply(request).ShouldAllBe(r => r.Error == null);

        incus.Changes.SkipWhile(c => !c.StartsWith("make ", StringComparison.Ordinal)).ShouldBe(["make /srv/a", $"create {Web}"]);
        incus.Changes.Clear();
        incus.Apply(request).ShouldBeEmpty();
        incus.Changes.ShouldBeEmpty();
    }

    [Test]
    public void A_machine_gets_no_empty_folder_in_place_of_the_one_with_its_data()
    {
        var incus = new MemoryIncus { Folders = ["/srv/data/web/d"] };
        incus.With(Request(Domain("lab", 1, Keeping("/srv/data/web/d"))));
        var renamed = Keeping("/srv/data/shop/d") with { InstanceName = "shop", InstanceWas = "web" };
        var request = Request(Domain("lab", 1, renamed)) with { AllowMove = true };

        incus.Apply(request).Single(r => r.Error is not null).Error!.ToString().ShouldBe(
            "incus: error INFRA4170: instance 'shop' in project 'lab': the Incus host does not have /srv/data/shop/d, "
            + "which it is to mount in place of /srv/data/web/d. To keep what is there, run "
            + "'sudo mkdir -p /srv/data/shop && sudo mv /srv/data/web/d /srv/data/shop/d' there, to begin without it "
            + "'sudo mkdir -p /srv/data/shop/d', and apply again.");

        incus.Folders.ShouldBe(["/srv/data/web/d"]);
        incus.Objects.Keys.ShouldContain(Web);
        incus.Folders = ["/srv/data/shop/d"];
        incus.Apply(request).ShouldAllBe(r => r.Error == null);
    }

    [Test]
    public void What_a_machine_has_mounted_is_no_reason_to_leave_it_as_it_is_and_what_it_is_to_mount_is()
    {
        var incus = new MemoryIncus { Folders = ["/srv/a"] }.With(Request(Domain("lab", 1, Mounting("/srv/a"))));
        incus.Folders!.Clear();
        var described = Mounting("/srv/a") with { InstanceDescription = "new" };
        incus.With(Request(Domain("lab", 1, described)));

        incus.Plan(Request(Domain("lab", 1, described with { InstanceDevices = Folders("/srv/b") })))
            .Single().Error!.Message.ShouldContain("does not have /srv/b,");
        incus.Edit(Web, o => o with { Status = "Stopped" });
        incus.Plan(Request(Domain("lab", 1, described))).Single().Error!.Message.ShouldContain("does not have /srv/a,");
    }

    [Test]
    public void Nobody_looks_for_what_need_not_be_there_or_is_no_folder()
    {
        var machine = Machine("web") with
        {
            InstanceDevices = new Dictionary<string, IReadOnlyDictionary<string, string>>
            {
                ["may"] = Map(("type", "disk"), ("source", "/srv/a"), ("path", "/a"), ("required", "false")),
                ["tmp"] = Map(("type", "disk"), ("source", "tmpfs:"), ("path", "/b")),
            },
        };

        new MemoryIncus { Folders = [] }.With(Request(Domain("lab", 1, machine)));
    }

    [TestCase(
        "Failed add validation for device \"a\": Missing source path \"/srv/a\" for disk \"a\"",
        "INFRA4170: instance 'web' in project 'lab': the Incus host does not have /srv/a, which it is to mount. "
        + "Run 'sudo mkdir -p /srv/a' there, and apply again. Apply makes folders only where Incus is on this machine.")]
    [TestCase(
        "Failed to setup device mount \"a\": idmapping abilities are required but aren't supported on system",
        "INFRA4172: instance 'web' in project 'lab': the kernel of the Incus host, or the file system of a folder, cannot show a "
        + "container the owners of files as the host has them. Set shift: false on the shared volume or device, or use "
        + "kind: volume for persistent data. "
        + "Incus says: Failed to setup device mount \"a\": idmapping abilities are required but aren't supported on system")]
    public void On_another_machine_Incus_says_what_is_missing(string reason, string message)
    {
        var incus = new MemoryIncus
        {
            BeforeChange = (verb, id) =>
            {
                if (verb == "create" && id == Web)
                {
                    throw new IncusErrorException(400, reason);
                }
            },
        };

        var error = incus.Apply(Request(Domain("lab", 1, Mounting("/srv/a") with { InstanceCreatedFolders = ["/srv/a"] })))
            .Single(r => r.Id == Web).Error!;
        error.ToString().ShouldStartWith($"incus: error {message}");
    }

    [TestCase("srv/a")]
    [TestCase("/srv/../etc")]
    [TestCase(null)]
    public void Only_a_plain_path_is_created(string? path) =>
        SpecCheck.FaultsOf([Domain("lab", 1, Machine("web") with { InstanceCreatedFolders = [path!] })])
            .ShouldBe([$"Domain 'lab': machine 'web': instance_created_folders: '{path}' is no absolute path without '..'."]);

    [Test]
    public void Persistent_data_in_a_volume_stays_when_its_machine_or_domain_goes_and_how_to_delete_it_is_said()
    {
        const string command = "incus storage volume delete default web-pd-data --project lab";
        var data = ObjectId.Volume("lab", "default", "web-pd-data");
        var machine = Machine("web") with
        {
            InstanceStorageVolumes = new Dictionary<string, VolumeSpec>
            {
                ["pd-data"] = new() { Path = "/data", Persistent = true, Readonly = true },
            },
        };
        var lab = Domain("lab", 1, machine);
        lab.Ephemeral = true;
        var incus = new MemoryIncus().With(Request(lab));
        incus[Web].Devices!["pd-data"]["readonly"].ShouldBe("true");
        incus.Apply(Request(lab)).ShouldBeEmpty();

        incus.Apply(Request(Domain("lab", 1)) with { AutoCleanup = true }).Single(r => r.Id == data).Reason.ShouldBe(
            $"no longer in infra.yml; persistent data stays: delete it with '{command}'");
        incus.With(Request(lab));
        var removal = new RemovalRequest { Id = Project, Project = Project, IncludeProtected = true };
        var results = incus.Destroy(removal);

        results.Where(r => r.Error is not null).ShouldBeEmpty();
        results.Single(r => r.Id == data).Reason.ShouldBe($"persistent data stays: delete it with '{command}'");
        results.Single(r => r.Id == ObjectId.OfProject("lab")).Reason.ShouldContain("still used by volume 'web-pd-data'");
        incus.Objects.Keys.ShouldContain(data);
        incus.Objects.Keys.ShouldNotContain(Web);
        incus.With(Request(lab)).Objects[data].Object.Config!["user.infra.persistent"].ShouldBe("true");
        incus.Objects.Remove(Web);
        incus.Objects.Remove(data);
        incus.Destroy(removal).ShouldAllBe(r => r.Status == ActionStatus.Done);
        incus.Objects.ShouldBeEmpty();
    }

    private static MachineSpec Keeping(string folder) => Machine("web") with
    {
        InstanceDevices = new Dictionary<string, IReadOnlyDictionary<string, string>>
        {
            ["pd-d"] = Map(("type", "disk"), ("source", folder), ("path", "/d")),
        },
        InstanceCreatedFolders = [folder],
    };

    private static MachineSpec Mounting(params string[] folders) => Machine("web") with { InstanceDevices = Folders(folders) };

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Folders(params string[] folders) =>
        folders.ToDictionary(
            f => f[5..].Replace("'", "", StringComparison.Ordinal),
            f => (IReadOnlyDictionary<string, string>)Map(("type", "disk"), ("source", f), ("path", f)));
}
