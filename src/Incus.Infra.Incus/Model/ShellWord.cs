namespace Incus.Infra.Incus.Model;

/// <summary>Text as one word of a command for a person to copy: text that is shown, and never run here.</summary>
internal static class ShellWord
{
    // What no shell takes for anything but itself.
    private const string Plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/:,@%+=";

    public static string Of(string text) => text.Length > 0 && text.All(Plain.Contains)
        ? text
        : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
