using System.Net;
using System.Net.Sockets;
using System.Text;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Live;
using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Live;

/// <summary>Which image is the newest, as its remote says it.</summary>
internal sealed class RemoteImageTests
{
    private const string Index = """
        {"index": {
          "images": {"datatype": "image-downloads", "path": "streams/v1/images.json", "products": ["debian"]},
          "other": {"datatype": "image-ids", "path": "streams/v1/missing.json", "products": ["debian"]}}}
        """;

    // As images.linuxcontainers.org writes it.
    private const string Products = """
        {"products": {
          "debian:trixie:arm64:default": {"aliases": "debian/13/default,debian/13", "arch": "arm64", "os": "Debian",
            "versions": {"20261101_05:24": {"items": {
              "incus.tar.xz": {"ftype": "incus.tar.xz", "combined_squashfs_sha256": "of-arm"},
              "root.squashfs": {"ftype": "squashfs"}}}}},
          "debian:trixie:amd64:default": {"aliases": "debian/13/default,debian/13", "arch": "amd64", "os": "Debian",
            "versions": {
              "20261102_05:24": {"items": {
                "incus.tar.xz": {"ftype": "incus.tar.xz", "combined_squashfs_sha256": "new", "combined_rootxz_sha256": "new-xz",
                  "combined_disk-kvm-img_sha256": "new-vm"},
                "root.tar.xz": {"ftype": "root.tar.xz"},
                "root.squashfs": {"ftype": "squashfs"},
                "disk.qcow2": {"ftype": "disk-kvm.img"}}},
              "20261101_05:24": {"items": {
                "incus.tar.xz": {"ftype": "incus.tar.xz", "combined_squashfs_sha256": "old"},
                "root.squashfs": {"ftype": "squashfs"}}},
              "20261103_05:24": {"items": {"incus.tar.xz": {"ftype": "incus.tar.xz"}}},
              "draft": {"items": {}}}},
          "old": {"aliases": "old", "arch": "amd64", "os": "Old",
            "versions": {"20200101": {"items": {"all": {"ftype": "incus_combined.tar.gz", "sha256": "of-all"}}}}}}}
        """;

    [TestCase("debian/13", "container", "x86_64", "new")]
    [TestCase("debian/13/default", "container", "x86_64", "new")]
    [TestCase("debian/13/amd64", "container", "x86_64", "new")]
    [TestCase("debian/13", "virtual-machine", "x86_64", "new-vm")]
    [TestCase("debian/13", "container", "aarch64", "of-arm")]
    [TestCase("old", "container", "x86_64", "of-all")]
    [TestCase("debian/13", "virtual-machine", "aarch64", null)]
    [TestCase("debian", "container", "x86_64", null)]
    public async Task The_newest_image_that_the_machine_could_have_is_read_from_the_list(
        string alias, string type, string architecture, string? fingerprint)
    {
        using var server = new ListServer(path => path.EndsWith("index.json", StringComparison.Ordinal) ? Index : Products);

        var newest = await new RemoteImages().FindNewestAsync(
            Origin(server.Address, alias, type), architecture, CancellationToken.None);

        newest.Fingerprint.ShouldBe(fingerprint);
        newest.Unknown.ShouldBe(fingerprint is null ? $"'{server.Address}' lists no '{alias}' for {architecture}" : null);
    }

    [Test]
    public async Task A_list_is_read_once_for_all_that_it_has()
    {
        using var server = new ListServer(path => path.EndsWith("index.json", StringComparison.Ordinal) ? Index : Products);
        var images = new RemoteImages();

        foreach (var alias in new[] { "debian/13", "old", "debian/13" })
        {
            (await images.FindNewestAsync(Origin(server.Address, alias), "x86_64", CancellationToken.None))
                .Unknown.ShouldBeNull();
        }

        server.Asked.ShouldBe(["/streams/v1/index.json", "/streams/v1/images.json"]);
    }

    [TestCase("[]", "lists no")]
    [TestCase("<html>", "cannot be asked")]
    [TestCase(null, "cannot be asked")]
    public async Task What_is_no_list_is_no_newer_image(string? answer, string why)
    {
        using var server = new ListServer(_ => answer);

        var newest = await new RemoteImages().FindNewestAsync(
            Origin(server.Address, "debian/13"), "x86_64", CancellationToken.None);

        newest.Fingerprint.ShouldBeNull();
        newest.Unknown!.ShouldContain(why);
    }

    [Test]
    public async Task A_remote_that_is_away_is_said()
    {
        using var server = new ListServer(_ => Index);
        var address = server.Address;
        server.Dispose();

        (await new RemoteImages().FindNewestAsync(Origin(address, "debian/13"), "x86_64", CancellationToken.None))
            .Unknown!.ShouldStartWith($"'{address}' cannot be asked: ");
    }

