namespace Incus.Infra.Incus.Diagnostics;

/// <summary>Layer 4, reaching Incus: one factory method per code. What becomes of single objects is in the other part.</summary>
internal static partial class ToolDiagnostics
{
    // Not a file: MSBuild shows it where the file name stands.
    private static readonly SourceLocation Origin = new("incus");

    /// <summary>INFRA4001: there is neither a socket nor the folder it belongs in.</summary>
    public static Diagnostic NotInstalled(string socket) => Error(
        "INFRA4001",
        $"Incus is not installed: there is no '{socket}'. Install Incus, or set INCUS_SOCKET or INCUS_DIR to where it is.");

    /// <summary>INFRA4002: Incus is installed, but nobody answers at its socket.</summary>
    public static Diagnostic NotRunning(string socket) => Error(
        "INFRA4002", $"Incus is not running: nobody answers at '{socket}'. Start it, for instance with 'systemctl start incus'.");

    /// <summary>INFRA4003: the socket may not be opened by this user.</summary>
    public static Diagnostic NoPermission(string socket) => Error(
        "INFRA4003",
        $"This user may not use Incus at '{socket}'. Add the user to the group 'incus-admin' and log in again.");

    /// <summary>INFRA4004: the server lacks something that the engine needs.</summary>
    public static Diagnostic TooOld(string version, string missing) => Error(
        "INFRA4004", $"Incus {version} is too old: it lacks '{missing}'. Incus 6.0 LTS or later is needed.");

    /// <summary>INFRA4005: the incus client knows no such remote.</summary>
    public static Diagnostic UnknownRemote(string remote, string reason) => Error(
        "INFRA4005", $"The remote '{remote}' cannot be used: {reason}. 'incus remote list' shows those that exist.");

    /// <summary>INFRA4006: the server does not trust this client.</summary>
    public static Diagnostic NotTrusted(string target) => Error(
        "INFRA4006", $"Incus at '{target}' does not trust this client. Add it with 'incus remote add' and a token.");

    /// <summary>INFRA4007: the connection failed or broke.</summary>
    public static Diagnostic Unreachable(string target, string reason) => Error(
        "INFRA4007", $"Incus at '{target}' cannot be reached: {reason}.");

    /// <summary>INFRA4008: no answer within the time that one request or operation may take.</summary>
    public static Diagnostic TimedOut(string what, TimeSpan limit) => Error(
        "INFRA4008", $"{what} took longer than {limit.TotalSeconds:0} seconds. Look at Incus's log; where it hangs, start it anew with "
            + "'sudo systemctl restart incus', which leaves instances alone. Then apply again.");

    /// <summary>INFRA4009: what stands on the standard input is not a request.</summary>
    public static Diagnostic BadRequest(string reason) => Error("INFRA4009", $"The request cannot be read: {reason}");

    /// <summary>INFRA4010: there is nowhere to put root disks.</summary>
    public static Diagnostic NoStoragePool() => Error(
        "INFRA4010", "Incus has no storage pool. Create one, for instance with 'incus storage create default dir'.");

    /// <summary>INFRA4011: Incus answers, but not what was asked.</summary>
    public static Diagnostic CannotBeRead(string reason) => Error(
        "INFRA4011", $"What Incus has cannot be read. Incus says: {reason}");

    /// <summary>What Incus refuses to be asked.</summary>
    public static Diagnostic CannotBeRead(IncusErrorException refusal) =>
        refusal.Status == 403 ? NotAllowed(refusal.Message) : CannotBeRead(refusal.Message);

    /// <summary>INFRA4013: the server is a member of a cluster.</summary>
    public static Diagnostic Cluster(string target) => Error(
        "INFRA4013",
        $"Incus at '{target}' is a member of a cluster, which Plan and Apply cannot work on yet. Use a server that is in no cluster; "
        + "the targets for snapshots work here.");

    /// <summary>INFRA4014: this client may not read everything.</summary>
    public static Diagnostic NotAllowed(string reason) => Error(
        "INFRA4014",
        $"Plan and Apply need to read what this client may not. Incus says: {reason}. Use a certificate that is not restricted "
        + "to some projects; on the Incus host, the group 'incus-admin' in place of 'incus'.");

    /// <summary>INFRA4015: users who may not use the server hold the names of its lock.</summary>
    /// <param name="process">One of their processes; null where it does not say.</param>
    /// <param name="user">The number of its user.</param>
    public static Diagnostic LockTaken(int? process, uint? user) => Error(
        "INFRA4015",
        "The lock of this Incus cannot be taken: a process of somebody who may not use this Incus holds it"
        + (process is null ? "" : $" (process {process} of the user with the number {user})")
        + ". End that process and run this again. 'ss -xlp' on this machine shows who listens at '@incus-infra-'.");

    /// <summary>INFRA4057, warning: the server is newer than those that the tests run on.</summary>
    public static Diagnostic NewerThanTested(string version, Version newest) => new(
        "INFRA4057",
        Severity.Warning,
        Origin,
        $"Incus {version} is newer than {newest}, the newest release that this was tested with. Read the plan before you apply.");

    private static Diagnostic Error(string code, string message) => new(code, Severity.Error, Origin, message);
}
