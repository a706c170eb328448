using Incus.Infra.Core.CommandLine;

namespace Incus.Infra.Core.Tests.CommandLine;

internal sealed class CommandCheckTests
{
    /// <summary>What MSBuild, NuGet, IDEs and test tools pass to every project of a build.</summary>
    private static readonly string[] Foreign =
    [
        "Configuration", "Platform", "PlatformTarget", "Version", "VersionPrefix", "VersionSuffix", "PackageVersion",
        "AssemblyVersion", "FileVersion", "InformationalVersion", "RuntimeIdentifier", "RuntimeIdentifiers", "SelfContained",
        "TargetFramework", "TargetFrameworks", "PublishDir", "PublishProfile", "PublishSingleFile", "PublishTrimmed",
        "PublishAot", "PublishReadyToRun", "OutputPath", "OutDir", "OutputType", "BaseOutputPath", "BaseIntermediateOutputPath",
        "ArtifactsPath", "IntermediateOutputPath", "UseAppHost", "TreatWarningsAsErrors", "WarningLevel", "WarnAsError",
        "NoWarn", "NoBuild", "NoLogo", "Nullable", "LangVersion", "Deterministic", "DebugType", "DebugSymbols", "Optimize",
        "DefineConstants", "Features", "ContinuousIntegrationBuild", "TF_BUILD", "GITHUB_ACTIONS", "CI",
        "RestoreLockedMode", "RestoreSources", "RestorePackagesPath",
        "RestoreUseStaticGraphEvaluation", "RestoreForce", "NuGetAudit", "NuGetInteractive", "NuGetSource", "Source", "ApiKey",
        "SolutionDir", "SolutionName", "SolutionExt", "SolutionFileName", "SolutionPath", "CurrentSolutionConfigurationContents",
        "BuildingInsideVisualStudio", "BuildingSolutionFile", "DesignTimeBuild", "BuildingProject", "BuildProjectReferences",
        "DevEnvDir", "LangName", "LangID", "DefineExplicitDefaults", "VisualStudioVersion", "VSToolsPath", "IsPublishing",
        "SkipCompilerExecution", "ProvideCommandLineArgs", "ResolveNuGetPackages", "ShouldUnsetParentConfigurationAndPlatform",
        "VSTestLogger", "VSTestResultsDirectory", "VSTestTestCaseFilter", "VSTestSetting", "VSTestNoBuild", "VSTestVerbosity",
        "CollectCoverage", "CoverletOutput", "CoverletOutputFormat", "Threshold", "Include", "Exclude", "ExcludeByFile",
        "IncludeTestAssembly", "SkipAutoProps", "TestingPlatformCommandLineArguments", "ContainerImageTag", "ContainerImageTags",
        "ContainerRepository", "ContainerRegistry", "ContainerBaseImage", "DeployOnBuild", "WebPublishMethod", "DockerfileTag",
        "PackageTags", "PackageOutputPath", "PackageId", "Authors", "Company", "Product", "Description", "Title", "Copyright",
        "RepositoryUrl", "RepositoryCommit", "SourceRevisionId", "IncludeSymbols", "IncludeSource", "SymbolPackageFormat",
        "GeneratePackageOnBuild", "GenerateDocumentationFile", "EnableWindowsTargeting", "AppendTargetFrameworkToOutputPath",
        "MSBuildRestoreSessionId", "MSBuildIsRestoring", "ExcludeRestorePackageImports", "_IsPublishing",
        "_CommandLineDefinedOutputPath", "DotNetBuildSourceOnly", "Verbosity", "Suite", "Scenario", "ServerGarbageCollection",
        "InvariantGlobalization", "DisableImplicitNuGetFallbackFolder", "CustomBeforeMicrosoftCommonTargets", "Infrastructure",
        "InfraVersion", "SkipAnalyzers", "LimitedBuild", "TagPrefix", "Force32Bit", "MinVerTagPrefix",
    ];

    private static IEnumerable<string> Verbs => CommandTable.Targets.Select(t => t.Name);

