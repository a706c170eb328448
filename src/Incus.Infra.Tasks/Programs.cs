namespace Incus.Infra.Tasks;

/// <summary>Where programs are.</summary>
internal static class Programs
{
    /// <summary>
    /// The full path of a program given by its path or, like a shell does, by its name alone; null if there is none.
    /// </summary>
    public static string? Find(string program, string relativeTo)
    {
        if (program.Contains('/', StringComparison.Ordinal))
        {
            var path = Path.GetFullPath(program, relativeTo);
            return File.Exists(path) ? path : null;
        }

        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Join(folder, program))
            .FirstOrDefault(File.Exists);
    }
}
