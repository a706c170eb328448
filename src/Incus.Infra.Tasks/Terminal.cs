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
}
