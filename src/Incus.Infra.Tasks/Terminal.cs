using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Incus.Infra.Tasks;

/// <summary>The person at the terminal, if there is one.</summary>
internal static class Terminal
{
    public static bool IsThere => !Console.IsInputRedirected;

    /// <summary>Asks, and takes nothing but <paramref name="word"/> for an answer; false without a terminal.</summary>
    public static bool Confirms(string warning, string word = "yes")
    {
        if (!IsThere)
        {
            return false;
        }

        Console.Error.Write($"{warning} Type '{Excerpt.Of(word)}' to continue: ");
        return Console.ReadLine() == word;
    }

    /// <summary>
    /// The lines in colour where nobody but a person reads them. MSBuild hands one text to all loggers, and those that keep it,
    /// binary logs above all, ask for messages of less importance, too.
    /// </summary>
    public static IEnumerable<string> Paint(this TaskLoggingHelper log, IEnumerable<string> lines) =>
        Console.IsOutputRedirected
        || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        || Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb"
        || log.LogsMessagesOfImportance(MessageImportance.Normal)
            ? lines
            : lines.Select(Paint);

    private static string Paint(string line) => line switch
    {
        ['+', ..] => $"\e[32m{line}\e[0m",
        ['-' or '!', ..] => $"\e[31m{line}\e[0m",
        ['~', ..] => $"\e[33m{line}\e[0m",
        _ => line,
    };
}
