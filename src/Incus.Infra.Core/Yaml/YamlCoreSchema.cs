using System.Text.RegularExpressions;

namespace Incus.Infra.Core.Yaml;

/// <summary>Types of plain scalars after the core schema of YAML 1.2, section 10.3.</summary>
/// <remarks>YAML 1.1 words such as <c>yes</c> and <c>off</c> are text here: their meaning differs between tools.</remarks>
internal static partial class YamlCoreSchema
{
    public static ScalarType TypeOf(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => ScalarType.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => ScalarType.Boolean,
        _ when !LooksNumeric(text[0]) => ScalarType.Text,
        _ when Integer().IsMatch(text) => ScalarType.Integer,
        _ when Float().IsMatch(text) => ScalarType.Float,
        _ => ScalarType.Text,
    };

    /// <summary>Whether YAML 1.1, which Ansible reads, gives the plain scalar another type or value than YAML 1.2.</summary>
    public static bool IsAmbiguous(YamlScalar scalar) => scalar.IsPlain && Yaml11Only().IsMatch(scalar.Text);

    private static bool LooksNumeric(char first) => char.IsAsciiDigit(first) || first is '+' or '-' or '.';

    // Words, octal numbers, and floats without point or without a sign after 'e', which YAML 1.1 reads as text.
    [GeneratedRegex(
        @"^(yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|[-+]?0[0-9]+|0o[0-7]+|"
        + @"[-+]?[0-9]+[eE][-+]?[0-9]+|[-+]?([0-9]+\.[0-9]*|\.[0-9]+)[eE][0-9]+|[-+]\.[0-9]+([eE][-+]?[0-9]+)?)$")]
    private static partial Regex Yaml11Only();

    [GeneratedRegex(@"^([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$")]
    private static partial Regex Integer();

    [GeneratedRegex(@"^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$")]
    private static partial Regex Float();
}
