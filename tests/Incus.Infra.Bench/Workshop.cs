using System.IO.Compression;
using System.Security;

namespace Incus.Infra.Bench;

/// <summary>A temporary folder with a feed, a package cache of its own, and the projects that are measured.</summary>
internal sealed class Workshop : IDisposable
{
    private const string EmptySdk = "Incus.Infra.Bench.EmptySdk";

    private readonly string _root = Directory.CreateTempSubdirectory("infra-bench-").FullName;

    // All projects of the repository have one version.
    private readonly string _sdk = $"Incus.Infra.Sdk/{typeof(Workshop).Assembly.GetName().Version!.ToString(3)}";

    public Workshop(string feed)
    {
        var ownFeed = Directory.CreateDirectory(Path.Join(_root, "feed")).FullName;
        PackEmptySdk(ownFeed);
        File.WriteAllText(Path.Join(_root, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="sdk" value="{SecurityElement.Escape(Path.GetFullPath(feed))}" />
                <add key="own" value="{SecurityElement.Escape(ownFeed)}" />
              </packageSources>
            </configuration>
            """);
    }

    /// <summary>Package cache of the measured builds: the shared one could hold an older package of this version.</summary>
    public string PackageCache => Path.Join(_root, "packages");

    /// <summary>The floor of every build: a project with one empty target.</summary>
    public string EmptyProject() => Project("empty", "<Project><Target Name=\"Build\" /></Project>");

    /// <summary>The floor of every SDK that comes as a package: MSBuild's own resolvers, and nothing of ours.</summary>
    public string EmptySdkProject() => Project("empty-sdk", $"<Project Sdk=\"{EmptySdk}/1.0.0\" />");

    /// <summary>A project with this many machines, 99 in each domain.</summary>
    public string InfraProject(int machines)
    {
        var folder = Project($"infra-{machines}", $"<Project Sdk=\"{_sdk}\" />");
        File.WriteAllText(Path.Join(folder, "infra.yml"), SyntheticInfra.Of(machines));
        return folder;
    }

    /// <summary>A project with this many machines that Incus can run.</summary>
    /// <param name="number">Keeps it apart from the others.</param>
    /// <param name="machines">How many.</param>
    public string IdleProject(int number, int machines)
    {
        var folder = Project($"idle-{number}", $"<Project Sdk=\"{_sdk}\" />");
        File.WriteAllText(Path.Join(folder, "infra.yml"), SyntheticInfra.Idle(number, machines));
        return folder;
    }

    /// <summary>A project with a class of this many students.</summary>
    public string ClassProject(int students, string image, string network)
    {
        var folder = Project($"class-{image}-{students}-{network}", $"<Project Sdk=\"{_sdk}\" />");
        File.WriteAllText(Path.Join(folder, "infra.yml"), SyntheticInfra.Class(students, image, network));
        return folder;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Project(string name, string text)
    {
        var folder = Directory.CreateDirectory(Path.Join(_root, name)).FullName;
        File.WriteAllText(Path.Join(folder, "infra.proj"), text);
        return folder;
    }

    private static void PackEmptySdk(string feed)
    {
        using var package = ZipFile.Open(Path.Join(feed, $"{EmptySdk}.1.0.0.nupkg"), ZipArchiveMode.Create);
        Add($"{EmptySdk}.nuspec", $"""
            <package><metadata>
              <id>{EmptySdk}</id><version>1.0.0</version><authors>bench</authors><description>bench</description>
              <packageTypes><packageType name="MSBuildSdk" /></packageTypes>
            </metadata></package>
            """);
        Add("Sdk/Sdk.props", "<Project />");
        Add("Sdk/Sdk.targets", "<Project DefaultTargets=\"Build\"><Target Name=\"Build\" /></Project>");

        void Add(string name, string text)
        {
            using var writer = new StreamWriter(package.CreateEntry(name).Open());
            writer.Write(text);
        }
    }
}
