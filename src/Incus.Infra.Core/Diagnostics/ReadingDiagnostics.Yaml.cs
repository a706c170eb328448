namespace Incus.Infra.Core.Diagnostics;

/// <summary>Layer 1, INFRA1010 to INFRA1049: the text is not YAML that can be read safely.</summary>
internal static partial class ReadingDiagnostics
{
    public static Diagnostic NotUtf8(SourceLocation at, byte value) => Error("INFRA1010", at,
        $"Byte 0x{value:X2} is not UTF-8. Save the file as UTF-8 ('Save with encoding' in most editors).");

    /// <summary>A character that YAML forbids, that only some parsers treat as a line break, or that cannot be written.</summary>
    public static Diagnostic ControlCharacter(SourceLocation at, char value) => Error("INFRA1011", at,
        $"Character U+{(int)value:X4} is not allowed here. Remove it.");

    public static Diagnostic Syntax(SourceLocation at, string reason) => Error("INFRA1012", at,
        $"This is not valid YAML: {Excerpt.Sentence(reason)} Check indentation, quotes and colons here and just above.");

    public static Diagnostic EmptyDocument(SourceLocation at) => Error("INFRA1013", at,
        "The file is empty. Write at least project_name, global and domains.");

    /// <summary>A second <c>---</c> document.</summary>
    public static Diagnostic SecondDocument(SourceLocation at) => Error("INFRA1014", at,
        "A second YAML document starts here and would be ignored. Keep one document, and remove this '---'.");

    /// <summary>Deeper than the reader follows.</summary>
    public static Diagnostic TooDeep(SourceLocation at, int limit) => Error("INFRA1015", at,
        $"Nested more than {limit} levels deep. Flatten it.");

    /// <summary>An alias without anchor, or one that contains itself.</summary>
    public static Diagnostic UnknownAlias(SourceLocation at, string name) => Error("INFRA1016", at,
        $"Alias '*{Excerpt.Of(name)}' has no anchor before it. "
        + $"Define '&{Excerpt.Of(name)}' above this line, outside the value that uses it.");

    /// <summary>More values than the reader follows, usually because aliases multiply.</summary>
    public static Diagnostic TooManyNodes(SourceLocation at, int limit) => Error("INFRA1017", at,
        $"This expands to more than {limit / 1_000_000} million values through its aliases. Use fewer aliases of aliases.");

    /// <summary>A tag other than <c>!vault</c> and <c>!unsafe</c>, or one of them where it has no meaning.</summary>
    public static Diagnostic UnknownTag(SourceLocation at, string tag) => Error("INFRA1018", at, tag == "!vault"
        ? "Ansible does not decrypt secrets here. "
            + "Put it under the machine's vars, or below the managed section of a file in host_vars or group_vars, "
            + "and use the variable in roles or in the environment of scripts."
        : $"Tag '{Excerpt.Of(tag)}' is not known. Remove it; only !vault and !unsafe are allowed, on values under vars.");

    /// <summary>The same key twice in one mapping.</summary>
    public static Diagnostic DuplicateKey(SourceLocation at, string key, int firstLine) => Error("INFRA1019", at,
        $"Key '{Excerpt.Of(key)}' is already on line {firstLine}. Rename one of the two, or merge them.");

    public static Diagnostic KeyNotText(SourceLocation at, string kind) => Error("INFRA1020", at,
        $"A key must be text, but this is {kind}. If it is a template, put the whole value in quotes: \"{{{{ name }}}}\".");

    /// <summary>A tab where YAML wants spaces.</summary>
    public static Diagnostic TabIndents(SourceLocation at) => Error("INFRA1022", at,
        "A tab indents this line, but YAML allows only spaces there. Replace it with spaces.");

    /// <summary>What version control writes where two changes meet.</summary>
    public static Diagnostic MergeConflict(SourceLocation at) => Error("INFRA1023", at,
        "An unresolved merge conflict starts here. "
        + "Keep the right lines of both sides, and remove the lines <<<<<<<, ======= and >>>>>>>.");

    /// <summary><c>&lt;&lt;</c> with something that is not a mapping.</summary>
    public static Diagnostic BadMerge(SourceLocation at, string kind) => Error("INFRA1021", at,
        $"'<<' merges mappings, but this is {kind}. Give it an alias of a mapping, or a list of such aliases.");
}
