namespace Incus.Infra.Sdk.Tests.Harness;

/// <summary>A file as it was at one moment.</summary>
internal sealed record FileSnapshot(string Text, DateTime Written);

/// <summary>The folder of a user's project.</summary>
internal sealed class ProjectFolder
{
    public ProjectFolder(string path)
    {
        Path = path;
        Directory.CreateDirectory(path);
        Write("infra.proj", $"""<Project Sdk="Incus.Infra.Sdk/{Stamp.PackageVersion}" />""");
        Write("infra.yml", File.ReadAllText(System.IO.Path.Join(AppContext.BaseDirectory, "Samples", "minimal", "infra.yml")));
    }

    public string Path { get; }

    public string Read(string file) => File.ReadAllText(At(file));

    public void Write(string file, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(file))!);
        File.WriteAllText(At(file), text);
    }

    /// <summary>Replaces a text that occurs in the file.</summary>
    public void Edit(string file, string text, string replacement)
    {
        var before = Read(file);
        before.ShouldContain(text);
        Write(file, before.Replace(text, replacement, StringComparison.Ordinal));
    }

    /// <summary>The project file with something between its tags.</summary>
    public void WriteProject(string body) =>
        Write("infra.proj", $"""<Project Sdk="Incus.Infra.Sdk/{Stamp.PackageVersion}">{body}</Project>""");

    /// <summary>A C# project with this SDK beside Microsoft.NET.Sdk, and something between its tags.</summary>
    public void WriteCSharpProject(string file, string body = "") => Write(file, $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <Sdk Name="Incus.Infra.Sdk" Version="{Stamp.PackageVersion}" />
          <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
          {body}
        </Project>
        """);

    public bool Has(string file) => File.Exists(At(file));

    public void Delete(string file) => File.Delete(At(file));

    /// <summary>All files by relative path, with text and time.</summary>
    public SortedDictionary<string, FileSnapshot> Snapshot() => new(
        Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories).ToDictionary(
            file => System.IO.Path.GetRelativePath(Path, file),
            file => new FileSnapshot(File.ReadAllText(file), File.GetLastWriteTimeUtc(file))),
        StringComparer.Ordinal);

    /// <summary>The text of all files that the build writes for the user.</summary>
    public SortedDictionary<string, string> Tree() => new(
        Snapshot()
            .Where(file =>
                !file.Key.StartsWith("obj/", StringComparison.Ordinal) && file.Key is not ("infra.proj" or "infra.yml"))
            .ToDictionary(file => file.Key, file => file.Value.Text),
        StringComparer.Ordinal);

    public string At(string file) => System.IO.Path.Join(Path, file);
}
