using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>Folders of the host that machines mount, and data that outlives them.</summary>
[Category("Incus")]
[Category("OnOneHost")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FolderTests
{
    private readonly Lab _lab = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("infra-folders-").FullName;

    [TearDown]
    public async Task Remove_everything()
    {
        await _lab.RemoveAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    [Category("EachRelease")]
    public async Task A_folder_is_shared_and_data_outlives_its_machine()
    {
        var (share, own) = (Path.Join(_folder, "share"), Path.Join(_folder, "data", "web", "own"));
        var web = Machine("web");
        web.InstanceDevices = Disks(("sv-share", share, "/share", "shift"), ("pd-own", own, "/own", "shift"));
        web.InstanceStorageVolumes = new Dictionary<string, VolumeSpec>
        {
            ["pd-vol"] = new() { Path = "/vol", Persistent = true },
        };
        var reader = Machine("reader");
        reader.InstanceDevices = Disks(("sv-share", share, "/share", "readonly"));
        var domain = _lab.Domain('a', web, reader);
        var project = domain.IncusProject;

        Lab.Errors(await _lab.PlanAsync(_lab.Request(domain))).ShouldContain(e => e.Contains($"'sudo mkdir -p {own} {share}'"));
        web.InstanceCreatedFolders = [own, share];
        Directory.CreateDirectory(share);
        await _lab.ConvergeAsync(domain);

        In("web", "echo a > /share/a; echo b > /own/b; echo c > /vol/c");
        File.ReadAllText(Path.Join(share, "a")).ShouldBe("a\n");
        In("reader", "read -r line </share/a; echo $line; touch /share/b 2>/dev/null || echo refused").ShouldBe("a\nrefused");

        // The words of Incus by which its answers are known, where it alone sees its folders.
        Said("config", "device", "add", "web", "x", "disk", "source=/none/such", "path=/x")
            .ShouldContain("Missing source path \"/none/such\"");
        Said("config", "device", "add", "web", "x", "disk", "source=/sys/class", "path=/x", "shift=true")
            .ShouldContain("dmapping abilities");

        Lab.Errors(await _lab.DestroyAsync(_lab.Removal() with { IncludeProtected = true })).ShouldBeEmpty();
        (await _lab.FindAsync(ObjectId.Instance(project, "web"))).ShouldBeNull();
        await _lab.ConvergeAsync(domain);
        In("web", "read -r b </own/b; read -r c </vol/c; echo $b $c").ShouldBe("b c");

        domain.Machines = [reader];
        Lab.Errors(await _lab.ApplyAsync(_lab.Request(domain) with { AutoCleanup = true })).ShouldBeEmpty();
        File.ReadAllText(Path.Join(own, "b")).ShouldBe("b\n");
        Lab.Client(project, "storage", "volume", "delete", "default", "web-pd-vol");

        string In(string machine, string script) => SharedIncus.Daemon.InInstance(project, machine, "sh", "-c", script);
        string Said(params string[] arguments) => Should.Throw<Exception>(() => Lab.Client(project, arguments)).Message;
    }

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Disks(
        params (string Name, string Source, string Path, string Option)[] disks) => disks.ToDictionary(
        d => d.Name,
        d => (IReadOnlyDictionary<string, string>)Map(
            ("type", "disk"), ("source", d.Source), ("path", d.Path), (d.Option, "true")));
}
