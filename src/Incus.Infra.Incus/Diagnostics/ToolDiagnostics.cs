namespace Incus.Infra.Incus.Diagnostics;

/// <summary>Layer 4, reaching Incus: one factory method per code. Single objects are in the other parts.</summary>
internal static partial class ToolDiagnostics
{
    // Not a file: MSBuild shows it where the file name stands.
    private static readonly SourceLocation Origin = new("incus");

    /// <summary>INFRA4001: neither the socket nor its folder exists.</summary>
    public static Diagnostic NotInstalled(string socket) => Error(
        "INFRA4001",
        $"Incus is not installed: '{socket}' does not exist. Install Incus, or set INCUS_SOCKET or INCUS_DIR to its location.");

    /// <summary>INFRA4002: Incus is installed, but does not answer on its socket.</summary>
    public static Diagnostic NotRunning(string socket) => Error(
        "INFRA4002", $"Incus is not running: no answer at '{socket}'. Start it, for instance with 'systemctl start incus'.");

    /// <summary>INFRA4003: this user may not open the socket.</summary>
    public static Diagnostic NoPermission(string socket) => Error(
        "INFRA4003",
        $"This user may not use Incus at '{socket}'. Add the user to the group 'incus-admin' and log in again.");

    /// <summary>INFRA4004: the server lacks something that the engine needs.</summary>
    public static Diagnostic TooOld(string version, string missing) => Error(
        "INFRA4004", $"Incus {version} is too old: it lacks '{missing}'. Install Incus 6.0 LTS or later.");

    /// <summary>INFRA4005: the incus client has no such remote.</summary>
    public static Diagnostic UnknownRemote(string remote, string reason) => Error(
        "INFRA4005", $"The remote '{remote}' cannot be used: {reason}. 'incus remote list' shows the remotes.");

    /// <summary>INFRA4006: the server does not trust this client.</summary>
    public static Diagnostic NotTrusted(string target) => Error(
        "INFRA4006", $"Incus at '{target}' does not trust this client. Add it with 'incus remote add' and a token.");

    /// <summary>INFRA4007: the connection failed or broke.</summary>
    public static Diagnostic Unreachable(string target, string reason) => Error(
        "INFRA4007", $"Incus at '{target}' cannot be reached: {reason}.");

    /// <summary>INFRA4008: no answer within the time limit of one request or operation.</summary>
    public static Diagnostic TimedOut(string what, string target, TimeSpan limit) => Error(
        "INFRA4008",
        $"{what} of Incus at '{target}' took longer than {limit.TotalSeconds:0} seconds. "
        + "Check Incus's log there; if it hangs, restart it with 'sudo systemctl restart incus', which does not touch instances. "
        + "Then run it again.");

    /// <summary>INFRA4009: the standard input is not a request.</summary>
    public static Diagnostic BadRequest(string reason) => Error("INFRA4009", $"The request cannot be read: {reason}");

    /// <summary>INFRA4010: Incus has no storage pool for root disks.</summary>
    public static Diagnostic NoStoragePool() => Error(
        "INFRA4010", "Incus has no storage pool. Create one, for instance with 'incus storage create default dir'.");

    /// <summary>INFRA4011: Incus answers, but rejects a request for its objects.</summary>
    public static Diagnostic CannotBeRead(string reason) => Error(
        "INFRA4011", $"Objects in Incus cannot be read. Incus says: {reason}");

    /// <summary>Why nothing could be read: the fault's own code, or that Incus rejects it.</summary>
    public static Diagnostic Of(FaultException fault) => fault switch
    {
        ToolFaultException { Diagnostic: var known } => known,
        IncusErrorException { Status: 403 } => NotAllowed(fault.Message),
        _ => CannotBeRead(fault.Message),
    };

    /// <summary>INFRA4014: this client may not read everything.</summary>
    public static Diagnostic NotAllowed(string reason) => Error(
        "INFRA4014",
        $"This client may not read everything that Plan and Apply need. Incus says: {reason}. "
        + "Use a certificate that is not restricted to some projects; "
        + "on the Incus host, use the group 'incus-admin' instead of 'incus'.");

    /// <summary>INFRA4015: users who may not use the server hold the names of its lock.</summary>
    /// <param name="process">One of their processes; null if unknown.</param>
    /// <param name="user">The ID of its user.</param>
    public static Diagnostic LockTaken(int? process, uint? user) => Error(
        "INFRA4015",
        "The lock of this Incus is held by a process of a user who may not use this Incus"
        + (process is null ? "" : $" (process {process} of user ID {user})")
        + ". Stop that process and run this again; 'ss -xlp' on this machine shows who listens at '@incus-infra-'.");

    /// <summary>INFRA4050: the server filters packets with a program that does not know the rules of domains.</summary>
    public static Diagnostic WrongFirewall(string target, string firewall) => Error(
        "INFRA4050",
        $"Incus at '{target}' filters packets with '{Excerpt.Of(firewall)}', which cannot close domains. Install nftables on the "
        + "Incus host, remove the rules of iptables, ip6tables and ebtables there, and restart Incus.");

    /// <summary>INFRA4057, warning: the server is newer than those that the tests run on.</summary>
    public static Diagnostic NewerThanTested(string version, Version newest) => Warning(
        "INFRA4057",
        $"Incus {version} is newer than {newest}, the newest tested release. Read the plan before you apply.");

    /// <summary>INFRA4058, warning: another firewall of the Incus host refuses what it does not know.</summary>
    /// <param name="table">Its family and name.</param>
    /// <param name="chain">The chain of the table that does.</param>
    /// <param name="bridges">Those that the table does not name.</param>
    public static Diagnostic OtherFirewall(string table, string chain, IReadOnlyList<string> bridges) => Warning(
        "INFRA4058",
        $"Another firewall on this host drops what it does not know (chain '{Excerpt.Of(chain)}' of table '{Excerpt.Of(table)}') "
        + $"and does not know {Names(bridges)}. Let these bridges through; otherwise their machines may reach neither the "
        + "Internet nor, whatever policies allow, other domains.");

    /// <summary>INFRA4059, warning: the kernel of the Incus host may refuse what bridges and containers ask for.</summary>
    /// <param name="limit">What it grants root.</param>
    /// <param name="need">What infra.yml may need.</param>
    /// <param name="bridges">How many it has; each needs one.</param>
    /// <param name="containers">How many it has.</param>
    /// <param name="each">What a container needs.</param>
    public static Diagnostic TooFewInotify(int limit, int need, int bridges, int containers, int each) => Warning(
        "INFRA4059",
        $"This host grants root {limit} inotify instances, but infra.yml may need {need}: one for each of its {bridges} bridges, "
        + $"and {each} for each of its {containers} containers, if systemd runs there. "
        + "Raise fs.inotify.max_user_instances with sysctl.");

    private static Diagnostic Warning(string code, string message) => new(code, Severity.Warning, Origin, message);

    private static Diagnostic Error(string code, string message) => new(code, Severity.Error, Origin, message);
}
