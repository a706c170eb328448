namespace Incus.Infra.Tasks;

/// <summary>Environment variables for ansible-playbook.</summary>
internal static class AnsibleEnvironment
{
    private const string Configuration = "ANSIBLE_CONFIG";

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
}
