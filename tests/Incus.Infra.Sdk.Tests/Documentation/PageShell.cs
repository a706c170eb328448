using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests.Documentation;

/// <summary>Goes through a page in one shell, so that folders and variables last from one command to the next.</summary>
internal static partial class PageShell
{
    private const string Mark = "=== step ";

    /// <summary>Runs the steps up to the first that does not end as the page says, and compares what was printed.</summary>
    public static void Run(Sandbox sandbox, string folder, IReadOnlyList<Step> steps)
    {
        var result = sandbox.Run("bash", "-c", Script(folder, steps));

        var outputs = result.Output.Split(Mark)[1..];
        foreach (var (step, output) in steps.Zip(outputs))
        {
            Compare(step, output[(output.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
        }

        result.ExitCode.ShouldBe(0, $"{steps[outputs.Length - 1]} failed:\n{outputs[^1]}");
        outputs.Length.ShouldBe(steps.Count);
    }

    private static string Script(string folder, IReadOnlyList<Step> steps)
    {
        var script = new StringBuilder("exec 2>&1\n").Append(CultureInfo.InvariantCulture, $"cd '{folder}'\n");
        foreach (var (index, step) in steps.Index())
        {
            script.Append(CultureInfo.InvariantCulture, $"printf '\\n{Mark}%s\\n' {index}\n");
            script.Append(step switch
            {
                RunStep run => $"{run.Command}\n[ $? {(run.Fails ? "-ne" : "-eq")} 0 ] || exit 1\n",
                WriteStep write => $"cat >{write.File} <<'END OF FILE' || exit 1\n{write.Text}END OF FILE\n",
                ShowStep show => $"cat {show.File} || exit 1\n",
                _ => throw new NotSupportedException($"{step}"),
            });
        }

        return script.ToString();
    }

    private static void Compare(Step step, string output)
    {
        if (step is ShowStep show)
        {
            output.ShouldContain(show.Text, customMessage: $"{show.File} is not what the page shows");
        }
        else if (step is RunStep { Output.Length: > 0 } run)
        {
            Normalised(output).ShouldMatch($"^{Pattern(run.Output)}$", $"$ {run.Command}");
        }
    }

    // A line of three dots stands for any lines, three dots at the end of a line for its rest.
    private static string Pattern(string shown) => Regex.Escape(Normalised(shown))
        .Replace(@"\n\.\.\.\n", @"\n(?:.*\n)*?", StringComparison.Ordinal)
        .Replace(@"\.\.\.", @"[\s\S]*?", StringComparison.Ordinal);

    // No page shows what is of this run alone: MSBuild's count and time, where the project is, dates, and times.
    private static string Normalised(string output) =>
        Moment().Replace(ProjectPath().Replace(Epilogue().Replace(output, ""), ""), "<now>").Trim('\n');

    [GeneratedRegex(@"(?<=^Build (succeeded|FAILED)\.\n)\n?(.*\n)*?\nTime Elapsed .*\n", RegexOptions.Multiline)]
    private static partial Regex Epilogue();

    [GeneratedRegex(@" \[/[^\]]*\]$", RegexOptions.Multiline)]
    private static partial Regex ProjectPath();

    [GeneratedRegex(@"\d{8}-\d{6}|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")]
    private static partial Regex Moment();
}
