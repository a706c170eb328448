using System.Text;
using System.Text.RegularExpressions;

namespace Incus.Infra.Core.CommandLine;

/// <summary>The targets and their properties as text for a terminal.</summary>
internal static partial class CommandHelp
{
    private const int Width = 100;

    private static readonly int Indent =
        CommandTable.Targets.Select(t => t.Name).Concat(CommandTable.Properties.Select(p => p.Name)).Max(n => n.Length) + 3;

    /// <summary>All of it, in lines of at most 100 characters.</summary>
    public static string Text()
    {
        var text = new StringBuilder("dotnet build [-t:<Target>] [-p:<Property>=<value>]\n\nTargets:\n");
        foreach (var target in CommandTable.Targets)
        {
            Append(text, target.Name, target.Purpose);
            var properties = CommandTable.Properties.Where(p => p.Verbs.Contains(target.Name)).Select(p => p.Name).ToList();
            if (properties.Count > 0)
            {
                Append(text, "", $"-p: {string.Join(", ", properties)}");
            }
        }

        text.Append("\nProperties:\n");
        foreach (var property in CommandTable.Properties)
        {
            var otherwise = property.Default.Length == 0 ? "" : $" Default: {property.Default}.";
            Append(text, property.Name, property.Meaning + otherwise);
        }

        return text.ToString().TrimEnd();
    }

    private static void Append(StringBuilder text, string name, string markdown)
    {
        var line = $"  {name}".PadRight(Indent);
        foreach (var word in Link().Replace(markdown, "$1").Replace("`", "", StringComparison.Ordinal).Split(' '))
        {
            if (line.Length + 1 + word.Length > Width)
            {
                text.Append(line).Append('\n');
                line = new string(' ', Indent);
            }

            line += line.Length == Indent ? word : " " + word;
        }

        text.Append(line).Append('\n');
    }

    [GeneratedRegex(@"\[([^\]]+)\]\([^)]+\)")]
    private static partial Regex Link();
}
