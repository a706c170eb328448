namespace Incus.Infra.Core.Diagnostics;

/// <summary>Layer 1, INFRA1050 to INFRA1099: the YAML does not have the shape of infra.yml.</summary>
internal static partial class ReadingDiagnostics
{
    /// <summary>A key that does not exist (warning).</summary>
    public static Diagnostic UnknownKey(SourceLocation at, string parent, string key, string advice) =>
        Warning("INFRA1050", at, $"Key '{Excerpt.Of(key)}' is not known in '{Excerpt.Of(parent)}' and has no effect. {advice}");

    public static Diagnostic WrongKind(SourceLocation at, string name, string expected, string actual, string advice) =>
        Error("INFRA1051", at, $"'{Excerpt.Of(name)}' must be {expected}, but is {actual}.{advice}");

    /// <summary>A value of the right type that is out of range or of the wrong form.</summary>
    public static Diagnostic WrongValue(SourceLocation at, string name, string expected, string actual, string advice) =>
        Error("INFRA1052", at, $"'{Excerpt.Of(name)}' must be {expected}, but is {actual}.{advice}");

    /// <summary>A word that is not one of the allowed values.</summary>
    public static Diagnostic NotOneOf(SourceLocation at, string name, string value, string expected, string? nearest) =>
        Error("INFRA1053", at,
            $"'{Excerpt.Of(name)}' must be {expected}, but is '{Excerpt.Of(value)}'."
            + (nearest is null ? "" : $" Did you mean '{Excerpt.Of(nearest)}'?"));

    public static Diagnostic MissingKey(SourceLocation at, string parent, string field, string meaning) =>
        Error("INFRA1054", at,
            $"'{Excerpt.Of(parent)}' needs the key '{field}' ({meaning.TrimEnd('.')}). Add it.");

    public static Diagnostic EmptyValue(SourceLocation at, string name, string advice) =>
        Error("INFRA1055", at, $"'{Excerpt.Of(name)}' has no value. {advice}");

    /// <summary>A key of AnKLuMe that this tool does not read (warning).</summary>
    public static Diagnostic ForeignKey(SourceLocation at, string key) =>
        Warning("INFRA1057", at,
            $"'{Excerpt.Of(key)}' is a key of AnKLuMe that is not supported and has no effect. "
            + "Remove it, or prefix it with 'x-' to keep it as a note.");

    /// <summary>A plain value that YAML 1.1 and YAML 1.2 read differently.</summary>
    public static Diagnostic AmbiguousScalar(SourceLocation at, string text) =>
        Error("INFRA1058", at,
            $"'{Excerpt.Of(text)}' means different things in YAML 1.1, which Ansible reads, and YAML 1.2, which editors read. "
            + "Quote it, or write true, false or a decimal number.");

    /// <summary>None of several keys, one of which is required.</summary>
    public static Diagnostic NoAlternative(SourceLocation at, string parent, string keys, bool isExclusive) =>
        Error("INFRA1059", at,
            $"'{Excerpt.Of(parent)}' needs the key {Excerpt.Of(keys)}. Add {(isExclusive ? "one" : "at least one")} of them.");

    /// <summary>Two mutually exclusive keys.</summary>
    public static Diagnostic KeysExclude(SourceLocation at, string parent, string first, string second) =>
        Error("INFRA1060", at,
            $"'{Excerpt.Of(parent)}' has both '{Excerpt.Of(first)}' and '{Excerpt.Of(second)}', but may have only one of them. "
            + "Remove one, or split it into two items.");

    /// <summary>A key of a domain or machine that stands among their names, usually because it is not indented enough.</summary>
    public static Diagnostic KeyAmongNames(SourceLocation at, string key, string what, string? previous) =>
        Error("INFRA1070", at,
            $"{what} expected, but '{Excerpt.Of(key)}' is a key. "
            + (previous is null ? "Indent it below the name that it is for." : $"Indent it below '{Excerpt.Of(previous)}'."));

    /// <summary>A machine, domain or the like that does not stand below the key for them.</summary>
    public static Diagnostic EntryOutside(SourceLocation at, string parent, string name, string field) =>
        Error("INFRA1071", at,
            $"'{Excerpt.Of(name)}' stands directly in '{Excerpt.Of(parent)}'. Indent it below '{field}', "
            + "or prefix it with 'x-' if it is your own note.");

    /// <summary>A file in the format of AnKLuMe's rewrite in Python.</summary>
    public static Diagnostic OtherFormat(SourceLocation at) =>
        Error("INFRA1072", at,
            "This is the format of AnKLuMe 2, which this SDK does not read. Write an infra.yml instead, "
            + "or have the target Import write one from the running Incus.");

    /// <summary>A cell of the first column of a CSV file that names no copy.</summary>
    public static Diagnostic BadCsvName(SourceLocation at, string cell, string expected) =>
        Error("INFRA1061", at,
            $"'{Excerpt.Of(cell)}' in the first column names a copy of a domain and must be {expected}. Correct the line, or "
            + "remove it; a heading is allowed only in the first line, and there must be 'name'.");

    /// <summary>A CSV file with nothing in it but perhaps a heading.</summary>
    public static Diagnostic NoCsvNames(SourceLocation at) =>
        Error("INFRA1062", at, "The file names no copies. Write one name in the first column of each line.");
}
