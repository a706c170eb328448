namespace Incus.Infra.Core.CommandLine;

/// <summary>What a limit names, in Ansible's patterns.</summary>
internal static class LimitNames
{
    /// <summary>The parts that are names; what else the patterns have is for Ansible to judge.</summary>
    public static IEnumerable<string> In(string? limit) => CommandList.Of(limit).Where(IsName);

    /// <summary>Whether a limit is nothing but names.</summary>
    public static bool IsOnlyNames(string limit) => CommandList.Of(limit).All(IsName);

    private static bool IsName(string part) => part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
