using Incus.Infra.Testing;

namespace Incus.Infra.Sdk.Tests.Harness;

/// <summary>The newest ansible-core that Debian has, beside the machine's own.</summary>
internal static class NewestAnsible
{
    private static readonly Lazy<string> Folder = new(() =>
        Tool.Run(new Dictionary<string, string?>(), Tool.Script("newest-ansible")));

    /// <summary>Lets the commands to come find its ansible-playbook first.</summary>
    public static void Use(Sandbox sandbox) =>
        sandbox.Set("PATH", $"{Folder.Value}:{Environment.GetEnvironmentVariable("PATH")}");
}
