using System.Text;
using System.Text.Json.Nodes;
using Incus.Infra.Core.Ansible;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Incus.Access;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>What a student can do with the certificate for a seat, and what nobody can do with it.</summary>
[Category("Incus")]
[Category("EachRelease")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AccessTests : IDisposable
{
    private const string Own = "access: {incus: own}, ";

    private readonly Lab _lab = new();
    private readonly Student _student = new();

    private string Seat => $"{_lab.Project}a";

    private string Other => $"{_lab.Project}b";

    private string Box => $"/1.0/instances/{Seat}-box";

    [SetUp]
    public void Listen() => SharedIncus.Daemon.Listen();

    [TearDown]
    public async Task Remove_everything()
    {
        await _lab.ApplyAsync(Request(""));
        await _lab.RemoveAsync();
    }

    public void Dispose() => _student.Dispose();

    [Test]
    public async Task The_holder_of_a_certificate_has_the_seat_and_nothing_else()
    {
        Lab.Errors(await _lab.ApplyAsync(Request(Own))).ShouldBeEmpty();
        SharedIncus.Daemon.Client("snapshot", "create", $"{Other}-box", "s", "--project", Other);
        SharedIncus.Daemon.Client("publish", $"{Other}-box/s", "--project", Other, "--alias", "secret");
        var secret = SharedIncus.Daemon.Client(
            "image", "list", "secret", "--project", Other, "--format", "csv", "--columns", "F").Trim();
        var before = await StateAsync();

        (await IssueAsync()).ShouldHaveSingleItem().Token.ShouldNotBeNull();
        _student.Ask([new("GET", $"{Box}?project={Seat}")]).ShouldNotBe([""]);
        _student.Join((await IssueAsync())[0].Token!).ShouldBe("");
        (await IssueAsync())[0].ShouldSatisfyAllConditions(c => c.HasJoined.ShouldBeTrue(), c => c.Token.ShouldBeNull());

        var attacks = Attacks(secret).ToList();
        attacks.Count.ShouldBeGreaterThan(60);
        var answers = _student.Ask(attacks);
        SharedIncus.Daemon.Client("image", "delete", "secret", "--project", Other);
        attacks.Zip(answers).Where(a => a.Second.Length == 0).Select(a => $"{a.First}").ShouldBeEmpty();
        (await StateAsync()).ShouldBe(before);

        var uses = Uses().ToList();
        uses.Zip(_student.Ask(uses)).Where(u => u.Second.Length > 0).Select(u => $"{u.First}: {u.Second}").ShouldBeEmpty();
        Lab.Errors(await _lab.ApplyAsync(Request(Own))).ShouldBeEmpty();
        Lab.Errors(await _lab.ApplyAsync(Request(Own))).ShouldBeEmpty();
        _lab.Requests.Keys.ShouldBe(["GET"]);
        (await _lab.GetAsync(ObjectId.Instance(Seat, $"{Seat}-box"))).Status.ShouldBe("Running");
    }

    [Test]
    [Category("OnOneHost")]
    public async Task An_address_that_the_holder_leads_to_the_machine_answers_nobody()
    {
        const string elsewhere = "203.0.113.7";
        Lab.Errors(await _lab.ApplyAsync(Request(Own))).ShouldBeEmpty();
        _student.Join((await IssueAsync())[0].Token!).ShouldBe("");
        var card = Device("nic", ("name", "eth0"), ("network", $"net-{Seat}"), ("ipv4.routes", $"{elsewhere}/32"));
        _student.Ask([new("PATCH", $"{Box}?project={Seat}", Object("devices", Object("eth0", card)))]).ShouldBe([""]);
        using var packets = new Packets(SharedIncus.Daemon);
        packets.Enter($"{Seat}-box", Seat, $"{_lab.Address('a', 1)}/24", _lab.Address('a', 254));
        packets.Run(
            $"{Seat}-box",
            $"ip address add {elsewhere}/32 dev eth0; python3 -m http.server 5353 --directory /proc/sys >/dev/null 2>&1 &");

        SharedIncus.Daemon.Exec("ip", "route", "get", elsewhere).ShouldContain($"dev net-{Seat}");
        Reaches(_lab.Address('a', 1)).ShouldBe("open");
        Reaches(elsewhere).ShouldBe("closed");

        string Reaches(string address) => packets.Run(
            "host",
            $$"""
            for i in 1 2 3 4 5; do
              python3 -c 'import socket; socket.create_connection(("{{address}}", 5353), 1)' 2>/dev/null && echo open && exit
              sleep 0.2
            done
            echo closed
            """).Trim();
    }

    [Test]
    public async Task A_card_that_leaves_infra_yml_is_refused_after_the_next_Apply_used_or_not()
    {
        Lab.Errors(await _lab.ApplyAsync(Request(Own))).ShouldBeEmpty();
        _student.Join((await IssueAsync())[0].Token!).ShouldBe("");
        _student.Ask(Uses().Take(1).ToList()).ShouldBe([""]);
        var renewed = (await IssueAsync(renew: true))[0].Token!;
        _student.Ask(Uses().Take(1).ToList()).ShouldNotBe([""]);
        _student.Join(renewed).ShouldBe("");
        using var late = new Student();
        var unused = (await IssueAsync(renew: true))[0].Token!;

        var results = await _lab.ApplyAsync(Request(""));

        Lab.Errors(results).ShouldBeEmpty();
        results[0].ShouldSatisfyAllConditions(
            r => r.Id.Kind.ShouldBe(ObjectKind.Token), r => r.Status.ShouldBe(ActionStatus.Done));
        late.Join(unused).ShouldNotBe("");
        (await _lab.GetAsync(ObjectId.OfProject(Seat))).Config!.Keys.ShouldNotContain(k => k.StartsWith("restricted"));
        (await Should.ThrowAsync<ToolFaultException>(IssueAsync())).Diagnostic.Code.ShouldBe("INFRA4135");
    }

    [Test]
    public async Task Limits_and_kinds_of_devices_change_in_one_Apply_in_both_directions()
    {
        Lab.Errors(await _lab.ApplyAsync(Request(Own))).ShouldBeEmpty();
        foreach (var machine in new[]
        {
            "config: {limits.memory: 96MiB, security.nesting: true}, devices: {etc: {type: disk, source: /etc/ssl, path: /mnt}}",
            "config: {limits.memory: 48MiB}",
        })
        {
            var request = Request(Own, machine);
            Lab.Errors(await _lab.ApplyAsync(request)).ShouldBeEmpty();
            Lab.Errors(await _lab.ApplyAsync(request)).ShouldBeEmpty();
            _lab.Requests.Keys.ShouldBe(["GET"]);
        }

        var replaced = Request(Own, "config: {limits.memory: 48MiB}, os_image: debian") with { AllowReplace = true };
        Lab.Errors(await _lab.ApplyAsync(replaced)).ShouldBeEmpty();
        (await _lab.GetAsync(ObjectId.OfProject(Seat))).Config!["limits.instances"].ShouldBe("1");
        (await _lab.PlanAsync(replaced)).ShouldBeEmpty();
    }

    // Each is refused for its own reason; none of them needs the one before it.
    private IEnumerable<StudentRequest> Attacks(string secret)
    {
        var instance = $"{Box}?project={Seat}";
        var others = $"/1.0/instances/{Other}-box";
        foreach (var (key, value) in new[]
        {
            ("security.privileged", "true"), ("security.nesting", "true"), ("raw.lxc", "lxc.mount.entry=/ mnt none bind 0 0"),
            ("raw.apparmor", "mount,"), ("raw.idmap", "both 0 0"), ("raw.seccomp", "2"), ("linux.kernel_modules", "btrfs"),
            ("security.syscalls.intercept.mount", "true"), ("security.syscalls.intercept.mknod", "true"),
            ("security.syscalls.intercept.bpf", "true"), ("security.syscalls.intercept.mount.allowed", "ext4"),
            ("security.idmap.base", "0"), ("security.guestapi.images", "true"), ("volatile.idmap.next", "[]"),
            ("volatile.eth0.host_name", "x"), ("limits.memory", "1GiB"), ("limits.memory", ""), ("limits.memory.swap", "true"),
            ("boot.host_shutdown_timeout", "9999"),
        })
        {
            yield return new("PATCH", instance, Object("config", Object(key, value)));
        }

        JsonObject[] devices =
        [
            Device("disk", ("source", "/"), ("path", "/mnt")),
            Device("disk", ("source", "/var/lib/incus/unix.socket"), ("path", "/mnt")),
            Device("nic", ("network", $"net-{Other}")),
            Device("nic", ("nictype", "bridged"), ("parent", $"net-{Other}")),
            Device("nic", ("nictype", "bridged"), ("parent", $"net-{Seat}")),
            Device("nic", ("nictype", "macvlan"), ("parent", "eth0")),
            Device("nic", ("nictype", "physical"), ("parent", "eth0")),
            Device("nic", ("nictype", "p2p")),
            Device("proxy", ("listen", "tcp:0.0.0.0:9999"), ("connect", "tcp:127.0.0.1:80")),
            Device("proxy", ("bind", "instance"), ("listen", "unix:/x"), ("connect", "unix:/var/lib/incus/unix.socket")),
            Device("unix-char", ("path", "/dev/mem")),
            Device("unix-block", ("path", "/dev/vda")),
            Device("unix-hotplug", ("vendorid", "1d6b")),
            Device("gpu"),
            Device("usb"),
            Device("pci", ("address", "0000:00:00.0")),
            Device("infiniband", ("nictype", "physical"), ("parent", "ib0")),
        ];
        foreach (var device in devices)
        {
            yield return new("PATCH", instance, Object("devices", Object("x", device)));
        }

        var profile = $"/1.0/profiles/default?project={Seat}";
        yield return new("PATCH", profile, Object("config", Object("security.privileged", "true")));
        yield return new("PATCH", profile, Object("devices", Object("x", devices[0].DeepClone())));
        yield return new("PATCH", $"/1.0/profiles/default?project={Other}", Object("description", "mine"));
        yield return new("PATCH", "/1.0/profiles/default", Object("description", "mine"));
        yield return new("PATCH", $"/1.0/projects/{Seat}", Object("config", Object("restricted", "false")));
        yield return new("PATCH", $"/1.0/projects/{Seat}", Object("config", Object("limits.instances", "100")));
        yield return new("POST", "/1.0/projects", Object("name", "mine"));
        yield return new("DELETE", $"/1.0/projects/{Other}");
        yield return new("GET", $"/1.0/projects/{Other}");

        yield return new("GET", $"{others}?project={Other}");
        yield return new("POST", $"{others}/exec?project={Other}", Command("id"));
        yield return new("GET", $"{others}/files?project={Other}&path=/etc/passwd");
        yield return new("GET", $"{others}/console?project={Other}");
        yield return new("PUT", $"{others}/state?project={Other}", State("stop"));
        yield return new("GET", $"{others}/snapshots?project={Other}");
        yield return new("DELETE", $"{others}/snapshots/s?project={Other}");
        yield return new("PUT", $"{others}?project={Other}", Object("restore", "s"));
        yield return new("POST", $"{others}/backups?project={Other}", Object("name", "b"));
        yield return new("POST", $"/1.0/instances?project={Seat}", Copy($"{Other}-box"));
        yield return new("POST", $"/1.0/instances?project={Seat}", Copy($"{Other}-box/s"));
        yield return new("POST", instance, new JsonObject
        {
            ["name"] = $"{Seat}-box",
            ["project"] = Other,
            ["migration"] = true,
        });
        yield return new("POST", $"/1.0/instances?project={Other}", Object("name", "mine"));
        yield return new("POST", $"/1.0/instances?project={Seat}", new JsonObject
        {
            ["name"] = "second",
            ["source"] = new JsonObject { ["type"] = "none" },
        });

        yield return new("GET", $"/1.0/images/{secret}?project={Other}");
        yield return new("GET", $"/1.0/images/{secret}/export?project={Other}");
        yield return new("DELETE", $"/1.0/images/{secret}?project={Other}");
        yield return new("POST", $"/1.0/images/{secret}/secret?project={Other}");
        yield return new("POST", $"/1.0/images?project={Seat}", Object("source", new JsonObject
        {
            ["type"] = "image",
            ["mode"] = "pull",
            ["fingerprint"] = secret,
            ["project"] = Other,
        }));

        yield return new("POST", $"/1.0/networks?project={Seat}", Object("name", "mine"));
        yield return new("PATCH", $"/1.0/networks/net-{Seat}?project={Seat}", Object("config", Object("security.acls", "")));
        yield return new("PATCH", $"/1.0/networks/net-{Other}", Object("config", Object("ipv4.nat", "false")));
        yield return new("POST", $"/1.0/networks/net-{Seat}/forwards?project={Seat}", Object("listen_address", "127.0.0.9"));
        yield return new("PATCH", $"/1.0/network-acls/net-{Seat}", Object("description", "mine"));
        yield return new("PUT", $"/1.0/network-acls/net-{Seat}?project={Seat}", Object("description", "mine"));
        yield return new("DELETE", $"/1.0/network-acls/net-{Other}?project={Seat}");

        yield return new("POST", "/1.0/storage-pools", new JsonObject { ["name"] = "mine", ["driver"] = "dir" });
        yield return new("PATCH", "/1.0/storage-pools/default", Object("description", "mine"));
        yield return new("POST", $"/1.0/storage-pools/default/volumes/custom?project={Other}", Object("name", "mine"));
        yield return new("GET", $"/1.0/storage-pools/default/volumes?project={Other}", Betrays: Other);

        yield return new("PATCH", "/1.0", Object("config", Object("user.mine", "1")));
        yield return new("POST", "/1.0/certificates", new JsonObject
        {
            ["type"] = "client",
            ["token"] = true,
            ["name"] = "mine",
        });
        yield return new("PUT", "/1.0/cluster", new JsonObject { ["server_name"] = "mine", ["enabled"] = true });
        yield return new("GET", "/1.0/warnings");
        yield return new("GET", "/1.0/metrics", Betrays: Other);
        yield return new("GET", $"/1.0/metrics?project={Other}", Betrays: Other);
        yield return new("GET", "/1.0/events?all-projects=true");
        yield return new("GET", "/1.0/instances?all-projects=true", Betrays: Other);
        yield return new("GET", "/1.0/operations?recursion=1&all-projects=true", Betrays: Other);
        yield return new("GET", $"/1.0/networks?recursion=1&project={Seat}", Betrays: Other);
        yield return new("GET", "/internal/sql?schema=1");
        yield return new("POST", "/internal/shutdown");
    }

    private IEnumerable<StudentRequest> Uses() =>
    [
        new("GET", $"{Box}?project={Seat}"),
        new("POST", $"{Box}/exec?project={Seat}", Command("/bin/busybox", "touch", "/homework")),
        new("POST", $"{Box}/snapshots?project={Seat}", Object("name", "mine")),
        new("POST", $"{Box}/exec?project={Seat}", Command("/bin/busybox", "rm", "/homework")),
        new("PUT", $"{Box}?project={Seat}", Object("restore", "mine")),
        new("POST", $"{Box}/exec?project={Seat}", Command("/bin/busybox", "test", "-e", "/homework")),
        new("DELETE", $"{Box}/snapshots/mine?project={Seat}"),
        new("POST", $"{Box}/files?project={Seat}&path=/notes", "some text"),
        new("PUT", $"{Box}/state?project={Seat}", State("stop")),
        new("PUT", $"{Box}/state?project={Seat}", State("start")),
    ];

    private static JsonObject Object(string key, JsonNode value) => new() { [key] = value };

    private static JsonObject Device(string type, params (string Key, string Value)[] options) => new(
        options.Append(("type", type)).Select(o => KeyValuePair.Create(o.Item1, (JsonNode?)o.Item2)));

    private static JsonObject Command(params string[] command) =>
        Object("command", new JsonArray([.. command.Select(c => JsonValue.Create(c))]));

    private static JsonObject State(string action) => new() { ["action"] = action, ["force"] = true };

    private JsonObject Copy(string source) => new()
    {
        ["name"] = "copy",
        ["source"] = new JsonObject { ["type"] = "copy", ["source"] = source, ["project"] = Other },
    };

    // As the build asks; two seats, the second as it would be without a certificate.
    private EngineRequest Request(string access, string machine = "config: {limits.memory: 64MiB}")
    {
        var infra = $$"""
            project_name: {{_lab.Project}}
            global: {base_subnet: "10.{{_lab.Number}}", default_os_image: busybox}
            domains:
              {{Seat}}: {{{access}}subnet_id: 0, ephemeral: true, machines: { {{Seat}}-box: { {{machine}} } } }
              {{Other}}: {subnet_id: 1, ephemeral: true, machines: { {{Other}}-box: {} } }
            """;
        var compilation = InfraCompiler.Compile(
            new Sources("infra.yml", Encoding.UTF8.GetBytes(infra), "infra.lock.yml", null, _lab.Project));
        compilation.Diagnostics.Select(d => d.Message).ShouldBeEmpty();
        var options = new DirectOptions { IsPlan = false };
        return Incus.Protocol.Request.Parse(
                new DirectRequest(options, compilation.Infrastructure!, compilation.Addresses!).ToJson())
            .ToEngineRequest() with
        {
            Id = _lab.Project,
        };
    }

    private async Task<IReadOnlyList<IssuedCard>> IssueAsync(bool renew = false)
    {
        using var client = new IncusClient(_lab.Target, new RequestCounter(), IncusTimeouts.Default);
        var engine = new AccessEngine(
            client, _lab.Target, _lab.Server, new Infrastructure(_lab.Project, _lab.Project), _ => { });
        return await engine.IssueAsync([new Card(Seat, Seat, User: null, [], IsOwn: true)], renew, CancellationToken.None);
    }

    // All that an attack could have changed, but what only says when somebody looked or ran.
    private async Task<string> StateAsync()
    {
        var results = await _lab.PlanAsync(Request(Own));
        var other = await _lab.GetAsync(ObjectId.Instance(Other, $"{Other}-box"));
        var seat = await _lab.GetAsync(ObjectId.OfProject(Seat));
        return string.Join('\n', [
            .. results, other.Status, string.Join(' ', Properties.Of(other)), string.Join(' ', Properties.Of(seat)),
        ]);
    }
}
