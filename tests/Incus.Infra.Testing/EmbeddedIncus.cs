namespace Incus.Infra.Testing;

/// <summary>
/// A private, throw-away Incus that <c>.build/embedded-incus</c> starts and removes. It ends with this object; where this
/// process dies first, the next one that is started anywhere removes it. Where it cannot start, the exception says the mend.
/// </summary>
/// <example>
/// One for all tests of a namespace and those below it:
/// <code>
/// [SetUpFixture]
/// internal sealed class SharedIncus
/// {
///     public static EmbeddedIncus Daemon { get; private set; } = null!;
///
///     [OneTimeSetUp]
///     public void Start() => Daemon = EmbeddedIncus.Start("debian", "busybox");
///
///     [OneTimeTearDown]
///     public void Stop() => Daemon?.Dispose();
/// }
/// </code>
/// </example>
public sealed class EmbeddedIncus : IDisposable
{
    // The one that answers where a cluster stands for a single server: it has no machines, so all that is asked is elsewhere.
    private const string Answering = "m2";

    private readonly string? _member;
    private bool _stopped;

    private EmbeddedIncus(string folder, string? member)
    {
        Folder = folder;
        _member = member;
        SocketPath = Path.Join(folder, member ?? "incus", "unix.socket");
        Environment = new Dictionary<string, string?>
        {
            ["INCUS_DIR"] = Path.Join(folder, "incus"),
            ["INCUS_SOCKET"] = SocketPath,
            ["INCUS_CONF"] = Path.Join(folder, "client"),
            ["INCUS_REMOTE"] = null,
            ["INCUS_PROJECT"] = null,
        };
    }

    internal string Folder { get; }

    /// <summary>The unix socket of its REST API.</summary>
    public string SocketPath { get; }

    public bool IsCluster => _member is not null;

    /// <summary>The variables that lead every client of Incus here; null takes one of the caller's away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; }

    /// <summary>
    /// Starts one of the release under test with images: <c>debian</c> (13, or 12 on cgroup v1), <c>debian-python</c> (the same
    /// with Python), <c>busybox</c>, and <c>vm</c>, which only one that takes virtual machines can start. Where a cluster is
    /// under test, it is one, and a member without machines answers.
    /// </summary>
    public static EmbeddedIncus Start(params ReadOnlySpan<string> images)
    {
        if (!IncusRelease.IsCluster)
        {
            return Start(IncusRelease.UnderTest, [], images);
        }

        var cluster = Start(IncusRelease.UnderTest, ["--members", "3"], images, Answering);
        cluster.Client("cluster", "set", Answering, "scheduler.instance=manual");
        return cluster;
    }

    /// <summary>Starts one of a certain release, whichever is under test.</summary>
    public static EmbeddedIncus StartRelease(string release, params ReadOnlySpan<string> images) => Start(release, [], images);

    /// <summary>Starts one after a program has run inside, to prepare what only this Incus shall see.</summary>
    public static EmbeddedIncus StartAfter(string program, params ReadOnlySpan<string> images) =>
        Start(IncusRelease.UnderTest, ["--before", program], images);

    /// <summary>Starts one of the installed release that takes virtual machines, on a processor that QEMU emulates.</summary>
    public static EmbeddedIncus StartForVirtualMachines(params ReadOnlySpan<string> images) =>
        Start(IncusRelease.Installed, ["--vms"], images);

    /// <summary>Starts a cluster of three, for <see cref="EmbeddedCluster"/>.</summary>
    public static EmbeddedIncus StartCluster(params ReadOnlySpan<string> images) =>
        Start(IncusRelease.UnderTest, ["--members", "3"], images, "m1");

    private static EmbeddedIncus Start(
        string release, ReadOnlySpan<string> options, ReadOnlySpan<string> images, string? member = null)
    {
        // Short, because the path of a socket may have no more than 107 bytes; and not CreateTempSubdirectory, because the
        // root of a container is nobody here and must get to its files.
        var folder = Path.Join(Path.GetTempPath(), $"incus-{Path.GetRandomFileName()}");
        var incus = new EmbeddedIncus(folder, member);
        try
        {
            var owner = $"{System.Environment.ProcessId}";
            Script(["start", "--release", release, "--pool", IncusRelease.Pool, "--owner", owner, .. options, folder]);
            if (!images.IsEmpty)
            {
                Script(["images", folder, .. images]);
            }

            return incus;
        }
        catch
        {
            incus.Dispose();
            throw;
        }
    }

    /// <summary>Runs the client <c>incus</c> outside, as a user would, and returns what it printed.</summary>
    public string Client(params ReadOnlySpan<string> arguments) => Tool.Run(Environment, ["incus", "--quiet", .. arguments]);

    /// <summary>Makes a pool without copy-on-write, which in a cluster is defined on each member first.</summary>
    public void MakeDirPool(string name)
    {
        foreach (var member in IsCluster ? EmbeddedCluster.Members : [])
        {
            Client("storage", "create", name, "dir", "--target", member);
        }

        Client("storage", "create", name, "dir");
    }

    /// <summary>Has it listen for HTTPS, and returns the address within its network; members of a cluster have theirs.</summary>
    public string Listen()
    {
        if (!IsCluster)
        {
            Client("config", "set", "core.https_address", "127.0.0.1:8443");
        }

        return Client("config", "get", "core.https_address");
    }

    /// <summary>Runs a command in an instance and returns what it printed, without the last line's end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has both its outputs.</exception>
    public string InInstance(string project, string instance, params string[] command) =>
        RecordedCommand.RunAsync(SocketPath, project, instance, command).GetAwaiter().GetResult();

    /// <summary>Runs a command in its namespaces, in a cluster in those of who answers, and returns what it printed.</summary>
    public string Exec(params ReadOnlySpan<string> command) => Script([.. ExecOn(_member), .. command]);

    /// <summary>The same on the host of an instance.</summary>
    public string ExecBeside(string project, string instance, params ReadOnlySpan<string> command) =>
        Script([.. ExecOn(MemberOf(project, instance)), .. command]);

    /// <summary>The member of a cluster where an instance is; null for a single server.</summary>
    public string? MemberOf(string project, string instance) =>
        IsCluster ? Client("list", instance, "--project", project, "--format=csv", "--columns=L") : null;

    /// <summary>The begin of a command line that runs the rest of it in its namespaces.</summary>
    public IReadOnlyList<string> ExecPrefix => [Tool.Script("embedded-incus"), .. ExecOn(_member)];

    /// <summary>
    /// Writes what explains a failure into a folder: the daemon's log, and the state, log and journal of each instance.
    /// </summary>
    public void WriteEvidence(string folder) => Script("evidence", Folder, folder);

    /// <summary>Ends and removes it.</summary>
    public void Dispose()
    {
        if (!_stopped)
        {
            Script("stop", Folder);
            _stopped = true;
            // One that never started has not taken the folder.
            if (Directory.Exists(Folder))
            {
                Directory.Delete(Folder);
            }
        }
    }

    internal static string Script(params ReadOnlySpan<string> arguments) =>
        Tool.Run(new Dictionary<string, string?>(), [Tool.Script("embedded-incus"), .. arguments]);

    private string[] ExecOn(string? member) => member is null ? ["exec", Folder] : ["member", Folder, member, "exec"];
}
