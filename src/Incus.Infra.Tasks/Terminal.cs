namespace Incus.Infra.Tasks;

/// <summary>The person at the terminal, if there is one.</summary>
internal static class Terminal
{
    /// <summary>Asks, and takes nothing but <c>yes</c> for an answer; false without a terminal.</summary>
    public static bool Confirms(string warning)
    {
        if (Console.IsInputRedirected)
        {
            return false;
        }

        Console.Error.Write($"{warning} Type 'yes' to continue: ");
        return Console.ReadLine() == "yes";
    }
}
