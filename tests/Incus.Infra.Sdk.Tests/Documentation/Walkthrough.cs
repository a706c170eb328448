using System.Text.RegularExpressions;
using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests.Documentation;

/// <summary>
/// What a page lets its reader do, from top to bottom. A block of <c>console</c> holds commands, lines that begin with
/// <c>$ </c>, each with what it prints. Before any other block stands <c>&lt;!-- write FILE --&gt;</c>, when the reader writes
/// the file, or <c>&lt;!-- shows FILE --&gt;</c>, when it is in the file by then; only C# has a compiler of its own.
/// </summary>
internal static partial class Walkthrough
{
    /// <summary>The steps of a page of the repository.</summary>
    public static IReadOnlyList<Step> Of(string page)
    {
        var text = File.ReadAllText(Path.Join(Stamp.RepositoryFolder, page));
        var blocks = Block().Matches(text);
        Fence().Count(text).ShouldBe(2 * blocks.Count, $"{page} has a block that nothing would run");
        return [.. blocks.SelectMany(b => StepsOf(page, b))];
    }

    private static IEnumerable<Step> StepsOf(string page, Match block)
    {
        var (language, code, verb) = (block.Groups["language"].Value, block.Groups["code"].Value, block.Groups["verb"].Value);
        switch (language, verb)
        {
            case ("console", ""):
                var commands = CommandLine().Split(code).Skip(1).ToList();
                commands.Count.ShouldBePositive($"{page}: a block of console has no command:\n{code}");
                return commands.Chunk(2).Select(c => new RunStep(c[0], c[1].TrimEnd('\n')));
            case (not ("" or "console"), "write"):
                return [new WriteStep(block.Groups["file"].Value, code)];
            case (not ("" or "console"), "shows"):
                return [new ShowStep(block.Groups["file"].Value, code)];
            default:
                language.ShouldBe("csharp", $"{page}: a block says neither what it is nor whether it is written:\n{code}");
                return [];
        }
    }

    [GeneratedRegex(@"^ *(```|~~~)", RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(
        @"(^<!-- (?<verb>write|shows) (?<file>\S+) -->\n)?^```(?<language>\w*)\n(?<code>[\s\S]*?)^```$",
        RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^\$ (.+)\n", RegexOptions.Multiline)]
    private static partial Regex CommandLine();
}

/// <summary>One thing that the reader does or sees.</summary>
internal abstract record Step;

/// <summary>Runs a command in the shell of the page.</summary>
/// <param name="Command">The line, without its prompt.</param>
/// <param name="Output">What the page shows; nothing where it shows nothing.</param>
internal sealed record RunStep(string Command, string Output) : Step
{
    /// <summary>What a build prints that fails.</summary>
    public bool Fails => Output.EndsWith("Build FAILED.", StringComparison.Ordinal);
}

/// <summary>Writes a file.</summary>
internal sealed record WriteStep(string File, string Text) : Step;

/// <summary>Looks into a file.</summary>
internal sealed record ShowStep(string File, string Text) : Step;
