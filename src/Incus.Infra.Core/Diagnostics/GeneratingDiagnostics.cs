namespace Incus.Infra.Core.Diagnostics;

/// <summary>Layer 3, generating: one factory method per code; <c>file</c> is relative to the project folder.</summary>
internal static class GeneratingDiagnostics
{
    private const int MostNames = 4;

    /// <summary>INFRA3001, error: the markers of the managed section are incomplete, duplicated or nested.</summary>
    public static Diagnostic MarkersDamaged(string file, int line, string fault) => new(
        "INFRA3001",
        Severity.Error,
        new SourceLocation(file, line, 1),
        $"The markers of the managed section are damaged: {fault}, so the build cannot tell which text is yours. "
        + "Leave one begin and one end marker, or delete them all; the build restores the section.");

    /// <summary>INFRA3002, error: there is a folder where a generated file belongs.</summary>
    public static Diagnostic FolderInPlaceOfFile(string file) => Error(
        "INFRA3002", file, $"'{file}' is a folder, but a generated file belongs there. Move it away.");

    /// <summary>INFRA3003, error: there is a file where a folder of generated files belongs.</summary>
    public static Diagnostic FileInPlaceOfFolder(string folder) => Error(
        "INFRA3003",
        folder,
        $"'{folder}' is a file, but a folder of generated files belongs there. Move the file away.");

    /// <summary>INFRA3004, error: a generated path leaves the project folder, through a link or by its name.</summary>
    public static Diagnostic LeavesProject(string file) => Error(
        "INFRA3004",
        file,
        $"'{file}' is outside the project folder, and the build writes nothing there. "
        + "Replace the symbolic link with a file or folder inside the project.");

    /// <summary>INFRA3005, error: an existing file or its folder cannot be read, for the given reason.</summary>
    public static Diagnostic CannotBeRead(string file, string reason) => Error(
        "INFRA3005",
        file,
        $"'{file}' cannot be read: {reason}. Make it readable, so that the build can keep your text in it.");

    /// <summary>INFRA3006, error: a file or folder cannot be written or deleted, for the given reason.</summary>
    public static Diagnostic CannotBeWritten(string file, string reason) => Error(
        "INFRA3006", file, $"'{file}' cannot be written: {reason}. Fix that and build again.");

    /// <summary>INFRA3007, error: the disk is full; files are old or new, never half written.</summary>
    public static Diagnostic DiskFull(string file) => Error(
        "INFRA3007",
        file,
        $"'{file}' cannot be written: the disk is full. Free some space and build again.");

    /// <summary>INFRA3008, error: somebody changed or created the file during the build; their change was kept.</summary>
    public static Diagnostic ChangedMeanwhile(string file) => Error(
        "INFRA3008",
        file,
        $"'{file}' was changed by somebody else during the build; that change was kept. Build again.");

    /// <summary>INFRA3009, error: the intermediate folder cannot hold the lock that keeps two builds apart.</summary>
    public static Diagnostic IntermediateFolderUnusable(string folder, string reason) => Error(
        "INFRA3009",
        folder,
        $"The intermediate folder '{folder}' cannot be used: {reason}. Make it a writable folder.");

    /// <summary>INFRA3010, warning: files that were generated for what is no longer in infra.yml, or is disabled.</summary>
    public static Diagnostic Orphans(string file, IEnumerable<string> others, string domain, string advice)
    {
        var all = others.Prepend(file).Select(f => $"'{Excerpt.Of(f)}'").ToList();
        var named = string.Join(", ", all.Take(MostNames)) + (all.Count > MostNames ? $" and {all.Count - MostNames} more" : "");
        var of = domain.Length == 0 ? "" : $" of domain '{Excerpt.Of(domain)}'";
        return new Diagnostic(
            "INFRA3010",
            Severity.Warning,
            new SourceLocation(file),
            $"Generated for something{of} that is no longer in infra.yml or is disabled: {named}. {advice}");
    }

    /// <summary>INFRA3011, error: two parts of infra.yml would generate the same file.</summary>
    public static Diagnostic GeneratedTwice(string file) => Error(
        "INFRA3011", file, $"Two parts of infra.yml would generate '{file}'. Give one of them another name.");

    /// <summary>INFRA3012, error: a file with a managed section is encrypted as a whole.</summary>
    public static Diagnostic Encrypted(string file) => Error(
        "INFRA3012",
        file,
        $"'{file}' is encrypted with ansible-vault, so the build cannot write its section into it. "
        + (file.Contains("_vars/", StringComparison.Ordinal)
            ? $"Move it to 'inventory/{file}', which Ansible also reads, or decrypt it and encrypt single values."
            : "Decrypt it, and keep secrets in variable files."));

    /// <summary>INFRA3013, error: Ansible would read either a generated file or one of the user's, but not both.</summary>
    public static Diagnostic OneIsRead(string file, string rival) => Error(
        "INFRA3013",
        file,
        $"Ansible reads either '{file}', which the build writes, or '{Excerpt.Of(rival)}', but not both. "
        + $"Move the latter to 'inventory/{Excerpt.Of(rival)}', which Ansible also reads.");

    /// <summary>INFRA3080, error: a file of the user's has the name of one that the build would write as a whole.</summary>
    public static Diagnostic NotOurs(string file) => Error(
        "INFRA3080",
        file,
        $"'{file}' was not written by the build, which would replace it. Rename or delete it.");

    private static Diagnostic Error(string code, string file, string message) =>
        new(code, Severity.Error, new SourceLocation(file), message);
}
