using System.Text.RegularExpressions;

namespace Incus.Infra.Incus.Importing;

/// <summary>Tells what may be a secret, rather too often: a file can be shared, and Incus keeps the value anyway.</summary>
internal static partial class Secrets
{
    // Of these any value is one.
    private static readonly string[] Families = ["systemd.credential", "security.sev.session."];

    /// <summary>Whether the value of a key of Incus, or of an option of a device, may be one.</summary>
    public static bool MayBe(string key, string value) =>
        Families.Any(family => key.StartsWith(family, StringComparison.Ordinal)) || Name().IsMatch(key) || MayHave(value);

    /// <summary>Whether a text may have one.</summary>
    public static bool MayHave(string text) => Content().IsMatch(text);

    [GeneratedRegex("pass(word|wd|phrase)?([^a-z]|$)|pwd|secret|token|credential|api.?key|private.?key|access.?key", Options)]
    private static partial Regex Name();

    // Words with a value, hashes of passwords, keys, and addresses with a password.
    [GeneratedRegex(@"(passw|passphrase|pwd|secret|token|credential|api.?key|access.?key|ssh_keys)[a-z_-]*[""']?\s*[:=]"
        + @"|chpasswd|PRIVATE KEY|ssh-(rsa|ed25519|dss) |ecdsa-sha2-|\$(1|2[aby]|5|6|7|y|argon2[id]+)\$"
        + @"|[a-z]://[^/\s:@]*:[^/\s@]+@|gh[pousr]_[A-Za-z0-9]{20}|glpat-|AKIA[0-9A-Z]{12}", Options)]
    private static partial Regex Content();

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
}
