namespace Incus.Infra.Tasks;

/// <summary>Environment variables for ansible-playbook.</summary>
internal static class AnsibleEnvironment
{
    private const string Configuration = "ANSIBLE_CONFIG";
    private const string Prefix = "ANSIBLE_";
    private const string Reconciler = "INCUS_INFRA_RECONCILER";

    /// <summary>What of this machine may change what Ansible does, as a clause, or null.</summary>
    /// <param name="playbookExe">Full path of the program that would run.</param>
    /// <param name="projectDirectory">The project folder.</param>
    public static string? Doubt(string playbookExe, string projectDirectory) =>
        Environment.GetEnvironmentVariables().Keys.Cast<string>().Order(StringComparer.Ordinal)
            .FirstOrDefault(name => name.StartsWith(Prefix, StringComparison.Ordinal) || name == Reconciler) is { } variable
                ? $"the environment variable {variable} is set"
        : PluginFolders().FirstOrDefault(Directory.Exists) is { } folder ? $"there are plugins in {folder}"
        : Programs.Find("ansible-playbook", projectDirectory) != playbookExe ? $"InfraAnsiblePlaybookExe is {playbookExe}"
        : null;

    /// <summary>The variables as <c>NAME=value</c>.</summary>
    /// <param name="treeDirectory">Where the playbook is.</param>
    /// <param name="collectionsPath">The folders with collections.</param>
    /// <param name="logRequests">Whether to log the requests to Incus.</param>
    public static IEnumerable<string> Of(string treeDirectory, string collectionsPath, bool logRequests)
    {
        if (logRequests)
        {
            yield return "INCUS_INFRA_LOG_REQUESTS=1";
        }

        yield return $"ANSIBLE_COLLECTIONS_PATH={collectionsPath}";
        yield return "ANSIBLE_STDOUT_CALLBACK=incus.infra.build";
        yield return "ANSIBLE_NOCOLOR=1";
        yield return "ANSIBLE_FORCE_COLOR=0";
        // Infrastructure without machines is no mistake.
        yield return "ANSIBLE_LOCALHOST_WARNING=0";
        // Python holds back what goes into a pipe, and progress would come at the end.
        yield return "PYTHONUNBUFFERED=1";
        // By itself Ansible leaves out a configuration in a folder that everybody may write to.
        var file = Path.Join(treeDirectory, "ansible.cfg");
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Configuration)) && File.Exists(file))
        {
            yield return $"{Configuration}={file}";
        }
    }

    // From where Ansible takes plugins, whatever the configuration of the tree says.
    private static string[] PluginFolders() =>
    [
        Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ansible/plugins"),
        "/usr/share/ansible/plugins",
    ];
}
