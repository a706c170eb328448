namespace Incus.Infra.Tasks;

/// <summary>Numbers as a reader says them.</summary>
internal static class Count
{
    /// <summary>"1 file", "2 files".</summary>
    public static string Files(int count) => count == 1 ? "1 file" : $"{count} files";

    /// <summary>"1 card", "2 cards".</summary>
    public static string Cards(int count) => count == 1 ? "1 card" : $"{count} cards";

    /// <summary>"1 orphan", "2 orphans".</summary>
    public static string Orphans(int count) => count == 1 ? "1 orphan" : $"{count} orphans";

    /// <summary>"1 object", "2 objects".</summary>
    public static string Objects(int count) => count == 1 ? "1 object" : $"{count} objects";

    /// <summary>"1 domain", "2 domains".</summary>
    public static string Domains(int count) => count == 1 ? "1 domain" : $"{count} domains";

    /// <summary>"1 machine", "2 machines".</summary>
    public static string Machines(int count) => count == 1 ? "1 machine" : $"{count} machines";

    /// <summary>"1 task", "2 tasks".</summary>
    public static string Tasks(int count) => count == 1 ? "1 task" : $"{count} tasks";
}
