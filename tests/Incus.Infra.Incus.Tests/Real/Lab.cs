using System.Text.Json;
using System.Text.RegularExpressions;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>An infrastructure of its own on a shared Incus: its names, subnets and mark are nobody else's.</summary>
internal sealed class Lab
{
    private static int LastNumber;

    private readonly EmbeddedIncus _daemon;

    public Lab()
        : this(SharedIncus.Daemon)
    {
    }

    public Lab(EmbeddedIncus daemon)
        : this(daemon, daemon.SocketPath)
    {
    }

    /// <summary>On a cluster, through one of its members.</summary>
    public Lab(EmbeddedCluster cluster, string member)
        : this(cluster.Incus, cluster.SocketOf(member))
    {
    }

    private Lab(EmbeddedIncus daemon, string socket)
    {
        _daemon = daemon;
        Server = new ServerInfo { Environment = new ServerEnvironment { ServerClustered = daemon.IsCluster } };
        Target = new SocketTarget(socket);
        Number = Interlocked.Increment(ref LastNumber);
        Project = $"lab{Number}";
    }

    private Lab(Lab other, string socketPath)
    {
        _daemon = other._daemon;
        Server = other.Server;
        Target = new SocketTarget(socketPath);
        Number = other.Number;
        Project = other.Project;
    }

    /// <summary>The same infrastructure by another way.</summary>
    public Lab Through(string socketPath) => new(this, socketPath);

    public int Number { get; }

    /// <summary>The <c>project_name</c>.</summary>
    public string Project { get; }

    public SocketTarget Target { get; }

    /// <summary>What it says about itself, as far as that matters here.</summary>
    public ServerInfo Server { get; }

    /// <summary>How many requests of each method the last run sent.</summary>
    public IReadOnlyDictionary<string, int> Requests { get; private set; } = new Dictionary<string, int>();

    /// <summary>What the last run asked for, with query.</summary>
    public IReadOnlyList<string> Paths { get; private set; } = [];

    /// <summary>Such as <c>lab7a</c>; it may be deleted.</summary>
    public DomainSpec Domain(char letter, params MachineSpec[] machines)
    {
        var name = $"{Project}{letter}";
        var prefix = $"10.{Number}.{letter - 'a'}";
        return new DomainSpec
        {
            Name = name,
            Description = "A lab",
            Ephemeral = true,
            IncusProject = name,
            IncusNetwork = Specs.Network($"net-{name}", prefix),
            IncusNetworkAcl = Specs.Acl($"net-{name}", prefix),
            Machines = machines,
        };
    }

    /// <summary>The address of the <paramref name="host"/>-th machine of a domain.</summary>
    public string Address(char letter, int host) => $"10.{Number}.{letter - 'a'}.{host}";

    public EngineRequest Request(params DomainSpec[] domains) => new() { Project = Project, Id = Project, Domains = domains };

    public Task<IReadOnlyList<ActionResult>> PlanAsync(EngineRequest request) =>
        RunAsync(engine => engine.PlanAsync(request, CancellationToken.None), IncusTimeouts.Default);

    public Task<IReadOnlyList<ActionResult>> ApplyAsync(EngineRequest request) =>
        ApplyAsync(request, IncusTimeouts.Default, _ => { });

    public Task<IReadOnlyList<ActionResult>> ApplyAsync(
        EngineRequest request, IncusTimeouts timeouts, Action<string> onWaiting) =>
        RunAsync(
            engine => engine.ApplyAsync(request, Target, Server, onWaiting, _ => { }, CancellationToken.None),
            timeouts);

    /// <summary>Takes the infrastructure away.</summary>
    public Task<IReadOnlyList<ActionResult>> DestroyAsync(RemovalRequest request, bool confirmed = true) => RunAsync(
        engine => engine.DestroyAsync(
            request, (_, _) => confirmed, Target, Server, _ => { }, _ => { }, CancellationToken.None),
        IncusTimeouts.Default);

