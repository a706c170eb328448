using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>
/// What the user has set for Ansible elsewhere. No Incus is there, so that a run which gets that far ends with it.
/// </summary>
[Category("Slow")]
internal sealed class AnsibleConfigurationTests : SdkTest
{
    [SetUp]
    public void HaveNoIncus() => Sandbox.Set("INCUS_SOCKET", "/nowhere/unix.socket");

    [Test]
    public void A_variable_that_names_another_inventory_is_told()
    {
        Sandbox.Set("ANSIBLE_INVENTORY", "/etc/hosts");

        var result = Sandbox.Build("-t:Plan");

        result.ShouldFailWith("INFRA4041");
        result.Output.ShouldContain(
            "The inventory lacks home of infra_domains. It is /etc/hosts, by the variable ANSIBLE_INVENTORY;");
    }

    [Test]
    public void A_configuration_without_the_inventory_is_told_and_how_it_came_to_count()
    {
        var configuration = Path.Join(Sandbox.Home, "other.cfg");
        File.WriteAllText(configuration, "[defaults]\nforks=5\n");
        Sandbox.Set("ANSIBLE_CONFIG", configuration);

        var result = Sandbox.Build("-t:Plan");

        result.ShouldFailWith("INFRA4041");
        result.Output.ShouldContain($"by the configuration {configuration}; unset ANSIBLE_CONFIG");
    }

    [TestCase("free")]
    [TestCase("host_pinned")]
    public void Another_strategy_is_for_the_plays_of_the_user(string strategy)
    {
        Sandbox.Build().ShouldSucceed();
        Project.Write("ansible.cfg", Project.Read("ansible.cfg") + $"strategy = {strategy}\n");

        var result = Sandbox.Build("-t:Apply", "-p:Tags=infra");

        result.ExitCode.ShouldNotBe(0);
        result.Output.ShouldMatch("error INFRA400[12]: ", "it came as far as Incus");
    }
}
