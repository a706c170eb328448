namespace Incus.Infra.Core.Tests.Documentation;

/// <summary>The repository that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] Generated = ["artifacts", "node_modules", "obj", "bin", ".git"];

    public static string Root { get; } = FindRoot();

    public static string Read(string path) => File.ReadAllText(Path.Join(Root, path));

    /// <summary>Asserts that a file has this text; with UPDATE_GOLDEN=1 it writes that.</summary>
    public static void ShouldHave(string path, string text, string what)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(Path.Join(Root, path), text);
            return;
        }

        Read(path).ShouldBe(text, $"UPDATE_GOLDEN=1 dotnet test rewrites {what}.");
    }

    /// <summary>The files with the given end of name, relative, with forward slashes; nothing that is generated.</summary>
    public static IEnumerable<string> Files(string end) => Directory
        .EnumerateFiles(Root, "*" + end, SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/'))
        .Where(f => !f.Split('/').Intersect(Generated).Any())
        .Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        var folder = TestContext.CurrentContext.TestDirectory;
        while (!File.Exists(Path.Join(folder, "global.json")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No global.json above the tests.");
        }

        return folder;
    }
}
