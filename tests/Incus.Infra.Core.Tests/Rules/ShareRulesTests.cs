using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

public sealed class ShareRulesTests
{
    [TestCase("true")]
    [TestCase("null")]
    [TestCase("{mode: proportional, cpu_mode: count, memory_enforce: hard, overcommit: true}")]
    [TestCase("{host_reserve: {cpu: 2, memory: 4GiB}}")]
    [TestCase("{host_reserve: {cpu: 10%}}")]
    public void Weights_count_under_a_policy(string policy) =>
        Codes(With(policy, "one: {weight: 3}, own: {weight: 2, config: {limits.cpu: 1}}")).ShouldBeEmpty();

    [TestCase("false", "one: {weight: 3}", "global has no resource_policy")]
    [TestCase("{mode: equal}", "one: {weight: 3}", "resource_policy has mode: equal")]
    [TestCase("true", "one: {weight: 3, config: {limits.cpu.allowance: 10%, limits.memory: 1GiB}}",
        "the machine has limits of its own for CPU and memory")]
    [TestCase("true", "one: {weight: 3, profiles: [small], config: {limits.memory: 1GiB}}",
        "the machine has limits of its own for CPU and memory")]
    public void A_weight_that_nothing_follows_from_is_INFRA2640(string policy, string machines, string reason)
    {
        var fault = Compile(With(policy, machines)).Diagnostics.ShouldHaveSingleItem();

        (fault.Code, fault.Severity).ShouldBe(("INFRA2640", Severity.Warning));
        fault.Message.ShouldBe(
            $"Machine 'one': its weight has no effect, because {reason}. Change that, or remove the weight.");
    }

    [Test]
    public void A_weight_of_copies_is_told_once() => Codes("""
        project_name: test
        global: { base_subnet: "10.1", default_os_image: "images:debian/12" }
        domains:
          seat: {copies: 3, machines: {desk: {weight: 2}}}

        """).ShouldBe(["INFRA2640 4:47"]);

    [TestCase("1")]
    [TestCase("{host_reserve: {cpu: 0}}")]
    [TestCase("{host_reserve: {cpu: 100%}}")]
    [TestCase("{host_reserve: {memory: 4}}")]
    [TestCase("{host_reserve: {memory: 4G}}")]
    [TestCase("{mode: fair}")]
    [TestCase("{overcommit: 2}")]
    public void A_policy_that_says_nothing_clear_is_an_error(string policy) =>
        Compile(With(policy, "one: {}")).Diagnostics.ShouldHaveSingleItem().Severity.ShouldBe(Severity.Error);

    [Test]
    public void A_value_of_neither_form_is_told_both() =>
        Compile(With("{host_reserve: {cpu: \"4\"}}", "one: {}")).Diagnostics.ShouldHaveSingleItem().Message
            .ShouldMatch("'cpu' must be a whole number from 1 to .*, or .*%");

    [Test]
    public void The_policy_and_weights_are_variables_with_their_defaults_written_out()
    {
        var files = Compile(With("{host_reserve: {cpu: 2}}", "one: {weight: 3}")).Files.ToDictionary(f => f.Path, f => f.Text);

        files["group_vars/all.yml"].ShouldContain("""
            infra_resource_policy:
              host_reserve:
                cpu: "2"
                memory: "20%"
              mode: proportional
              cpu_mode: allowance
              memory_enforce: soft
              overcommit: false

            """);
        files["host_vars/one.yml"].ShouldContain("instance_weight: 3\n");
    }

    private static string With(string policy, string machines) => $$"""
        project_name: test
        global: { base_subnet: "10.1", default_os_image: "images:debian/12", resource_policy: {{policy}} }
        domains:
          lab:
            subnet_id: 1
            profiles: { small: { config: { limits.cpu: "1" } } }
            machines: { {{machines}} }

        """;
}
