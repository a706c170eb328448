using System.Text.RegularExpressions;
using Incus.Infra.Core.Diagnostics;

namespace Incus.Infra.Core.Ansible;

/// <summary>Judges what Ansible's programs say about themselves; an empty answer is a program that is not there.</summary>
internal static partial class AnsibleCheck
{
    private const string Plugin = "community.general.incus";

    private static readonly Version Oldest = TestedVersions.AnsibleCore[0];

    /// <summary>The version in the answer to <c>ansible-playbook --version</c>, or the fault.</summary>
    public static (string Found, Diagnostic? Fault) Version(string answer, string projectFile)
    {
        var found = CoreVersion().Match(answer) is { Success: true } match ? match.Groups[1].Value : "";
        Diagnostic? fault = found.Length == 0
            ? AnsibleDiagnostics.ToolMissing(projectFile, "ansible-playbook", "Install ansible-core 2.19 or newer.")
            : System.Version.Parse(MajorMinor().Match(found).Value) < Oldest
                ? AnsibleDiagnostics.AnsibleTooOld(projectFile, found, Oldest)
                : null;
        return (found, fault);
    }

    /// <summary>Whether ansible-doc knows the plugin that gets into the machines, or the fault.</summary>
    public static Diagnostic? ConnectionPlugin(string answer, string projectFile) =>
        answer.Contains($"\"{Plugin}\"", StringComparison.Ordinal)
            ? null
            : AnsibleDiagnostics.PluginMissing(projectFile, Plugin);

    [GeneratedRegex(@"\[core (\S+)\]")]
    private static partial Regex CoreVersion();

    [GeneratedRegex(@"^\d+\.\d+")]
    private static partial Regex MajorMinor();
}
