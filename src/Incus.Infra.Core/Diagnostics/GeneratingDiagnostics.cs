namespace Incus.Infra.Core.Diagnostics;

/// <summary>Layer 3, generating: one factory method per code; <c>file</c> is relative to the project folder.</summary>
internal static class GeneratingDiagnostics
{
    /// <summary>INFRA3001, error: the markers of the managed section are incomplete, doubled or nested.</summary>
    public static Diagnostic MarkersDamaged(string file, int line, string fault) => new(
        "INFRA3001",
        Severity.Error,
        new SourceLocation(file, line, 1),
        $"The markers of the managed section are damaged: {fault}, so nobody can tell what is yours. "
        + "Leave one begin and one end marker, or delete them all; the build puts the section back.");

    /// <summary>INFRA3002, error: there is a folder where a generated file belongs.</summary>
    public static Diagnostic FolderInPlaceOfFile(string file) => Error(
        "INFRA3002", file, $"'{file}' is a folder, but a generated file belongs there. Move it away.");

    /// <summary>INFRA3003, error: there is a file where a folder of generated files belongs.</summary>
    public static Diagnostic FileInPlaceOfFolder(string folder) => Error(
        "INFRA3003",
        folder,
        $"'{folder}' is a file, but a folder of generated files belongs there. Move the file away.");

    /// <summary>INFRA3004, error: a generated path leads out of the project folder, by a link or by its name.</summary>
    public static Diagnostic LeavesProject(string file) => Error(
        "INFRA3004",
        file,
        $"'{file}' leads out of the project folder, and the build writes nothing there. "
        + "Replace the symbolic link by a file or folder inside the project.");

    /// <summary>INFRA3005, error: an existing file or its folder cannot be read, for the given reason.</summary>
    public static Diagnostic CannotBeRead(string file, string reason) => Error(
        "INFRA3005",
        file,
        $"'{file}' cannot be read: {reason}. The build must see what is yours in it; make it readable.");

    /// <summary>INFRA3006, error: a file or folder cannot be written or deleted, for the given reason.</summary>
    public static Diagnostic CannotBeWritten(string file, string reason) => Error(
        "INFRA3006", file, $"'{file}' cannot be written: {reason}. Mend that and build again.");

    /// <summary>INFRA3007, error: the disk is full; files are old or new, never half written.</summary>
    public static Diagnostic DiskFull(string file) => Error(
        "INFRA3007",
        file,
        $"'{file}' cannot be written: the disk is full. Free some space and build again; the build completes.");

    /// <summary>INFRA3008, error: someone changed or made the file during the build; it was kept.</summary>
    public static Diagnostic ChangedMeanwhile(string file) => Error(
        "INFRA3008",
        file,
        $"'{file}' was changed by someone else during the build and was left as it is. Build again.");

    /// <summary>INFRA3009, error: the intermediate folder cannot hold the lock that keeps two builds apart.</summary>
    public static Diagnostic IntermediateFolderUnusable(string folder, string reason) => Error(
        "INFRA3009",
        folder,
        $"The intermediate folder '{folder}' cannot be used: {reason}. Make it a writable folder.");

    /// <summary>INFRA3010, warning: a generated file whose domain or machine left infra.yml or is disabled.</summary>
    public static Diagnostic Orphan(string file, string advice) => new(
        "INFRA3010",
        Severity.Warning,
        new SourceLocation(file),
        $"'{file}' was generated for something that infra.yml no longer has, or has disabled. {advice}");

    /// <summary>INFRA3011, error: two parts of infra.yml would generate the same file.</summary>
    public static Diagnostic GeneratedTwice(string file) => Error(
        "INFRA3011", file, $"Two parts of infra.yml would generate '{file}'. Give one of them another name.");

    /// <summary>INFRA3012, error: a file with a managed section was encrypted as a whole.</summary>
    public static Diagnostic Encrypted(string file) => Error(
        "INFRA3012",
        file,
        $"'{file}' is encrypted by ansible-vault, and the build cannot write its section into it. "
        + (file.Contains("_vars/", StringComparison.Ordinal)
            ? $"Move it to 'inventory/{file}', where Ansible reads it too, or decrypt it and encrypt single values."
            : "Decrypt it, and keep secrets in files of variables."));

    /// <summary>INFRA3013, error: Ansible would read only one of a generated file and something of the user's.</summary>
    public static Diagnostic OneIsRead(string file, string rival) => Error(
        "INFRA3013",
        file,
        $"Ansible reads only one of '{file}', which the build writes, and '{Excerpt.Of(rival)}'. "
        + $"Move the latter to 'inventory/{Excerpt.Of(rival)}', where Ansible reads it too.");

    private static Diagnostic Error(string code, string file, string message) =>
        new(code, Severity.Error, new SourceLocation(file), message);
}
