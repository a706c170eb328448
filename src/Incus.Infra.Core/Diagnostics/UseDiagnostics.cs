namespace Incus.Infra.Core.Diagnostics;

/// <summary>Layer 5: how the SDK is used. INFRA5001 is raised in sdk/targets/Infra.Host.targets.</summary>
internal static class UseDiagnostics
{
    /// <summary>INFRA5002, error: SyncDry with FailOnChange=true found files that Sync would write, or orphans.</summary>
    public static Diagnostic TreeOutOfDate(string infraFile, int changes, int orphans)
    {
        string[] faults =
        [
            .. changes == 0 ? [] : new[] { changes == 1 ? "1 file would change" : $"{changes} files would change" },
            .. orphans == 0 ? [] : new[] { orphans == 1 ? "1 file is an orphan" : $"{orphans} files are orphans" },
        ];
        var fix = orphans == 0 ? "Build the project"
            : changes == 0 ? "Delete the orphans"
            : "Build the project, delete the orphans";
        return Error(
            "INFRA5002",
            infraFile,
            $"The tree does not match {infraFile}: {string.Join(", ", faults)}. {fix} and commit the result.");
    }

    /// <summary>INFRA5003, error: Status with FailOnChange=true found what is not as applied.</summary>
    public static Diagnostic NotAsApplied(string infraFile, string what) => Error(
        "INFRA5003",
        infraFile,
        $"Incus is not as applied: {what}. Status with -v:detailed shows each value; Apply puts it right.");

    /// <summary>INFRA5010, error: a target needs a property to know what to work on.</summary>
    public static Diagnostic PropertyMissing(string file, string kind, string what) => Error(
        "INFRA5010", file, $"{kind} needs to know what to work on. Set {what}.");

    /// <summary>INFRA5011, error: a value on the command line has the wrong format.</summary>
    public static Diagnostic BadProperty(string file, string kind, string value, string expected) => Error(
        "INFRA5011", file, $"{kind}={Excerpt.Of(value)}: it must be {expected}.");

    /// <summary>INFRA5012, error: infra.yml has no such domain.</summary>
    public static Diagnostic NoDomain(string infraFile, string domain, IEnumerable<string> domains)
    {
        var nearest = Suggestion.For(domain, domains);
        return Error(
            "INFRA5012",
            infraFile,
            $"There is no domain '{Excerpt.Of(domain)}'."
            + (nearest is null ? "" : $" Did you mean '{nearest}'?")
            + $" Known: {string.Join(", ", domains)}.");
    }

    /// <summary>INFRA5013, error: a limit names neither a domain nor a machine.</summary>
    public static Diagnostic UnknownLimit(string infraFile, string name, IEnumerable<string> names) => Error(
        "INFRA5013",
        infraFile,
        $"Limit: '{Excerpt.Of(name)}' is neither an enabled domain nor an enabled machine."
        + (Suggestion.For(name, names) is { } nearest ? $" Did you mean '{nearest}'?" : ""));

    /// <summary>
    /// INFRA5014, error: a property looks like a misspelling of one of the target's, or is another common word for one.
    /// </summary>
    public static Diagnostic UnknownProperty(string file, string kind, string name, IEnumerable<string> meant) => Error(
        "INFRA5014", file, $"{kind} does not take {Excerpt.Of(name)}. Did you mean {string.Join(" or ", meant)}?");

    /// <summary>INFRA5015, error: a property asks a target for a preview, which is a target of its own.</summary>
    public static Diagnostic NoPreview(string file, string kind, string name, string meaning) => Error(
        "INFRA5015",
        file,
        $"{kind} does not take {Excerpt.Of(name)} and would make changes. Run {meaning}, which changes nothing.");

    /// <summary>INFRA5016, error: no play, role or task has a tag.</summary>
    public static Diagnostic UnknownTag(string file, string kind, string tag, IEnumerable<string> tags) => Error(
        "INFRA5016",
        file,
        $"{kind}: no play, role or task has the tag '{Excerpt.Of(tag)}'."
        + (Suggestion.For(tag, tags) is { } nearest
            ? $" Did you mean '{nearest}'?"
            : $" Known: {string.Join(", ", tags.Select(Excerpt.Of))}."));

