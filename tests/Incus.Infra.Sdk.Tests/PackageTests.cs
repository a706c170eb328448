using System.Text;
using System.Xml.Linq;
using Incus.Infra.Sdk.Tests.Harness;
using Incus.Infra.Testing;

namespace Incus.Infra.Sdk.Tests;

internal sealed class PackageTests
{
    private const string CollectionFolder = "ansible_collections/incus/infra/";

    private static IEnumerable<TestCaseData> Packages() =>
    [
        new TestCaseData(Stamp.Package).SetArgDisplayNames("Incus.Infra.Sdk"),
        new TestCaseData(Stamp.TemplatePackage).SetArgDisplayNames("Incus.Infra.Templates"),
    ];

    [Test]
    public void The_entries_of_the_SDK_are_frozen() =>
        PackedSdk.Entries(Stamp.Package).Keys.ShouldBeFrozen("Incus.Infra.Sdk.golden");

    [Test]
    public void The_entries_of_the_templates_are_frozen() =>
        PackedSdk.Entries(Stamp.TemplatePackage).Keys.ShouldBeFrozen("Incus.Infra.Templates.golden");

    [Test]
    [Category("Incus")] // ansible-galaxy makes the tarball.
    public void The_entries_of_the_collection_are_frozen_and_are_those_in_the_SDK()
    {
        var collection = PackedSdk.CollectionEntries(Stamp.Collection);
        var inPackage = PackedSdk.Entries(Stamp.Package)
            .Where(e => e.Key.StartsWith(CollectionFolder, StringComparison.Ordinal))
            .ToDictionary(e => e.Key[CollectionFolder.Length..], e => e.Value);

        collection.Keys.ShouldBeFrozen("collection.golden");
        collection.Keys.Except(inPackage.Keys).ShouldBe(["FILES.json", "MANIFEST.json"]);
        inPackage.Keys.Except(collection.Keys).ShouldBe(["galaxy.yml"]);
        collection.Where(e => inPackage.TryGetValue(e.Key, out var same) && !same.AsSpan().SequenceEqual(e.Value))
            .Select(e => e.Key).ShouldBeEmpty();
    }

    [TestCaseSource(nameof(Packages))]
    public void A_package_has_a_readme_an_icon_a_licence_and_the_commit_that_it_was_made_of(string package)
    {
        var entries = PackedSdk.Entries(package);
        var metadata = PackedSdk.Manifest(package);
        string ValueOf(string name) => metadata.Elements().Single(e => e.Name.LocalName == name).Value;
        var repository = metadata.Elements().Single(e => e.Name.LocalName == "repository");

        entries.Keys.ShouldContain(ValueOf("readme"));
        entries.Keys.ShouldContain(ValueOf("icon"));
        entries.Keys.ShouldContain("LICENSE");
        ValueOf("license").ShouldBe("MIT");
        ValueOf("version").ShouldBe(Stamp.PackageVersion);
        repository.Attribute("url")!.Value.ShouldStartWith(ValueOf("projectUrl"));
        repository.Attribute("commit")!.Value.Length.ShouldBe(40);
    }

    [Test]
    public void A_debugger_finds_the_sources_of_each_assembly_at_the_commit_of_the_package()
    {
        var commit = PackedSdk.Manifest(Stamp.Package).Elements().Single(e => e.Name.LocalName == "repository")
            .Attribute("commit")!.Value;
        var assemblies = PackedSdk.Entries(Stamp.Package)
            .Where(e => Path.GetFileName(e.Key).StartsWith("Incus.Infra.") && e.Key.EndsWith(".dll")).ToList();

        assemblies.ShouldNotBeEmpty();
        foreach (var (name, content) in assemblies)
        {
            DebugInformation.SourceLink(content).ShouldContain($"/{commit}/*", customMessage: name);
        }
    }

    [Test]
    public void The_notes_of_this_release_are_its_section_of_the_changelog()
    {
        var notes = Tool.Run(new Dictionary<string, string?>(), Tool.Script("release-notes"), Stamp.PackageVersion);

        notes.ShouldNotContain("## ");
        Encoding.UTF8.GetString(PackedSdk.Entries(Stamp.Package)[$"{CollectionFolder}docs/changelog.md"])
            .ShouldContain($"## {Stamp.PackageVersion}\n\n{notes}\n");
    }

    [Test]
    public void The_targets_properties_and_items_that_a_project_may_name_are_frozen() => PackedSdk.MSBuildFiles().Values
        .SelectMany(file => file.Descendants())
        .SelectMany(PublicNames)
        .Distinct()
        .Order(StringComparer.Ordinal)
        .ShouldBeFrozen("names.golden");

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
    public void The_props_only_set_defaults()
    {
        var props = PackedSdk.MSBuildFiles()["Sdk/Sdk.props"];

        props.Descendants("Target").ShouldBeEmpty();
        props.Descendants("PropertyGroup").Elements().Where(p => p.Name.LocalName[0] != '_')
            .ShouldAllBe(p => p.Attributes("Condition").Any(c => c.Value.StartsWith($"'$({p.Name.LocalName})")));
    }

    [Test]
    public void Every_file_of_the_SDK_is_short()
    {
        foreach (var (name, file) in PackedSdk.MSBuildFiles())
        {
            file.ToString().Split('\n').Length.ShouldBeLessThan(name == "Sdk/Sdk.targets" ? 80 : 150, name);
        }
    }

    private static IEnumerable<string> PublicNames(XElement element) =>
        (element.Parent?.Name.LocalName, element.Name.LocalName) switch
        {
            (_, "Target") => Public("target", element.Attribute("Name")!.Value),
            ("PropertyGroup", var name) => Public("property", name),
            ("ItemGroup", var name) => Public("item", name),
            _ => [],
        };

    private static IEnumerable<string> Public(string kind, string name) => name[0] == '_' ? [] : [$"{kind} {name}"];
}
