using System.Globalization;
using System.Text;
using Incus.Infra.Core.Rendering;

namespace Incus.Infra.Core.CSharp;

/// <summary>Names of infra.yml as C# identifiers.</summary>
internal static class Identifier
{
    private const int HashLength = 8;

    // What the generated classes declare or inherit themselves: a nested class of that name would clash with it.
    private static readonly HashSet<string> Taken = new(StringComparer.Ordinal)
    {
        "Equals", "Finalize", "GetHashCode", "GetType", "MemberwiseClone", "ReferenceEquals", "ToString",
        "Domains", "Machines", "Networks", "Profiles", "All", "ByDomain", "ByRole", "Entry",
        "Address", "Description", "Domain", "Gateway", "IPAddress", "Name", "Network", "Ports", "Project", "Roles", "Subnet",
        "TrustLevel", "Type",
    };

    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const",
        "continue", "decimal", "default", "delegate", "do", "double", "else", "enum", "event", "explicit", "extern",
        "false", "finally", "fixed", "float", "for", "foreach", "goto", "if", "implicit", "in", "int", "interface",
        "internal", "is", "lock", "long", "namespace", "new", "null", "object", "operator", "out", "override", "params",
        "private", "protected", "public", "readonly", "ref", "return", "sbyte", "sealed", "short", "sizeof", "stackalloc",
        "static", "string", "struct", "switch", "this", "throw", "true", "try", "typeof", "uint", "ulong", "unchecked",
        "unsafe", "ushort", "using", "virtual", "void", "volatile", "while",
    };

    /// <summary>An identifier for each name of one scope.</summary>
    /// <remarks>
    /// Names of lower-case letters, digits and hyphens, as those of domains and machines, have an identifier that depends
    /// on nothing else, so that a machine that is added never takes over the identifier of another one. Where one of the
    /// other names would get the identifier of a second name, it gets eight hexadecimal digits of its SHA-256 too.
    /// </remarks>
    public static Dictionary<string, string> For(IEnumerable<string> names, string enclosing)
    {
        var used = new HashSet<string>(Taken, StringComparer.Ordinal) { enclosing };
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names.OrderBy(n => !IsPlain(n)).ThenBy(n => n, StringComparer.Ordinal))
        {
            var identifier = Of(name);
            if (used.Contains(identifier))
            {
                // No name of the plain form ends with a hyphen, and so none of theirs with an underscore.
                identifier += IsPlain(name) ? "_" : "_" + ContentHash.Of(name)[..HashLength] + "_";
            }

            used.Add(identifier);
            result.Add(name, identifier);
        }

        return result;
    }

    /// <summary>A namespace as C# accepts it; empty for none.</summary>
    public static string Namespace(string text) => string.Join('.', text
        .Split('.', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(part => string.Concat(part.Select(c => IsPart(c) ? c : '_')))
        .Select(part => char.IsLetter(part[0]) || part[0] == '_' ? part : "_" + part)
        .Select(part => Keywords.Contains(part) ? "@" + part : part));

    /// <summary>
    /// Upper case begins a word, and a hyphen that a letter does not follow is an underscore: <c>web-db</c> is
    /// <c>WebDb</c>, <c>web-1</c> is <c>Web_1</c> and <c>web1</c> is <c>Web1</c>. The first letter is upper case, so that
    /// it is no keyword.
    /// </summary>
    private static string Of(string name)
    {
        var result = new StringBuilder(name.Length + 1);
        var beginsWord = true;
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (!IsPart(c) || c == '_')
            {
                beginsWord = i + 1 < name.Length && char.IsLetter(name[i + 1]);
                result.Append(beginsWord ? "" : "_");
                continue;
            }

            if (result.Length == 0 && !char.IsLetter(c))
            {
                result.Append('_');
            }

            result.Append(beginsWord ? char.ToUpperInvariant(c) : c);
            beginsWord = false;
        }

        return result.ToString();
    }

    private static bool IsPlain(string name) => name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static bool IsPart(char c) => c == '_' || char.GetUnicodeCategory(c)
        is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber;
}
