using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

public sealed class NameRulesTests
{
    [TestCase("Home")]
    [TestCase("-home")]
    [TestCase("home-")]
    [TestCase("a_b")]
    [TestCase("a/b")]
    [TestCase("../../x")]
    [TestCase("a b")]
    [TestCase("é")]
    [TestCase("a123456789012345678901234567890123456789012345678901234567890123")]
    public void A_domain_name_that_Incus_or_a_path_cannot_have_is_refused_at_its_place(string name) =>
        Codes($"{Head}  \"{name}\": {{ subnet_id: 1 }}\n").ShouldBe(["INFRA2001 4:3"]);

    [TestCase("1web")]
    [TestCase("Web")]
    [TestCase("web.example")]
    [TestCase("web\\n")]
    public void A_machine_name_that_Incus_refuses_is_refused_at_its_place(string name) =>
        Codes($"{Head}  home:\n    subnet_id: 1\n    machines:\n      \"{name}\": {{}}\n").ShouldBe(["INFRA2001 7:7"]);

    [TestCase("all")]
    [TestCase("ungrouped")]
    [TestCase("localhost")]
    [TestCase("default")]
    [TestCase("host")]
    [TestCase("internet")]
    [TestCase("self")]
    public void Reserved_names_are_refused_for_domains_and_machines(string name)
    {
        Codes($"{Head}  {name}: {{ subnet_id: 1 }}\n").ShouldBe(["INFRA2002 4:3"]);
        Codes($"{Head}  home: {{ subnet_id: 1, machines: {{ {name}: {{}} }} }}\n").ShouldBe(["INFRA2002 4:37"]);
    }

    [Test]
    public void A_machine_cannot_have_the_name_of_a_group() =>
        Codes($"{Head}  home: {{ subnet_id: 1, machines: {{ work: {{}} }} }}\n  work: {{ subnet_id: 2 }}\n")
            .ShouldBe(["INFRA2003 4:37"]);

    [Test]
    public void A_machine_name_is_unique_in_the_whole_file_and_the_message_names_the_other_place()
    {
        var fault = Fault(Head + """
              home: { subnet_id: 1, machines: { web: {} } }
              work: { subnet_id: 2, machines: { web: {} } }
            """);
        fault.ToString().ShouldStartWith("infra.yml(5,37): error INFRA2004: Machine 'web' is already in domain 'home' (line 4).");
    }

    [Test]
    public void A_bridge_name_is_cut_to_15_characters_by_a_hash_that_depends_on_nothing_else()
    {
        var text = File("group_vars/corp-sandbox.yml", $"{Head}  corp-sandbox: {{ subnet_id: 1 }}\n");
        text.ShouldContain("  name: net-corp-s-5c7b\n");
        File("group_vars/exactly-11c.yml", $"{Head}  exactly-11c: {{ subnet_id: 1 }}\n")
            .ShouldContain("  name: net-exactly-11c\n");
    }

    [Test]
    public void Two_domains_whose_cut_bridge_names_are_equal_are_refused()
    {
        var (left, right) = CollidingDomains();
        Codes($"{Head}  {left}: {{ subnet_id: 1 }}\n  {right}: {{ subnet_id: 2 }}\n").ShouldBe(["INFRA2005 5:3"]);
    }

    [Test]
    public void A_domain_whose_bridge_has_the_cut_name_of_another_is_refused() =>
        Codes($"{Head}  corp-sandbox: {{ subnet_id: 1 }}\n  corp-s-5c7b: {{ subnet_id: 2 }}\n").ShouldBe(["INFRA2005 5:3"]);

    // Four hexadecimal digits collide after some hundred tries.
    private static (string Left, string Right) CollidingDomains()
    {
        var seen = new Dictionary<string, string>();
        for (var i = 0; ; i++)
        {
            var name = $"sandbox-{i:000000}";
            var hash = Convert.ToHexString(
                System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)))[..4];
            if (!seen.TryAdd(hash, name))
            {
                return (seen[hash], name);
            }
        }
    }
}
