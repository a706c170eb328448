namespace Incus.Infra.Core.Diagnostics;

/// <summary>INFRA2640 to INFRA2648: what machines share, roles of Galaxy, and plays of another tool.</summary>
internal static partial class RuleDiagnostics
{
    /// <summary>A weight that nothing follows from (warning).</summary>
    public static Diagnostic IdleWeight(SourceLocation at, string owner, string reason) =>
        Warning("INFRA2640", at,
            $"{Excerpt.Of(owner)}: its weight has no effect, because {reason}. Change that, or remove the weight.");

    /// <summary>A role of Galaxy that neither the project has nor a file of requirements.</summary>
    public static Diagnostic RoleNotRequired(SourceLocation at, string owner, string role, string? nearest) =>
        Error("INFRA2641", at,
            $"{Excerpt.Of(owner)}: role '{Excerpt.Of(role)}' is neither in the folder roles of the project nor required. "
            + DidYouMean(
                nearest, $"Write '- name: {Excerpt.Of(role)}' under 'roles:' in requirements.yml, below the managed section."));

    /// <summary>A required role that is not in the project yet (warning: ansible-galaxy installs it).</summary>
    public static Diagnostic RoleNotInstalled(SourceLocation at, string owner, string role, string file) =>
        Warning("INFRA2642", at,
            $"{Excerpt.Of(owner)}: role '{Excerpt.Of(role)}' of {file} is not in the folder roles, so Apply would not find it. "
            + $"Run 'ansible-galaxy role install -r {file} -p roles'.");

    /// <summary>A play beside the managed section that makes objects by the roles of another tool (warning).</summary>
    public static Diagnostic PlayOfOtherTool(SourceLocation at, string play, IEnumerable<string> roles) =>
        Warning("INFRA2643", at,
            $"Play '{Excerpt.Of(play)}' runs {Excerpt.Of(string.Join(", ", roles))}, which work on the same objects in Incus as "
            + "the play 'Infrastructure' of the managed section. Remove the play.");
}
