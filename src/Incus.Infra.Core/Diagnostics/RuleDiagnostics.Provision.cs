namespace Incus.Infra.Core.Diagnostics;

/// <summary>INFRA2650 to INFRA2659: files, users and services that steps declare.</summary>
internal static partial class RuleDiagnostics
{
    public static Diagnostic FileTwice(SourceLocation at, string owner, string dest, int line) =>
        Error("INFRA2650", at,
            $"{Excerpt.Of(owner)}: the file '{Excerpt.Of(dest)}' is already on line {line}. Remove one of them.");

    /// <summary>A file that would have to be a folder as well.</summary>
    public static Diagnostic BelowFile(SourceLocation at, string owner, string dest, string folder, int line) =>
        Error("INFRA2651", at,
            $"{Excerpt.Of(owner)}: '{Excerpt.Of(dest)}' cannot be below '{Excerpt.Of(folder)}', which is a file on line {line}. "
            + "Correct one of the two.");

    public static Diagnostic UserTwice(SourceLocation at, string owner, string user, int line) =>
        Error("INFRA2652", at,
            $"{Excerpt.Of(owner)}: the user '{Excerpt.Of(user)}' is already on line {line}. Write all of it in one place.");

    public static Diagnostic ServiceTwice(SourceLocation at, string owner, string service, int line) =>
        Error("INFRA2653", at,
            $"{Excerpt.Of(owner)}: the service '{Excerpt.Of(service)}' is already on line {line}. Write all of it in one place.");

    /// <summary>A restart would start what shall not run.</summary>
    public static Diagnostic RestartOfStopped(SourceLocation at, string owner, string service, int line) =>
        Error("INFRA2654", at,
            $"{Excerpt.Of(owner)}: line {line} declares the service '{Excerpt.Of(service)}' as stopped, and a restart would "
            + "start it. Remove restart, or state: stopped.");

    public static Diagnostic PrivateKeyAsContent(SourceLocation at, string owner) =>
        Error("INFRA2655", at,
            $"{Excerpt.Of(owner)}: this content has a private key, which anyone who reads infra.yml or the generated tree would "
            + "have. Encrypt a project file with 'ansible-vault encrypt' and name it as source.");
}
