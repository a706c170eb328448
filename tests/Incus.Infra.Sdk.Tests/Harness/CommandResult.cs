using System.Text.RegularExpressions;

namespace Incus.Infra.Sdk.Tests.Harness;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">0 is success.</param>
/// <param name="Output">Standard output and error, interleaved.</param>
internal sealed partial record CommandResult(int ExitCode, string Output)
{
    /// <summary>Asserts success without a warning.</summary>
    public CommandResult ShouldSucceed()
    {
        ExitCode.ShouldBe(0, Output);
        DiagnosticLine().Matches(Output).Select(m => m.Value).ShouldBeEmpty(Output);
        return this;
    }

    /// <summary>Asserts failure with exactly these codes, in any order.</summary>
    public CommandResult ShouldFailWith(params string[] codes)
    {
        ExitCode.ShouldNotBe(0, Output);
        DiagnosticLine().Matches(Output).Select(m => m.Groups["code"].Value).Distinct()
            .ShouldBe(codes, ignoreOrder: true, Output);
        return this;
    }

    /// <summary>What the SDK said it did: the text after the arrow, which both loggers show.</summary>
    public string Summary => SummaryText().Match(WithoutEscapes).Groups["text"].Value.TrimEnd();

    private string WithoutEscapes => EscapeSequence().Replace(Output, "").Replace("\r", "", StringComparison.Ordinal);

    [GeneratedRegex(@"(error|warning) (?<code>[A-Z]+\d+)?\s*:")]
    private static partial Regex DiagnosticLine();

    [GeneratedRegex(@"(->|→) (?<text>(?:.|\n)*?)(?=\n\n|\n[^\n]*: (?:error|warning) |$)")]
    private static partial Regex SummaryText();

    [GeneratedRegex(@"\x1b(\[[0-9;?]*[A-Za-z]|\][^\x07\x1b]*(\x07|\x1b\\)|=)")]
    private static partial Regex EscapeSequence();
}
