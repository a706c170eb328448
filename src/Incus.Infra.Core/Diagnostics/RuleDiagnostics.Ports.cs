namespace Incus.Infra.Core.Diagnostics;

/// <summary>INFRA2358 to INFRA2362: ports of the host that lead to machines.</summary>
internal static partial class RuleDiagnostics
{
    /// <summary>A name that does not say the port of the machine, and a value that does not either.</summary>
    public static Diagnostic PortUnknown(SourceLocation at, string machine, string port, IEnumerable<string> known) =>
        Error("INFRA2358", at,
            $"Machine '{Excerpt.Of(machine)}': the name of port '{Excerpt.Of(port)}' does not say which port of the machine it "
            + $"is. Write auto:<port>, such as auto:80; only {string.Join(", ", known)} need none.");

    /// <summary>One port of the host for all copies of a domain.</summary>
    public static Diagnostic PortOfCopies(SourceLocation at, string machine, string port, string domain, int? target) =>
        Error("INFRA2359", at,
            $"Machine '{Excerpt.Of(machine)}': domain '{Excerpt.Of(domain)}' has copies, which cannot share one port of the "
            + $"host. Write {Excerpt.Of(port)}: auto:{target}, and the build gives each its own.");

    /// <summary>A port of a virtual machine at no address in particular, which Incus cannot forward.</summary>
    public static Diagnostic PortOfVirtualMachine(SourceLocation at, string machine, string port) =>
        Error("INFRA2360", at,
            $"Machine '{Excerpt.Of(machine)}': Incus forwards ports to a virtual machine only from an address that the host has "
            + $"in a network. Write it before port '{Excerpt.Of(port)}', as in 192.168.1.10:8080:80.");

    /// <summary>A port whose device has the name of another one.</summary>
    public static Diagnostic PortDeviceTaken(SourceLocation at, string machine, string port, string device, int line) =>
        Error("INFRA2361", at,
            $"Machine '{Excerpt.Of(machine)}': port '{Excerpt.Of(port)}' becomes the device '{Excerpt.Of(device)}', "
            + $"which there is already (line {line}). Rename one of them.");

    /// <summary>More ports than there are numbers.</summary>
    public static Diagnostic PortsFull(SourceLocation at, string machine, string port, int first, int last) =>
        Error("INFRA2362", at,
            $"Machine '{Excerpt.Of(machine)}': there is no free number for port '{Excerpt.Of(port)}' from {first} to {last}. "
            + "Choose one yourself, or remove ports that nobody needs.");
}