    [TestCase("Snap", "Machine", "Instance")]
    [TestCase("Snap", "machine", "Instance")]
    [TestCase("Snap", "Machien", "Instance")]
    [TestCase("Snap", "Limits", "Instance or Domain")]
    [TestCase("Snap", "Name", "Instance or Snapshot")]
    [TestCase("SnapRestore", "Instnace", "Instance")]
    [TestCase("SnapRestore", "VM", "Instance")]
    [TestCase("SnapDelete", "Hosts", "Instance")]
    [TestCase("SnapDelete", "Project", "Domain")]
    [TestCase("SnapList", "Output-File", "Json")]
    [TestCase("Snapshots", "Domain", "Limit")]
    [TestCase("Apply", "Tag", "Tags")]
    [TestCase("Apply", "Limits", "Limit")]
    [TestCase("Apply", "Host", "Limit")]
    [TestCase("Apply", "Auto_Clean_Up", "AutoCleanup")]
    [TestCase("Apply", "AutoCleanUps", "AutoCleanup")]
    [TestCase("Plan", "SkipTag", "SkipTags")]
    [TestCase("Plan", "Json", "PlanFile")]
    [TestCase("Verify", "Vault", "VaultPasswordFile")]
    [TestCase("Doctor", "Remote", "IncusRemote")]
    [TestCase("Destroy", "Machine", "Domain")]
    [TestCase("Destroy", "Yes", "Confirm")]
    [TestCase("Destroy", "Unprotect", "IncludeProtected")]
    [TestCase("Destroy", "Backup", "Export")]
    [TestCase("SyncDry", "FailOnChanges", "FailOnChange")]
    [TestCase("CleanOrphans", "Forced", "Force")]
    [TestCase("Sync", "InfraFiles", "InfraFile")]
    public void A_property_that_nearly_is_one_or_is_a_usual_word_for_one_is_refused_with_the_right_name(
        string verb, string property, string meant) =>
        Check(verb, property, "web").ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            fault => fault.Code.ShouldBe("INFRA5014"),
            fault => fault.Message.ShouldBe($"{verb} does not take {property}. Did you mean {meant}?"));

    [TestCase("Snap", "Limit", "Instance or Domain")]
    [TestCase("SnapRestore", "Limit", "Instance or Domain")]
    [TestCase("Plan", "Instance", "Limit")]
    [TestCase("Apply", "Domain", "Limit")]
    [TestCase("Verify", "Instance", "Limit")]
    [TestCase("Plan", "Summary", "PlanSummary")]
    [TestCase("Destroy", "Instance", "Domain")]
    [TestCase("Destroy", "Limit", "Domain")]
    [TestCase("Destroy", "Tags", "Domain")]
    [TestCase("Destroy", "Force", "Confirm")]
    public void A_property_of_another_target_that_says_what_is_meant_is_refused_where_it_would_be_ignored(
        string verb, string property, string meant) =>
        Check(verb, property, "web").ShouldHaveSingleItem().Message
            .ShouldBe($"{verb} does not take {property}. Did you mean {meant}?");

    [TestCase("Sync", "DryRun", "SyncDry")]
    [TestCase("Sync", "dryrun", "SyncDry")]
    [TestCase("Sync", "FailOnChange", "SyncDry")]
    [TestCase("CleanOrphans", "WhatIf", "SyncDry")]
    [TestCase("Apply", "DryRun", "Plan")]
    [TestCase("Apply", "Check", "Plan")]
    [TestCase("Apply", "PlanFile", "Plan")]
    [TestCase("Apply", "PlanSummary", "Plan")]
    [TestCase("SnapRestore", "DryRun", "SnapList")]
    [TestCase("Destroy", "DryRun", "Destroy without Confirm")]
    public void Who_asks_a_target_not_to_change_anything_is_told_the_target_that_only_looks(
        string verb, string property, string preview)
    {
        var fault = Check(verb, property, "true").ShouldHaveSingleItem();

        fault.Code.ShouldBe("INFRA5015");
        fault.Message.ShouldEndWith($" Run {preview}, which changes nothing.");
    }

    [TestCaseSource(nameof(Verbs))]
    public void What_other_tools_pass_to_every_project_is_no_business_of_ours(string verb) =>
        Foreign.SelectMany(name => Check(verb, name, "")).Concat(Foreign.SelectMany(name => Check(verb, name, "x")))
            .Select(d => d.Message).ShouldBeEmpty();

    [TestCase("Sync", "Tags", "AutoCleanup", "Limit", "PlanFile", "Instance", "Force", "VaultPasswordFile")]
    [TestCase("Verify", "Tags", "AutoCleanup", "SnapshotBefore", "AllowReplace", "AllowMove", "Repair")]
    [TestCase("Plan", "SnapshotBefore", "AutoCleanup", "Snapshot", "Force")]
    [TestCase("Apply", "Snapshot", "Force")]
    [TestCase("Validate", "Limit", "Tags", "FailOnChange", "PlanFile")]
    [TestCase("SyncDry", "Limit", "Tags")]
    [TestCase("Doctor", "Limit", "Tags")]
    public void What_another_target_of_the_same_command_takes_passes_where_it_changes_nothing(
        string verb, params string[] names) =>
        names.SelectMany(name => Check(verb, name, "true")).ShouldBeEmpty();

    [Test]
    public void Every_target_takes_its_own_properties_in_any_case() =>
        CommandTable.Properties
            .SelectMany(p => p.Verbs.SelectMany(verb =>
                Check(verb, p.Name, "x").Concat(Check(verb, p.Name.ToUpperInvariant(), "x"))))
            .ShouldBeEmpty();

    [TestCase("Apply", "Limit")]
    [TestCase("Snap", "Instance")]
    [TestCase("Apply", "IncusRemote")]
    public void An_empty_value_is_refused_since_it_would_mean_everything(string verb, string property) =>
        Check(verb, property, "").ShouldHaveSingleItem().Message.ShouldBe($"{property}=: it must be some text, or left out.");

    [TestCase("Apply", "AutoCleanup", "1", "true or false")]
    [TestCase("Plan", "AllowReplace", "yes", "true or false")]
    [TestCase("SyncDry", "FailOnChange", "ture", "true or false")]
    [TestCase("Plan", "Detail", "all", "grouped or full")]
    [TestCase("Apply", "Repair", "1", "true or false")]
    [TestCase("SnapRestore", "Force", "on", "true or false")]
    [TestCase("CleanOrphans", "Force", "!false", "true or false")]
    [TestCase("Plan", "SnapshotBefore", "sometimes", "auto or always or never")]
    [TestCase("Apply", "SnapshotBefore", "true", "auto or always or never")]
    public void A_property_of_a_few_values_refuses_any_other_wherever_it_was_set(
        string verb, string property, string value, string allowed)
    {
        var fault = Values(verb, property, value).ShouldHaveSingleItem();

        fault.Code.ShouldBe("INFRA5011");
        fault.Message.ShouldBe($"{property}={value}: it must be {allowed}.");
    }

    [TestCase("Apply", "AutoCleanup", "TRUE")]
    [TestCase("Apply", "AutoCleanup", "False")]
    [TestCase("Plan", "SnapshotBefore", "Always")]
    [TestCase("Plan", "SnapshotBefore", "")]
    [TestCase("Snap", "Force", "what it does not take")]
    public void A_property_of_a_few_values_takes_them_in_any_case(string verb, string property, string value) =>
        Values(verb, property, value).ShouldBeEmpty();

    private static IReadOnlyList<Diagnostic> Check(string verb, string property, string value) =>
        new CommandCheck("infra.proj", verb).Run(
            new Dictionary<string, string> { [property] = value }, new Dictionary<string, string>());

    private static IReadOnlyList<Diagnostic> Values(string verb, string property, string value) =>
        new CommandCheck("infra.proj", verb).Run(
            new Dictionary<string, string>(), new Dictionary<string, string> { [property] = value });
}
