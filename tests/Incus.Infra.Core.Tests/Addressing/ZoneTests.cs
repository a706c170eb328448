namespace Incus.Infra.Core.Tests.Addressing;

[TestFixture]
internal sealed class ZoneTests
{
    [TestCase("", new string[0])]
    [TestCase(", zone_step: 10", new string[0])]
    [TestCase(", zone_step: 20", new[] { "infra.yml(3,44) INFRA2105" })]
    public void A_zone_step_that_would_mean_something_else_is_a_warning(string step, string[] faults)
    {
        var compilation = Compiling.Compile(
            $"project_name: x\nglobal:\n  addressing: {{ zone_base: 100{step} }}\ndomains:\n  a: {{ trust_level: trusted }}\n");

        compilation.Faults().ShouldBe(faults);
        compilation.TextOf("group_vars/a.yml").ShouldContain("subnet: \"10.110.0.0/24\"");
        compilation.TextOf("group_vars/all.yml").ShouldContain("zone_step: 10\n");
    }

    [TestCase("{ addressing: {} }", true)]
    [TestCase("{ base_subnet: \"10.100\" }", false)]
    public void The_default_trust_level_is_a_variable_where_it_selected_the_subnet(string global, bool isThere) => Compiling
        .Compile($"project_name: x\nglobal: {global}\ndomains:\n  a: {{ subnet_id: 3 }}\n")
        .TextOf("group_vars/a.yml")
        .Contains("domain_trust_level: semi-trusted", StringComparison.Ordinal)
        .ShouldBe(isThere);
}
