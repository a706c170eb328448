using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

internal sealed class PackageTests
{
    [Test]
    public void The_package_holds_what_it_shall_and_nothing_of_MSBuild() =>
        PackedSdk.Entries(Stamp.Package).Keys.ShouldBe(
        [
            "Incus.Infra.Sdk.nuspec",
            "README.md",
            "Sdk/Sdk.props",
            "Sdk/Sdk.targets",
            "Sdk/Solution.targets",
            "[Content_Types].xml",
            "_rels/.rels",
            .. Collection([
                "LICENSE",
                "docs/changelog.md",
                "docs/collection.md",
                "galaxy.yml",
                "meta/runtime.yml",
                .. InRepository("plugins").Where(file => file.EndsWith(".py")).Concat(Reconciler("any")).Concat(Reconciler("linux-x64"))
                    .Order(StringComparer.Ordinal),
                .. InRepository("roles").Where(file => !file.Contains("/molecule/"))]),
            "package/services/metadata/core-properties/nuget.psmdcp",
            "schema/infra.schema.json",
            "targets/Infra.Ansible.targets",
            "targets/Infra.Apply.targets",
            "targets/Infra.Build.targets",
            "targets/Infra.CSharp.targets",
            "targets/Infra.Clean.targets",
            "targets/Infra.Doctor.targets",
            "targets/Infra.Host.targets",
            "targets/Infra.Kind.targets",
            "targets/Infra.Plan.targets",
            "targets/Infra.References.targets",
            "targets/Infra.Restore.targets",
            "targets/Infra.Snap.targets",
            "targets/Infra.Sync.targets",
            "targets/Infra.Validate.targets",
            "targets/Infra.Verify.targets",
            "tools/net10.0/any/DiffPlex.dll",
            "tools/net10.0/any/Incus.Infra.Core.dll",
            "tools/net10.0/any/Incus.Infra.Incus.dll",
            "tools/net10.0/any/Incus.Infra.Tasks.dll",
            "tools/net10.0/any/YamlDotNet.dll",
            "tools/net10.0/linux-x64/DiffPlex.dll",
            "tools/net10.0/linux-x64/Incus.Infra.Core.dll",
            "tools/net10.0/linux-x64/Incus.Infra.Incus.dll",
            "tools/net10.0/linux-x64/Incus.Infra.Tasks.dll",
            "tools/net10.0/linux-x64/YamlDotNet.dll",
        ]);

    [Test]
    public void Every_error_and_warning_of_the_targets_has_a_code_a_place_and_a_link()
    {
        var raised = PackedSdk.MSBuildFiles().Values
            .SelectMany(file => file.Descendants())
            .Where(element => element.Name.LocalName is "Error" or "Warning")
            .ToList();

        raised.ShouldNotBeEmpty();
        raised.ShouldAllBe(e =>
            e.Attribute("Code")!.Value.StartsWith("INFRA5") && e.Attribute("File") != null && e.Attribute("HelpLink") != null);
    }

    [Test]
    public void The_props_only_set_defaults() =>
        PackedSdk.MSBuildFiles()["Sdk/Sdk.props"].Descendants("Target").ShouldBeEmpty();

    [Test]
    public void Every_file_of_the_SDK_is_short()
    {
        foreach (var (name, file) in PackedSdk.MSBuildFiles())
        {
            file.ToString().Split('\n').Length.ShouldBeLessThan(name == "Sdk/Sdk.targets" ? 80 : 150, name);
        }
    }

    private static IEnumerable<string> Collection(IEnumerable<string> files) =>
        files.Select(file => $"ansible_collections/incus/infra/{file}");

    private static IEnumerable<string> Reconciler(string flavor) =>
    [
        $"plugins/reconciler/{flavor}/DiffPlex.dll",
        $"plugins/reconciler/{flavor}/Incus.Infra.Core.dll",
        $"plugins/reconciler/{flavor}/Incus.Infra.Incus.dll",
        $"plugins/reconciler/{flavor}/Incus.Infra.Reconciler.dll",
        $"plugins/reconciler/{flavor}/Incus.Infra.Reconciler.runtimeconfig.json",
        $"plugins/reconciler/{flavor}/YamlDotNet.dll",
    ];

    private static IEnumerable<string> InRepository(string folder) => Directory
        .EnumerateFiles(Path.Join(Stamp.RepositoryFolder, folder), "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Stamp.RepositoryFolder, path))
        .Order(StringComparer.Ordinal);
}
