namespace Incus.Infra.Core.Diagnostics;

/// <summary>Layer 4, Ansible: one factory method per code. What Incus says has INFRA4001 to INFRA4039.</summary>
internal static class AnsibleDiagnostics
{
    /// <summary>INFRA4040, error: a program that the target needs is missing.</summary>
    public static Diagnostic ToolMissing(string projectFile, string tool, string fix) => Error(
        "INFRA4040", new SourceLocation(projectFile), $"'{tool}' is not on the PATH. {fix}");

    /// <summary>INFRA4041, error: a task failed on a host, for the given reason in Ansible's words.</summary>
    public static Diagnostic TaskFailed(SourceLocation at, string task, string host, string reason) => Error(
        "INFRA4041", at, $"Task '{task}' failed on host '{host}': {reason}");

    /// <summary>INFRA4042, error: Ansible cannot connect to a machine.</summary>
    public static Diagnostic Unreachable(SourceLocation at, string task, string host, string reason) => Error(
        "INFRA4042",
        at,
        $"Host '{host}' cannot be reached by task '{task}': {reason.TrimEnd('.')}. "
        + "Check that the machine exists and runs; Apply creates and starts it, unless Tags exclude that.");

    /// <summary>INFRA4043, error: Ansible cannot read or understand a file, and says where.</summary>
    public static Diagnostic NotUnderstood(SourceLocation at, string reason) => Error(
        "INFRA4043", at, $"Ansible says: {reason}");

    /// <summary>INFRA4044, error: the limit, or one of its parts, matches no machine.</summary>
    public static Diagnostic NoHosts(SourceLocation at, string limit, IReadOnlyCollection<string> names) => Error(
        "INFRA4044",
        at,
        $"No machine matches Limit={Excerpt.Of(limit)}."
        + (names.Count == 0 ? "" : $" Known: {Excerpt.Of(string.Join(", ", names))}."));

    /// <summary>INFRA4045, error: ansible-playbook failed in another way.</summary>
    public static Diagnostic Ended(SourceLocation at, int exitCode, string lastWords) => Error(
        "INFRA4045",
        at,
        $"ansible-playbook failed with exit code {exitCode}. {lastWords}".TrimEnd());

    /// <summary>INFRA4046, error: Ansible is older than the collection needs.</summary>
    public static Diagnostic AnsibleTooOld(string projectFile, string found, Version oldest) => Error(
        "INFRA4046",
        new SourceLocation(projectFile),
        $"ansible-core {found} is too old. Install {oldest} or newer.");

    /// <summary>INFRA4047, error: the plugin that connects to the machines is not installed.</summary>
    public static Diagnostic PluginMissing(string projectFile, string plugin) => Error(
        "INFRA4047",
        new SourceLocation(projectFile),
        $"Ansible does not find the connection plugin {plugin}. "
        + "Install it with \"ansible-galaxy collection install 'community.general:>=11.0.0'\".");

    /// <summary>INFRA4176, error: roles of a file of requirements are not in the project.</summary>
    public static Diagnostic RolesMissing(string projectFile, IEnumerable<string> roles, string file) => Error(
        "INFRA4176",
        new SourceLocation(projectFile),
        $"Not in the folder roles: {string.Join(", ", roles.Select(Excerpt.Of))}. "
        + $"Install what {file} requires with 'ansible-galaxy role install -r {file} -p roles'.");

    /// <summary>INFRA4177, error: the collection of a role is not installed.</summary>
    public static Diagnostic CollectionMissing(string projectFile, string collection) => Error(
        "INFRA4177",
        new SourceLocation(projectFile),
        $"Ansible does not find the collection {Excerpt.Of(collection)}. "
        + $"Install it with 'ansible-galaxy collection install {Excerpt.Of(collection)}'.");

    /// <summary>INFRA4048, error: something that a provision step declares is missing in its machine.</summary>
    public static Diagnostic NotInstalled(SourceLocation at, string machine, string step, string what) => Error(
        "INFRA4048", at, $"Machine '{machine}', step {step}: {what}. Apply repeats the step.");

    /// <summary>INFRA4051, error: a machine reaches another one, or a gateway, although no policy allows that.</summary>
    public static Diagnostic FlowOpen(SourceLocation at, string from, string to, IEnumerable<string> traffic) => Error(
        "INFRA4051",
        at,
        $"'{from}' reaches {to} by {string.Join(", ", traffic)}, and no policy allows that. Apply closes it; if Plan has nothing "
        + "to do, somebody deleted the rules on the Incus host, and Apply with Repair=true sets them up anew.");

    /// <summary>INFRA4052, error: a machine does not reach another one although a policy allows that.</summary>
    public static Diagnostic FlowClosed(SourceLocation at, string from, string to, IEnumerable<string> traffic) => Error(
        "INFRA4052",
        at,
        $"'{from}' does not reach {to} by {string.Join(", ", traffic)}, which is allowed. Apply opens it; if Plan has nothing to "
        + "do, a firewall in the machines or on the Incus host rejects it.");

    /// <summary>INFRA4056, warning: a machine cannot say what it reaches.</summary>
    public static Diagnostic NotProbed(SourceLocation at, string machine, string reason) => new(
        "INFRA4056",
        Severity.Warning,
        at,
        $"What '{machine}' reaches, and who reaches it, is not proven: {reason.TrimEnd('.')}.");

    private static Diagnostic Error(string code, SourceLocation at, string message) =>
        new(code, Severity.Error, at, message);
}