    public RemovalRequest Removal(params string[] domains) => new()
    {
        Id = Project,
        Project = Project,
        Domains = domains is [] ? null : domains.ToHashSet(),
    };

    /// <summary>Applies, expects that nothing fails, and that a second time sends nothing but reads.</summary>
    public async Task<IReadOnlyList<ActionResult>> ConvergeAsync(params DomainSpec[] domains)
    {
        var results = await ApplyAsync(Request(domains));
        Errors(results).ShouldBeEmpty();
        Errors(await ApplyAsync(Request(domains))).ShouldBeEmpty();
        Requests.Keys.ShouldBe(["GET"]);
        return results;
    }

    /// <summary>Deletes everything that may be deleted.</summary>
    public async Task RemoveAsync()
    {
        SharedIncus.KeepEvidenceOfFailure(_daemon);
        Errors(await ApplyAsync(Request() with { AutoCleanup = true })).ShouldBeEmpty();
    }

    public async Task<IncusObject> GetAsync(ObjectId id) => (await FindAsync(id)).ShouldNotBeNull();

    public async Task<IncusObject?> FindAsync(ObjectId id)
    {
        using var client = new IncusClient(Target, new RequestCounter(), IncusTimeouts.Default);
        return (await new IncusStore(client).FindAsync(id, CancellationToken.None))?.Value;
    }

    /// <summary>Does by hand what a DHCP client would do in the container, as the image has none.</summary>
    public void SetUpCard(DomainSpec domain, string machine, string address) => _daemon.InInstance(
        domain.IncusProject, machine, "sh", "-euc",
        $"ip link set lo up; ip link set eth0 up; ip address add {address}/24 dev eth0; "
        + $"ip route replace default via {domain.IncusNetwork.Gateway}");

    /// <summary>Runs the client in a project.</summary>
    public static string Client(string project, params string[] arguments) =>
        SharedIncus.Daemon.Client([.. arguments.Take(1), "--project", project, .. arguments.Skip(1)]);

    public static IEnumerable<string> Errors(IEnumerable<ActionResult> results) =>
        results.Select(r => r.Error?.Message).OfType<string>();

    /// <summary>Runs the commands on the Incus host that some errors name.</summary>
    public static void Fix(IEnumerable<string> errors) => Fix(errors, commands => SharedIncus.Daemon.Exec("sh", "-c", commands));

    /// <summary>The same on a host of one's own.</summary>
    public static void Fix(IEnumerable<string> errors, Action<string> run)
    {
        var named = errors.SelectMany(e => Regex.Matches(e, "'(sudo [^']*)'")).Select(m => m.Groups[1].Value).Distinct();
        foreach (var commands in named)
        {
            run($"{commands.Replace("sudo ", "", StringComparison.Ordinal)}; :");
        }
    }

    /// <summary>Ends the daemon as a crash does; its keeper starts it anew at once, and this waits until it answers.</summary>
    public static void KillIncusd()
    {
        // Not by its name, which the monitor of each container has, too.
        using var server = JsonDocument.Parse(SharedIncus.Daemon.Client("query", "/1.0"));
        var process = server.RootElement.GetProperty("environment").GetProperty("server_pid").GetRawText();
        SharedIncus.Daemon.Exec("kill", "-KILL", process);
        SharedIncus.Daemon.Client("admin", "waitready");
    }

    private async Task<IReadOnlyList<ActionResult>> RunAsync(
        Func<Engine, Task<IReadOnlyList<ActionResult>>> run, IncusTimeouts timeouts)
    {
        var paths = new List<string>();
        var counter = new RequestCounter(request => paths.Add(request.Path));
        using var client = new IncusClient(Target, counter, timeouts);
        var results = await run(new Engine(client, Server));
        Requests = counter.Counts;
        Paths = paths;
        return results;
    }
}
