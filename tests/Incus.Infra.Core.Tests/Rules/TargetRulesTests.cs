using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

public sealed class TargetRulesTests
{
    [Test]
    public void A_domain_lives_on_one_member() => Codes(Head + """
          home: { subnet_id: 1, target: node1, machines: { web: { target: node1 }, db: { target: node2 } } }
          work: { subnet_id: 2, machines: { dev: { target: "@fast" }, free: {}, docs: { target: "@slow" } } }
          else: { subnet_id: 3, target: "@fast" }
        """).ShouldBe(["INFRA2601 4:90", "INFRA2601 5:89"]);

    [Test]
    public void Machines_that_are_to_be_apart_are_in_different_domains() => Codes(Head + """
          home: { subnet_id: 1, machines: { web: { spread: front }, db: { spread: back }, more: { spread: front } } }
          work: { subnet_id: 2, machines: { shop: { spread: front } } }
        """).ShouldBe(["INFRA2602 4:99"]);

    [Test]
    public void A_target_is_the_name_of_a_member_or_a_group() => Codes(Head + """
          home: { subnet_id: 1, target: "@", machines: { web: { target: "two words" } } }
        """).ShouldBe(["INFRA1052 4:33", "INFRA1052 4:65"]);
}
