using System.Text.Json;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Protocol;
using Incus.Infra.Testing;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>One infrastructure on two servers: what is not on the shared Incus is on the remote <c>far</c>.</summary>
[Category("Incus")]
internal sealed class ServersTests
{
    private readonly Lab _lab = new();
    private EmbeddedIncus _other = null!;
    private ClientFolder _client = null!;
    private Result _result = new();

    [OneTimeSetUp]
    public void Start() => _other = EmbeddedIncus.Start("busybox");

    [OneTimeTearDown]
    public void Stop() => _other?.Dispose();

    [SetUp]
    public void Introduce() => _client = new ClientFolder($"unix:{_other.SocketPath}", "incus");

    [TearDown]
    public async Task Remove_everything()
    {
        _client.Dispose();
        await _lab.RemoveAsync();
    }

    [Test]
    [Order(1)]
    public async Task Each_domain_is_made_on_its_server_in_one_run()
    {
        var (near, far) = (Domain('a', null), Domain('b', "far"));

        (await RunAsync("apply", near, far)).ShouldBe((ExitCode.Success, "create 10"));

        _other.Client("list", "--all-projects", "--format", "csv", "--columns", "ns").ShouldBe("box,RUNNING");
        (await _lab.GetAsync(ObjectId.Instance(near.IncusProject, "box"))).Status.ShouldBe("Running");
        (await _lab.FindAsync(ObjectId.OfProject(far.IncusProject))).ShouldBeNull();
        (await RunAsync("apply", near, far)).ShouldBe((ExitCode.Success, ""));
        _result.Requests.Keys.ShouldBe(["GET"]);
    }

    [Test]
    [Order(2)]
    public async Task A_server_that_is_down_fails_its_own_domains_and_no_other()
    {
        _client.Write("config.yml", "remotes: {far: {addr: 'unix:/nowhere', protocol: incus}}");
        var far = Domain('b', "far");

        (await RunAsync("apply", Domain('a', null), far)).ShouldBe((ExitCode.ObjectsFailed, "create 5, unreachable 1"));

        var missed = _result.Actions.Single(a => a.Status == "unreachable");
        missed.Name.ShouldBe(far.IncusProject);
        missed.Error!.Code.ShouldBe("INFRA4162");
        missed.Error.Message.ShouldStartWith(
            $"Domain '{far.Name}' was left as it is, and nobody knows whether it needs a change: Incus ");

        var moved = Domain('a', "far");
        (await RunAsync("apply", moved, Domain('c', null))).ShouldBe((ExitCode.ObjectsFailed, "create 5, unreachable 1"));
        (await _lab.GetAsync(ObjectId.Instance(moved.IncusProject, "box"))).Status.ShouldBe("Running", "it is nowhere else");
    }

    [Test]
    [Order(3)]
    public async Task What_a_domain_that_has_moved_had_on_its_former_server_is_left_over()
    {
        (await RunAsync("plan", Domain('a', "far"), Domain('b', null))).ShouldBe((ExitCode.Success, "create 10, delete 4"));

        _result.Actions.Where(a => a.Action == "delete").Select(a => a.Reason).Distinct().ShouldBe(
            [$"its domain '{Domain('b', null).Name}' is on another server now"]);
    }

    [Test]
    [Order(4)]
    public async Task Two_remotes_of_one_server_are_refused_before_anything_happens()
    {
        _client.Write("config.yml", $"remotes: {{far: {{addr: 'unix:{_lab.Target.Path}', protocol: incus}}}}");

        (await RunAsync("apply", Domain('a', null), Domain('b', "far"))).Code.ShouldBe(ExitCode.IncusUnreachable);

        _result.Error!.Message.ShouldBe(
            $"{_lab.Target.Path} and remote 'far' are one server. Give all domains there the same remote, or none.");
        _result.Requests.Keys.ShouldBe(["GET"]);
    }

    private async Task<(ExitCode Code, string Summary)> RunAsync(string action, params DomainSpec[] domains)
    {
        var request = new Request
        {
            Version = 1,
            Action = action,
            Project = _lab.Project,
            Options = new RequestOptions { AutoCleanup = true },
            Target = new RequestTarget { Socket = _lab.Target.Path },
            Domains = domains,
        };
        var json = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.Request));
        (_result, var code) = await new Session(_ => { }).RunAsync(json, CancellationToken.None);
        return (code, string.Join(", ", _result.Summary.Select(s => $"{s.Key} {s.Value}")));
    }

    private DomainSpec Domain(char letter, string? remote) =>
        _lab.Domain(letter, Machine("box")) with { IncusRemote = remote };
}
