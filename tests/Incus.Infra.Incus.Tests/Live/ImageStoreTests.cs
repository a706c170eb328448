using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Live;

/// <summary>On a fake: no remote is within reach of the tests.</summary>
internal sealed class ImageStoreTests
{
    private const string Images = """
        {"fingerprint":"NAME","type":"TYPE","project":"home","update_source":{"alias":"debian/13","server":"SERVER"}}
        """;

    [Test]
    public async Task An_image_that_is_there_for_a_virtual_machine_is_not_taken_for_a_container()
    {
        using var remotes = new ClientFolder("https://far.test", "simplestreams");
        var machine = Image("for-machines", "virtual-machine");
        using var incus = new FakeIncus(request => Answer(request, machine, "for-containers"));
        using var client = new IncusClient(new SocketTarget(incus.SocketPath), new RequestCounter(), IncusTimeouts.Default);

        (await new ImageStore(new StoredImages(client)).EnsureAsync("home", "far:debian/13", "container", CancellationToken.None))
            .ShouldBe("for-containers");

        static string Image(string name, string type) => Images.Replace("NAME", name, StringComparison.Ordinal)
            .Replace("TYPE", type, StringComparison.Ordinal).Replace("SERVER", "https://far.test", StringComparison.Ordinal);
    }

    [TestCase("lxc", false, "INFRA4210")]
    [TestCase("lxc | qemu", false, "INFRA4024")]
    [TestCase("lxc", true, "INFRA4024", TestName = "A member of a cluster does not speak for the others")]
    public async Task A_server_that_starts_no_virtual_machines_is_known_before_its_images_are_asked_for(
        string driver, bool isCluster, string code)
    {
        using var incus = new FakeIncus(_ => FakeIncus.Sync("[]"));
        using var client = new IncusClient(new SocketTarget(incus.SocketPath), new RequestCounter(), IncusTimeouts.Default);
        var server = new ServerInfo { Environment = new ServerEnvironment { Driver = driver, ServerClustered = isCluster } };

        var fault = await new IncusStore(client, server).FindFormFaultAsync(
            ObjectId.Instance("home", "win"), new InstanceForm(InstanceForm.VirtualMachine, "NAME"), CancellationToken.None);

        fault!.Code.ShouldBe(code);
    }

    [TestCase("far:trixie")]
    [TestCase("far:c0ffee")]
    public async Task An_image_that_is_there_under_another_name_is_had_under_this_one_too(string image)
    {
        using var remotes = new ClientFolder("https://far.test", "simplestreams");
        var there = Images.Replace("NAME", "c0ffee", StringComparison.Ordinal)
            .Replace("TYPE", "container", StringComparison.Ordinal)
            .Replace("SERVER", "https://far.test", StringComparison.Ordinal);
        using var incus = new FakeIncus(request => Answer(request, there, "c0ffee"));
        using var client = new IncusClient(new SocketTarget(incus.SocketPath), new RequestCounter(), IncusTimeouts.Default);

        (await new ImageStore(new StoredImages(client)).EnsureAsync("home", image, "container", CancellationToken.None))
            .ShouldBe("c0ffee");
    }

    [TestCase("far:debian/13", null)]
    [TestCase("near:debian/13", "INFRA4005")]
    [TestCase("debian/13", "INFRA4024")]
    public async Task What_is_known_without_a_remote_is_known_before_anything_is_fetched(string image, string? code)
    {
        using var remotes = new ClientFolder("https://far.test", "simplestreams");
        using var incus = new FakeIncus(_ => FakeIncus.Sync("[]"));
        using var client = new IncusClient(new SocketTarget(incus.SocketPath), new RequestCounter(), IncusTimeouts.Default);

        var store = new ImageStore(new StoredImages(client));
        ((await store.FindFaultAsync("home", image, "container", CancellationToken.None))?.Code).ShouldBe(code);
    }

    [Test]
    public async Task An_alias_that_is_nearly_one_is_answered_with_that_one()
    {
        const string seat = """[{"fingerprint":"f","type":"container","project":"default","aliases":[{"name":"seat"}]}]""";
        using var incus = new FakeIncus(_ => FakeIncus.Sync(seat));
        using var client = new IncusClient(new SocketTarget(incus.SocketPath), new RequestCounter(), IncusTimeouts.Default);

        var store = new ImageStore(new StoredImages(client));
        (await store.FindFaultAsync("home", "seet", "container", CancellationToken.None))!.Message
            .ShouldContain("Did you mean 'seat'?");
    }

    [Test]
    public async Task A_plan_lists_the_images_once_however_many_objects_and_machines_it_is_about()
    {
        var requests = new RequestCounter();
        using var incus = new FakeIncus(_ => FakeIncus.Sync("[]"));
        using var client = new IncusClient(new SocketTarget(incus.SocketPath), requests, IncusTimeouts.Default);
        var images = new StoredImages(client);
        var store = new ImageStore(images);

        await new OwnImages(client, images).ListAsync(CancellationToken.None);
        await store.FindFaultAsync("home", "debian/13", "container", CancellationToken.None);
        await store.FindFaultAsync("work", "debian/13", "container", CancellationToken.None);
        await store.FindNewestAsync("work", "debian/13", "container", "x86_64", CancellationToken.None);

        requests.Counts.ShouldBe(new Dictionary<string, int> { ["GET"] = 1 });
    }

    // Incus remembers of an image only the first name that it was fetched by, but says what each fetch brought.
    private static string Answer(string request, string images, string fetched) => request.Split(' ') switch
    {
        ["POST", ..] => """{"type":"async","operation":"/1.0/operations/1"}""",
        [_, "/1.0/operations/1/wait?timeout=60", ..] =>
            FakeIncus.Sync($$$"""{"id":"1","status_code":200,"metadata":{"fingerprint":"{{{fetched}}}"}}"""),
        _ => FakeIncus.Sync($"[{images}]"),
    };
}
