namespace Incus.Infra.Core.Diagnostics;

/// <summary>INFRA2380 to INFRA2389: who else gets into the machines of a domain.</summary>
internal static partial class RuleDiagnostics
{
    /// <summary>A line that OpenSSH would not take as a key; its text is not shown, as it may be anything.</summary>
    public static Diagnostic NoPublicKey(SourceLocation at) =>
        Error("INFRA2380", at,
            "This is not a public key of OpenSSH. One is a line such as 'ssh-ed25519 AAAA… alice', without options before it; "
            + "'cat ~/.ssh/id_ed25519.pub' shows yours.");

    public static Diagnostic PrivateKey(SourceLocation at) =>
        Error("INFRA2381", at,
            "This is a private key, which belongs to nobody but its owner. Name the public one, whose file ends with .pub, "
            + "and remove this one from the project.");

    /// <summary>A machine that cannot ask Incus for its keys, so that sshd would refuse all.</summary>
    public static Diagnostic KeysUnreadable(SourceLocation at, string machine) =>
        Error("INFRA2382", at,
            $"Machine '{Excerpt.Of(machine)}' cannot read its ssh_keys from Incus with security.guestapi: false. Remove that.");

    /// <summary>An option that Incus only allows where it allows the holder of the certificate everything.</summary>
    public static Diagnostic NotWithOwn(SourceLocation at, string owner, string key) =>
        Error("INFRA2383", at,
            $"{Excerpt.Of(owner)}: '{Excerpt.Of(key)}' cannot be used with access: incus: own. To allow it, Incus would have to "
            + "allow all low-level options, and with them the host. Remove one of the two.");

    public static Diagnostic DeviceNotWithOwn(SourceLocation at, string owner, string device, string reason) =>
        Error("INFRA2384", at,
            $"{Excerpt.Of(owner)}: device '{Excerpt.Of(device)}' cannot be used with access: incus: own: {reason}. "
            + "Remove one of the two.");

    public static Diagnostic SharedNetworkWithOwn(SourceLocation at, string domain) =>
        Error("INFRA2385", at,
            $"Domain '{Excerpt.Of(domain)}': the holder of a certificate may turn off on his own card what cuts copies on one "
            + "network off from each other. Remove incus: own, or network: shared.");
}