    /// <summary>INFRA5025, error: Plan with FailOnChange=true found that Apply would change something.</summary>
    public static Diagnostic PlanNotEmpty(string infraFile, string what) => Error(
        "INFRA5025", infraFile, $"Incus does not match {infraFile}: {what}. Run Apply.");

    /// <summary>INFRA5030, error: nobody said that what was shown is to be deleted.</summary>
    /// <param name="file">Name of the project file.</param>
    /// <param name="given">What was said instead, or null.</param>
    /// <param name="word">What to say.</param>
    public static Diagnostic NotConfirmed(string file, string? given, string word) => Error(
        "INFRA5030",
        file,
        $"Nothing was deleted{(given is null ? "" : $": '{Excerpt.Of(given)}' does not confirm it")}. "
        + $"To delete what is shown above, run this again with Confirm={Excerpt.Of(word)}.");

    /// <summary>INFRA5031, error: neither of the files says which objects in Incus are the project's.</summary>
    public static Diagnostic NoIdentity(string file, string infraFile, string lockFile) => Error(
        "INFRA5031",
        file,
        $"Neither {Excerpt.Of(lockFile)} nor {Excerpt.Of(infraFile)} says whose objects to delete. "
        + "Restore the first, which has the id.");

    /// <summary>INFRA5035, error: Import would replace a file.</summary>
    public static Diagnostic FileInTheWay(string file) => Error(
        "INFRA5035",
        file,
        $"Import does not replace '{Excerpt.Of(file)}'. Import into another project folder, or set Force=true.");

    /// <summary>INFRA5036, error: Incus has no such project.</summary>
    public static Diagnostic NoProject(string file, string project, IEnumerable<string> projects) => Error(
        "INFRA5036",
        file,
        $"Import: Incus has no project '{Excerpt.Of(project)}'."
        + (Suggestion.For(project, projects) is { } nearest
            ? $" Did you mean '{nearest}'?"
            : $" Known: {string.Join(", ", projects.Select(Excerpt.Of))}."));

    /// <summary>INFRA5045, error: Reset is asked for a domain whose machines Apply would not make.</summary>
    public static Diagnostic DomainDisabled(string infraFile, string domain) => Error(
        "INFRA5045",
        infraFile,
        $"Domain '{Excerpt.Of(domain)}' has enabled: false, so Apply would not make its machines. Enable it, or "
        + "restore a snapshot with SnapRestore.");

    /// <summary>INFRA5050, error: Access is asked for cards that there are none of.</summary>
    /// <param name="infraFile">Name of infra.yml.</param>
    /// <param name="domain">The domain, or null for all.</param>
    public static Diagnostic NoAccess(string infraFile, string? domain) => Error(
        "INFRA5050",
        infraFile,
        $"{(domain is null ? "No domain" : $"Domain '{Excerpt.Of(domain)}'")} has {(domain is null ? "" : "no ")}access in "
        + $"{Excerpt.Of(infraFile)}. Add it with ssh_keys or incus: own, and run Apply.");

    /// <summary>INFRA5051, error: the hosts file cannot be written.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="reason">Why, as a clause.</param>
    /// <param name="what">What root may run instead, or null.</param>
    public static Diagnostic HostsNotWritten(string file, string reason, string? what) => Error(
        "INFRA5051",
        file,
        $"{Excerpt.Of(file)} is unchanged, as it cannot be written: {reason}."
        + (what is null ? "" : $" With the right to do so, run '{what}'."));

    /// <summary>INFRA5052, warning: another line of the hosts file gives a name another address.</summary>
    public static Diagnostic NameHasOtherAddress(string file, string name, string address, string ours) => new(
        "INFRA5052",
        Severity.Warning,
        new SourceLocation(file),
        $"Another line of {Excerpt.Of(file)} gives '{Excerpt.Of(name)}' the address {Excerpt.Of(address)}, not "
        + $"{Excerpt.Of(ours)}, and programs may take either. Remove it, or rename the machine.");

    /// <summary>INFRA5053, error: the marker lines of the block are not one each.</summary>
    public static Diagnostic HostsBlockDamaged(string file) => Error(
        "INFRA5053",
        file,
        $"{Excerpt.Of(file)} is unchanged: the lines that begin and end the block of this project are not there once each. "
        + "Delete what is left of the block.");

    private static Diagnostic Error(string code, string file, string message) =>
        new(code, Severity.Error, new SourceLocation(file), message);
}
