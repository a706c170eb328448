using System.Net;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Health;

/// <summary>What an instance is asked to tell whether it is healthy. It runs there, whatever the rules of networks.</summary>
/// <param name="id">The instance.</param>
/// <param name="health">What infra.yml says.</param>
/// <param name="command">A program and its arguments.</param>
/// <param name="secrets">What is not to be shown of what the instance says.</param>
internal sealed class HealthProbe(
    ObjectId id, HealthSpec health, IReadOnlyList<string> command, IReadOnlyList<string> secrets)
{
    private const string Seconds = "10";
    private const string Python = "python3";
    private const int NotFound = 127;

    // What Incus says of every exit code 127, instead of what the program wrote: also where timeout did not find another one.
    private const string NoProgram = "Command not found";
    private const int Killed = 137;

    // With KILL also the timeout of busybox ends what takes no notice of a softer signal.
    private static readonly string[] Bounded = ["timeout", "-s", "KILL", Seconds];

    private static readonly string HttpProgram = ReadProgram();

    public ObjectId Id => id;

    /// <summary>Exit code 0 is healthy.</summary>
    public IReadOnlyList<string> Command => command;

    /// <summary>Those of the machines that declare one.</summary>
    public static IEnumerable<HealthProbe> Of(IEnumerable<DomainSpec> domains) =>
        domains.SelectMany(d => d.Machines.Select(m => Of(d, m)).OfType<HealthProbe>());

    /// <summary>That of a machine, or null.</summary>
    public static HealthProbe? Of(DomainSpec domain, MachineSpec machine) => machine.InstanceHealth is { } health
        ? new HealthProbe(
            ObjectId.Instance(domain.IncusProject, machine.InstanceName),
            health,
            health switch
            {
                { Tcp: { } port } => Listening(machine.InstanceIp, port),
                { Http: { } place } => Asking(machine.InstanceIp, place),
                _ => [.. Bounded, .. health.Command!],
            },
            HiddenValue.LinesOf(domain.ConfigOf(machine)))
        : null;

    /// <summary>For people; of a command only the program, as its arguments may hold a secret.</summary>
    public string Name => health.Tcp is { } port ? $"tcp {port}"
        : health.Http is { } place ? $"http {Excerpt.Of(place)}"
        : $"command {Excerpt.Of(health.Command![0])}";

    /// <summary>How long the instance may take to become healthy.</summary>
    public TimeSpan Within => TimeSpan.FromSeconds(health.Within);

    /// <summary>What stands against it, in a clause, where the command ended with another exit code than 0.</summary>
    public string AnswerOf(CommandOutcome outcome)
    {
        var said = Excerpt.Of(Shown((outcome.Output + outcome.Errors).TrimEnd().Split('\n')[^1].Trim()));
        return outcome.ExitCode switch
        {
            -1 when said == NoProgram => Missing,
            -1 => $"Incus says: {said}",
            NotFound => said.Length > 0 ? said : Missing,
            Killed => $"it did not end within {Seconds} seconds",
            _ when health.Tcp is not null => "nothing listens there at the machine's address",
            _ when health.Http is not null => said,
            var code => $"it ended with exit code {code}{(said.Length > 0 ? $", saying '{said}'" : "")}",
        };
    }

    private string Missing => health.Tcp is not null ? $"there is no {Command[0]} in the machine"
        : $"there is no {Excerpt.Of(health.Command?[0] ?? Python)}, or no {Bounded[0]}, in the machine";

    /// <summary>What may be shown of what the instance says.</summary>
    public string Shown(string text) => HiddenValue.Without(secrets, text);

    // The kernel's own lists need no program but one that every image has. Where a program listens on its loopback alone, no
    // other machine reaches it.
    private static string[] Listening(string? address, int port)
    {
        var own = address is null ? "" : $"|(0{{16}}FFFF0000)?{Hexadecimal(address)}";
        return
        [
            "grep", "-Eqs", $"^ *[0-9]+: (0{{8}}(0{{24}})?{own}):{port:X4} 0+:0000 0A ", "/proc/net/tcp", "/proc/net/tcp6",
        ];
    }

    private static string[] Asking(string? address, string place)
    {
        var end = place.IndexOf('/', StringComparison.Ordinal);
        return [.. Bounded, Python, "-I", "-c", HttpProgram, address ?? "127.0.0.1", place[1..end], place[end..]];
    }

    // As the kernel writes it on machines whose lowest byte comes first, which are those that Incus runs on.
    private static string Hexadecimal(string address) => Convert.ToHexString(
        [.. IPAddress.Parse(address).GetAddressBytes().Reverse()]);

    private static string ReadProgram()
    {
        using var stream = typeof(HealthProbe).Assembly.GetManifestResourceStream("ask_http.py")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
