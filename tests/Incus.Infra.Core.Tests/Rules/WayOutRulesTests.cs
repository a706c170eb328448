using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

internal sealed class WayOutRulesTests
{
    [TestCase("apt: { packages: [nginx] }", true)]
    [TestCase("pip: { venv: /srv/v, packages: [flask] }", true)]
    [TestCase("git: { repo: \"https://example.org/a.git\", dest: /srv/a }", true)]
    [TestCase("pip: { venv: /srv/v, packages: [flask], find_links: /srv/wheels, no_index: true }", false)]
    [TestCase("git: { repo: /srv/a.git, dest: /srv/a }", false)]
    [TestCase("git: { repo: \"file:///srv/a.git\", dest: /srv/a }", false)]
    [TestCase("script: { inline: \"true\", version: \"1\" }", false)]
    public void A_step_that_needs_the_network_is_remarked_upon_in_a_domain_without_a_way_out(string step, bool needsNetwork)
    {
        Codes(Infra("outside: none", step)).ShouldBe(needsNetwork ? ["INFRA2349 9:14"] : []);
        Codes(Infra("outside: internet", step)).ShouldBeEmpty();
        Codes(Infra("outside: none, enabled: false", step)).ShouldBeEmpty();
    }

    [TestCase("{ from: vault, to: mirror, ports: [80] }", true)]
    [TestCase("{ from: safe, to: 192.168.1.0/24 }", true)]
    [TestCase("{ from: safe, to: host, ports: [3142] }", true)]
    [TestCase("{ from: mirror, to: vault, bidirectional: true }", true)]
    [TestCase("{ from: mirror, to: vault }", false)]
    [TestCase("{ from: other, to: mirror }", false)]
    public void A_policy_that_leads_somewhere_is_a_way_out(string policy, bool isWayOut) =>
        Codes(Infra("outside: none", "apt: { packages: [nginx] }") + $"network_policies: [{policy}]\n")
            .ShouldBe(isWayOut ? [] : ["INFRA2349 9:14"]);

    [Test]
    public void One_remark_for_a_machine_is_enough() => Codes(Infra(
        "outside: none",
        "script: { inline: \"true\", version: \"1\" }",
        "pip: { venv: /srv/v, packages: [flask] }",
        "apt: { packages: [nginx] }")).ShouldBe(["INFRA2349 10:14"]);

    private static string Infra(string domain, params string[] steps) => $$"""
        {{Head}}  stores: { subnet_id: 2, machines: { mirror: {} } }
          safe: { subnet_id: 1, {{domain}}, machines: {
            other: {},
            vault: {
              provision: [
              {{string.Join(",\n      ", steps.Select(s => $"      {{{s}}}"))}}
              ] } } }

        """;
}