    [TestCase("container", "c0ffee", null)]
    [TestCase("virtual-machine", null, "has no 'debian/13' for a virtual-machine")]
    public async Task A_public_Incus_is_asked_for_the_name(string type, string? fingerprint, string? why)
    {
        using var server = new ListServer(path => path == "/1.0/images/aliases/debian%2F13"
            ? FakeIncus.Sync("""{"name":"debian/13","type":"container","target":"c0ffee"}""")
            : null);

        var newest = await new RemoteImages().FindNewestAsync(
            Origin(server.Address, "debian/13", type) with { Protocol = "incus" }, "x86_64", CancellationToken.None);

        newest.Fingerprint.ShouldBe(fingerprint);
        (newest.Unknown is null).ShouldBe(why is null);
        (newest.Unknown ?? "").ShouldEndWith(why ?? "");
    }

    [Test]
    public async Task A_new_machine_gets_the_newest_image_and_the_older_one_goes()
    {
        using var server = new ListServer(path => path.EndsWith("index.json", StringComparison.Ordinal) ? Index : Products);
        using var remotes = new ClientFolder(server.Address, "simplestreams");
        var asked = new List<string>();
        using var incus = new FakeIncus(request => Answer(request, server.Address, "old", asked));
        using var client = new IncusClient(new SocketTarget(incus.SocketPath), new RequestCounter(), IncusTimeouts.Default);

        (await new ImageStore(new StoredImages(client)).EnsureAsync("home", "far:debian/13", "container", CancellationToken.None))
            .ShouldBe("new");

        asked.ShouldBe(["POST /1.0/images?project=home", "DELETE /1.0/images/old?project=home"]);
    }

    [TestCase("new", true)]
    [TestCase("old", false)]
    public async Task What_is_there_is_enough_where_there_is_no_newer_one_or_nobody_says(string there, bool answers)
    {
        using var server = new ListServer(
            path => !answers ? null : path.EndsWith("index.json", StringComparison.Ordinal) ? Index : Products);
        using var remotes = new ClientFolder(server.Address, "simplestreams");
        var asked = new List<string>();
        using var incus = new FakeIncus(request => Answer(request, server.Address, there, asked));
        using var client = new IncusClient(new SocketTarget(incus.SocketPath), new RequestCounter(), IncusTimeouts.Default);

        (await new ImageStore(new StoredImages(client)).EnsureAsync("home", "far:debian/13", "container", CancellationToken.None))
            .ShouldBe(there);

        asked.ShouldBeEmpty();
    }

    [Test]
    public async Task A_name_on_the_server_itself_is_asked_of_nobody_else_and_once_for_all_machines()
    {
        var reads = 0;
        using var incus = new FakeIncus(_ =>
        {
            reads++;
            return FakeIncus.Sync("""
                [{"fingerprint":"mine","type":"container","project":"default","aliases":[{"name":"far:debian/13"}]}]
                """);
        });
        using var client = new IncusClient(new SocketTarget(incus.SocketPath), new RequestCounter(), IncusTimeouts.Default);
        var store = new ImageStore(new StoredImages(client));

        foreach (var project in new[] { "home", "work" })
        {
            (await store.FindNewestAsync(project, "far:debian/13", "container", "x86_64", CancellationToken.None))
                .Fingerprint.ShouldBe("mine");
        }

        reads.ShouldBe(1);
    }

    private static ImageSource Origin(string server, string alias, string type = "container") =>
        new() { Alias = alias, Server = server, Protocol = "simplestreams", ImageType = type };

    private static string Answer(string request, string server, string there, List<string> asked)
    {
        var words = request.Split(' ');
        if (words[0] != "GET")
        {
            asked.Add($"{words[0]} {words[1]}");
        }

        return words switch
        {
            ["POST", ..] => """{"type":"async","operation":"/1.0/operations/1"}""",
            ["DELETE", ..] => FakeIncus.Sync("{}"),
            [_, "/1.0/operations/1/wait?timeout=60", ..] =>
                FakeIncus.Sync("""{"id":"1","status_code":200,"metadata":{"fingerprint":"new"}}"""),
            _ => FakeIncus.Sync($$$"""
                [{"fingerprint":"{{{there}}}","type":"container","project":"home","architecture":"x86_64",
                  "update_source":{"alias":"debian/13","server":"{{{server}}}"}}]
                """),
        };
    }

    /// <summary>A web server that answers from memory; nothing is an error.</summary>
    private sealed class ListServer : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly Func<string, string?> _answer;

        public ListServer(Func<string, string?> answer)
        {
            _answer = answer;
            using (var free = new TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                Address = $"http://localhost:{((IPEndPoint)free.LocalEndpoint).Port}";
            }

            _listener.Prefixes.Add($"{Address}/");
            _listener.Start();
            _ = ServeAsync();
        }

        public string Address { get; }

        public List<string> Asked { get; } = [];

        public void Dispose() => _listener.Close();

        private async Task ServeAsync()
        {
            while (_listener.IsListening)
            {
                try
                {
                    var context = await _listener.GetContextAsync();
                    Asked.Add(context.Request.RawUrl!);
                    var answer = _answer(context.Request.RawUrl!);
                    context.Response.StatusCode = answer is null ? 503 : 200;
                    context.Response.ContentType = "application/json";
                    context.Response.Close(Encoding.UTF8.GetBytes(answer ?? ""), willBlock: false);
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    // Disposed.
                }
            }
        }
    }
}
