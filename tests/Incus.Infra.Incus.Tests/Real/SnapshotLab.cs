using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Snapshots;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>An Incus project of its own with instances, and the snapshot engine on them.</summary>
internal sealed class SnapshotLab : IDisposable
{
    private static int LastNumber;

    public SnapshotLab()
    {
        SharedIncus.Daemon.Client("project", "create", Project, "-c", "features.images=false", "-c", "features.profiles=false");
    }

    public string Project { get; } = $"snaps{Interlocked.Increment(ref LastNumber)}";

    /// <summary>Method and path of each request of the last run.</summary>
    public List<string> Requests { get; } = [];

    public List<SnapshotProgress> Progress { get; } = [];

    public ObjectId Id(string name) => ObjectId.Instance(Project, name);

    /// <summary>The names that are given, as infra.yml would have them.</summary>
    public DeclaredMachines Machines(params string[] names) => new([.. names.Select(Id)]);

    public static NamedInstances One(string name) => new([name], null);

    public void Launch(string name, string image = "busybox", string pool = "default") =>
        Client("launch", image, name, "--storage", pool);

    /// <summary>Runs the client in the project.</summary>
    public string Client(params string[] arguments) => Lab.Client(Project, arguments);

    /// <summary>Runs a command in an instance.</summary>
    public string Exec(string name, params string[] command) => SharedIncus.Daemon.InInstance(Project, name, command);

    public string StatusOf(string name) => Client("list", name, "--format", "csv", "--columns", "s");

    public async Task<T> RunAsync<T>(Func<SnapshotEngine, Task<T>> run)
    {
        Requests.Clear();
        Progress.Clear();
        var target = new SocketTarget(SharedIncus.Daemon.SocketPath);
        var counter = new RequestCounter(request => Requests.Add($"{request.Method} {request.Path}"));
        using var client = new IncusClient(target, counter, IncusTimeouts.Default);
        return await run(new SnapshotEngine(client, target, new ServerInfo(), _ => { }, Progress.Add, TimeProvider.System));
    }

    public Task<IReadOnlyList<SnapshotResult>> TakeAsync(SnapshotScope scope, string? name = null) =>
        RunAsync(engine => engine.TakeAsync(scope, name, CancellationToken.None));

    public Task<IReadOnlyList<SnapshotResult>> RestoreAsync(SnapshotScope scope, string name) =>
        RunAsync(engine => engine.RestoreAsync(scope, name, _ => false, CancellationToken.None));

    public Task<IReadOnlyList<SnapshotResult>> DeleteAsync(SnapshotScope scope, string name) =>
        RunAsync(engine => engine.DeleteAsync(scope, name, CancellationToken.None));

    public Task<IReadOnlyList<InstanceView>> ListAsync(SnapshotScope scope) =>
        RunAsync(engine => engine.ListAsync(scope, CancellationToken.None));

    /// <summary>Names of an instance's snapshots.</summary>
    public async Task<IEnumerable<string>> NamesAsync(string instance) =>
        (await ListAsync(Machines(instance))).Single().Snapshots?.Select(s => s.Name) ?? [];

    public void Dispose()
    {
        SharedIncus.KeepEvidenceOfFailure(SharedIncus.Daemon);
        var instances = Client("list", "--format", "csv", "--columns", "n");
        foreach (var name in instances.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Client("config", "set", name, "security.protection.delete=false");
            Client("delete", "--force", name);
        }

        SharedIncus.Daemon.Client("project", "delete", Project);
    }
}
