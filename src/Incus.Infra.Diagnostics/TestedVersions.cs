namespace Incus.Infra.Diagnostics;

/// <summary>What the tests run with, oldest first. The pages that say so are compared with this.</summary>
internal static class TestedVersions
{
    /// <summary>Releases of the Incus server; each has further fixes.</summary>
    public static IReadOnlyList<Version> Incus { get; } = [new(6, 0), new(7, 0)];

    public static IReadOnlyList<Version> AnsibleCore { get; } = [new(2, 19)];

    public static IReadOnlyList<int> Debian { get; } = [12, 13];
}
