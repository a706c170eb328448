using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>Secrets get to where they are used, and nowhere else.</summary>
internal sealed class SecretTests : IncusTest
{
    private static readonly string[] Secrets = ["first-secret-5f1", "second-secret-8c2", "third-secret-e07"];

    [Test]
    public void Secrets_of_the_vault_get_to_the_machine_and_into_no_log_or_file()
    {
        Sandbox.Build().ShouldSucceed();
        var password = PasswordFile();
        Project.Edit(
            "infra.yml",
            "      dev: {}\n",
            "      dev:\n        vars:\n" + Indented(Encrypted(password, "from_infra", Secrets[0])));
        Project.Write("host_vars/dev.yml", Project.Read("host_vars/dev.yml") + Encrypted(password, "from_host", Secrets[1]));
        Project.Write("inventory/group_vars/work.yml", $"from_inventory: {Secrets[2]}\n");
        Sandbox.Run("ansible-vault", "encrypt", $"--vault-password-file={password}", Project.At("inventory/group_vars/work.yml"))
            .ShouldSucceed();
        File.Delete(Asked);
        Project.Write("site.yml", Project.Read("site.yml") + """
            - name: Use the secrets
              hosts: dev
              gather_facts: false
              vars:
                ansible_connection: incus.infra.incus
                ansible_incus_host: "{{ instance_name }}"
                ansible_incus_project: "{{ incus_project }}"
              tasks:
                - name: Write them into the machine
                  ansible.builtin.raw: echo {{ from_infra }} {{ from_host }} {{ from_inventory }} > /secrets

            """);
        var (host, whole) = (Project.Read("host_vars/dev.yml"), Project.Read("inventory/group_vars/work.yml"));

        var result = Sandbox.Build("-t:Apply", $"-p:VaultPasswordFile={password}", "-v:detailed").ShouldSucceed();

        Sandbox.Run("incus", "file", "pull", "dev/secrets", "-", "--project=work").Output
            .ShouldBe(string.Join(' ', Secrets) + "\n");
        Sandbox.LastBinaryLog().ShouldContain("dev: Write them into the machine");
        File.ReadAllLines(Asked).Length.ShouldBe(1, "The password is asked for once in a run.");
        Project.Read("host_vars/dev.yml").ShouldEndWith(host[host.IndexOf("from_host", StringComparison.Ordinal)..]);
        Project.Read("inventory/group_vars/work.yml").ShouldBe(whole);
        var written = Project.Snapshot().Values.Select(f => f.Text)
            .Append(result.Output).Append(Sandbox.LastBinaryLog()).ToList();
        foreach (var secret in Secrets.Append("open sesame"))
        {
            written.ShouldAllBe(text => !text.Contains(secret, StringComparison.Ordinal));
        }
    }

    [Test]
    public void Values_that_may_be_secret_are_hidden_in_a_plan_its_file_and_the_log_of_Apply()
    {
        Project.Edit("infra.yml", "      dev: {}\n", "      dev: {config: {environment.KEY: plain-value-77, limits.cpu: 1}}\n");

        var plan = Sandbox.Build("-t:Plan", "-p:PlanFile=plan.json").ShouldSucceed();
        var planLog = Sandbox.LastBinaryLog();
        var apply = Sandbox.Build("-t:Apply", "-p:AnsibleArguments=--diff").ShouldSucceed();

        plan.Summary.ShouldContain("config.environment.KEY: (hidden)");
        plan.Summary.ShouldContain("config.limits.cpu: 1");
        string[] written = [plan.Output, planLog, Project.Read("plan.json"), apply.Output, Sandbox.LastBinaryLog()];
        written.ShouldAllBe(text => !text.Contains("plain-value-77", StringComparison.Ordinal));
        Sandbox.Run("incus", "config", "get", "dev", "environment.KEY", "--project=work").Output.ShouldBe("plain-value-77\n");
    }

    private string Asked => Path.Join(Sandbox.Home, "asked");

    private string PasswordFile()
    {
        var path = Path.Join(Sandbox.Home, "vault-password");
        File.WriteAllText(path, "#!/bin/sh\necho asked >> \"$HOME/asked\"\necho open sesame\n");
        Sandbox.Run("chmod", "700", path).ShouldSucceed();
        return path;
    }

    private string Encrypted(string password, string name, string secret)
    {
        var file = Path.Join(Sandbox.Home, name);
        Sandbox.Run(
            "ansible-vault", "encrypt_string", $"--vault-password-file={password}", $"--output={file}", $"--name={name}", secret)
            .ShouldSucceed();
        return File.ReadAllText(file).TrimEnd('\n') + "\n";
    }

    private static string Indented(string text) =>
        string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"          {line}\n"));
}
