using System.Diagnostics;
using System.Text.Json;

namespace Incus.Infra.Testing;

/// <summary>
/// Sends packets inside an embedded Incus from the network namespaces of its host (the place <c>host</c>), of instances, and
/// of neighbours of the host that it makes, such as a LAN. Refuses addresses that none of them holds. What it made ends with it.
/// </summary>
public sealed class Packets : IDisposable
{
    private readonly EmbeddedIncus _incus;
    private readonly Process _process;

    /// <summary>Begins with the host alone.</summary>
    public Packets(EmbeddedIncus incus)
    {
        _incus = incus;
        var command = incus.ExecPrefix;
        _process = Process.Start(new ProcessStartInfo(command[0], [.. command.Skip(1), "python3", "-I", "-c", ReadProgram()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    /// <summary>Adds an instance that runs and gives its interface an address, such as <c>10.1.2.3/24</c>.</summary>
    public void Enter(string place, string project, string address, string gateway)
    {
        using var state = JsonDocument.Parse(_incus.Client("query", $"/1.0/instances/{place}/state?project={project}"));
        Ask("enter", place, state.RootElement.GetProperty("pid").GetInt32(), address, gateway);
    }

    /// <summary>Adds a neighbour of the host; both addresses with their prefix. The host's is that of a bridge, where one is
    /// named.</summary>
    public void AddNeighbour(string place, string address, string ofHost, string? bridge = null) =>
        Ask("neighbour", place, address, ofHost, bridge);

    /// <summary>Answers at all addresses of all places.</summary>
    public void Listen(int[] tcp, int[] udp) => Ask("listen", tcp, udp);

    /// <summary>Runs a shell script in the network namespace of a place.</summary>
    public string Run(string place, string script) => Ask("run", place, script).GetString()!;

    /// <summary>
    /// Tries all at the same time, for a second, and as long as one that should be open is not; a packet of a protocol without
    /// connections is sent again.
    /// </summary>
    /// <returns>For each whether it is open.</returns>
    public IReadOnlyList<bool> Probe(IEnumerable<PacketProbe> probes) =>
    [
        .. Ask("probe", probes.Select(p => new object[] { p.From, p.Protocol, p.Address, p.Port, p.IsOpen }))
            .EnumerateArray().Select(answer => answer.GetBoolean()),
    ];

    /// <summary>Begins to send packets over UDP, 2000 in a second, until <see cref="End"/>.</summary>
    public void Flood(string from, string to, string address, int port) => Ask("flood", from, to, address, port);

    /// <summary>Ends all floods.</summary>
    /// <returns>How many packets each sent, in the order of their begin, and how many of them arrived.</returns>
    public IReadOnlyList<(int Sent, int Passed)> End() =>
        [.. Ask("end").EnumerateArray().Select(flood => (flood[0].GetInt32(), flood[1].GetInt32()))];

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private JsonElement Ask(string verb, params object?[] arguments)
    {
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(arguments.Prepend(verb)));
        _process.StandardInput.Flush();
        var line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("packets.py ended");
        var answer = JsonElement.Parse(line);
        return answer.ValueKind == JsonValueKind.Array
            ? answer[0]
            : throw new InvalidOperationException(answer.GetProperty("error").GetString());
    }

    private static string ReadProgram()
    {
        using var stream = typeof(Packets).Assembly.GetManifestResourceStream("packets.py")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>A connection that a place tries to open.</summary>
/// <param name="From">The place.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>icmp</c>, which is a ping.</param>
/// <param name="Address">Where to, a link-local one with the interface, as in <c>fe80::1%eth0</c>.</param>
/// <param name="Port">0 for <c>icmp</c>.</param>
/// <param name="IsOpen">Whether it should be.</param>
public sealed record PacketProbe(string From, string Protocol, string Address, int Port, bool IsOpen);
