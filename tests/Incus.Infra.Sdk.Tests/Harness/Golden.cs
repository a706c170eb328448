namespace Incus.Infra.Sdk.Tests.Harness;

/// <summary>Lists that are frozen in <c>Golden/</c>, so that a change of what users get is seen and meant.</summary>
internal static class Golden
{
    /// <summary>Asserts that these are the lines of a file; with UPDATE_GOLDEN=1 it writes them.</summary>
    public static void ShouldBeFrozen(this IEnumerable<string> lines, string file)
    {
        var path = Path.Join(Stamp.RepositoryFolder, "tests", "Incus.Infra.Sdk.Tests", "Golden", file);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllLines(path, lines);
            return;
        }

        lines.ShouldBe(File.ReadAllLines(path), $"UPDATE_GOLDEN=1 dotnet test rewrites {path}.");
    }
}
