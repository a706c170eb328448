using System.Text.RegularExpressions;
using System.Xml.Linq;
using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

internal sealed partial class ReferenceTests
{
    /// <summary>The short names of the command line.</summary>
    private static readonly string[] CommandLine =
    [
        "AccessFile", "AllowMove", "AllowReplace", "AnsibleArguments", "AutoCleanup", "Confirm", "Detail", "Domain",
        "Export", "FailOnChange", "FlowsFile", "Force", "HostsFile", "IncludeProtected", "IncusRemote", "Instance", "Json",
        "Limit", "Live", "Plan", "PlanFile", "PlanSummary", "Project", "Renew", "Repair", "SkipTags", "Snapshot",
        "SnapshotBefore", "Tags", "VaultPasswordFile",
    ];

    /// <summary>Names that MSBuild, NuGet and IDEs define and the SDK answers to.</summary>
    private static readonly string[] Foreign =
    [
        "_GenerateProjectRestoreGraph", "_GenerateRestoreGraphProjectEntry", "_IsProjectRestoreSupported", "_MTPBuild",
        "ANSIBLE_COLLECTIONS_PATH", "BaseIntermediateOutputPath", "BuildProjectReferences", "BuildingProject", "Compile",
        "DefaultProjectTypeGuid", "DesignTimeBuild", "FileWrites", "GetCopyToOutputDirectoryItems",
        "GetCopyToPublishDirectoryItems", "GetNativeManifest", "GetTargetFrameworks", "GetTargetPath",
        "IntermediateOutputPath", "MSBuildProjectDirectory", "MSBuildProjectExtension", "MSBuildProjectFullPath",
        "MSBuildThisFileDirectory", "MSBuildVersion", "NoBuild", "None", "Pack", "ProjectReferenceTargets", "Publish",
        "RootNamespace", "UpToDateCheckInput", "UpToDateCheckOutput", "UsingMicrosoftNETSdk", "VSTest",
    ];

    /// <summary>Targets that other SDKs have too, or that are parts of a build: nobody asks a solution for them.</summary>
    private static readonly string[] NoVerbs = ["Build", "Rebuild", "Clean", "Restore", "InfraGenerateCode"];

    /// <summary>What a user runs with <c>-t:</c>.</summary>
    public static IEnumerable<string> Verbs => Targets.Where(IsPublic).Except(NoVerbs);

    private static IEnumerable<XElement> Elements =>
        PackedSdk.MSBuildFiles().Values.SelectMany(file => file.Root!.DescendantsAndSelf());

    private static IEnumerable<string> Targets => Elements
        .Where(e => e.Name.LocalName == "Target")
        .Select(e => e.Attribute("Name")!.Value)
        .Except(Foreign); // Of a set: a verb is in Solution.targets once more.

    private static IEnumerable<string> Properties => Elements
        .Where(e => e.Parent?.Name.LocalName is "PropertyGroup" or "ItemGroup")
        .Select(e => e.Name.LocalName)
        .Concat(
            Elements.SelectMany(e => e.Attributes()).SelectMany(a => Reference().Matches(a.Value)).Select(m => m.Groups[1].Value))
        .Except(Foreign);

    [Test]
    public void Every_public_target_is_in_the_reference_and_no_other() =>
        Documented("Targets").ShouldBe(Targets.Where(IsPublic), ignoreOrder: true);

    [Test]
    public void Every_public_property_is_in_the_reference_and_no_other() =>
        Documented("Properties").Distinct().ShouldBe(Properties.Where(IsPublic).Distinct(), ignoreOrder: true);

    [Test]
    public void Every_property_begins_with_Infra_or_is_private_or_short_for_the_command_line() =>
        Properties
            .Except(CommandLine)
            .Where(name => !name.StartsWith("Infra") && !name.StartsWith("_Infra"))
            .ShouldBeEmpty();

    [Test]
    public void Every_private_target_says_whose_it_is() =>
        Targets.Where(name => !IsPublic(name) && !name.StartsWith("_Infra")).ShouldBeEmpty();

    private static bool IsPublic(string name) => !name.StartsWith('_');

    /// <summary>The names in the first column of the tables under a heading of docs/reference.md.</summary>
    private static List<string> Documented(string heading)
    {
        var reference = File.ReadAllText(Path.Join(Stamp.RepositoryFolder, "docs", "reference.md"));
        var section = reference.Split("\n## ").Single(s => s.StartsWith(heading + "\n"));
        return [.. FirstColumn().Matches(section).SelectMany(m => Name().Matches(m.Value)).Select(m => m.Groups[1].Value)];
    }

    [GeneratedRegex(@"\$\((\w+)\)")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^\| `[^|]+", RegexOptions.Multiline)]
    private static partial Regex FirstColumn();

    [GeneratedRegex("`(\\w+)`")]
    private static partial Regex Name();
}
