using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Addressing;

public sealed class LockTests
{
    private const string Home = Head + "  home: { subnet_id: 1, machines: { MACHINES } }\n";

    [Test]
    public void The_address_of_a_machine_that_is_gone_is_not_given_to_a_new_one()
    {
        var first = Lock("a: {}, b: {}, c: {}");
        var second = Lock("a: {}, c: {}, d: {}", first);
        second.ShouldEndWith("      a: 1\n      b: 2\n      c: 3\n      d: 4\n");
        Lock("d: {}, b: {}", second).ShouldBe(second);
    }

    [Test]
    public void An_address_of_the_lock_is_handed_out_again_only_when_no_other_is_left()
    {
        var many = string.Join(", ", Enumerable.Range(0, 98).Select(i => $"m{i:00}: {{}}"));
        var first = Lock($"gone: {{}}, {many}");
        first.ShouldContain("      gone: 1\n");
        var second = Lock($"late: {{}}, {many}", first);
        second.ShouldContain("      late: 1\n");
        second.ShouldNotContain("gone");
    }

    [Test]
    public void A_machine_keeps_its_address_and_its_ports_under_another_name()
    {
        const string Ports = "ports: { ssh: auto }";
        var first = Lock($"a: {{ {Ports} }}, b: {{ {Ports} }}");
        var second = Lock($"a: {{ {Ports} }}, z: {{ was: b, {Ports} }}", first);

        second.ShouldBe(first.Replace("b:", "z:", StringComparison.Ordinal));
        Lock($"a: {{ {Ports} }}, z: {{ was: b, {Ports} }}", second).ShouldBe(second);
        Lock($"a: {{ {Ports} }}, z: {{ {Ports} }}", second).ShouldBe(second);
    }

    [Test]
    public void One_that_has_an_address_by_its_new_name_keeps_that()
    {
        var both = Lock("a: {}, b: {}");

        Lock("b: { was: a }", both).ShouldBe(both);
    }

    [Test]
    public void A_domain_keeps_its_subnet_and_its_addresses_under_another_name()
    {
        const string Machines = "trust_level: admin, machines: { b: {}, c: {} }";
        var first = File("infra.lock.yml", $"{ZonedHead}  a: {{ trust_level: admin }}\n  z: {{ {Machines} }}\n");
        var second = File("infra.lock.yml", $"{ZonedHead}  a: {{ trust_level: admin }}\n  x: {{ was: z, {Machines} }}\n", first);

        second.ShouldBe(first.Replace("  z:", "  x:", StringComparison.Ordinal));
        File("infra.lock.yml", $"{ZonedHead}  x: {{ was: z, {Machines} }}\n", second).ShouldContain("      b: 1\n      c: 2\n");
    }

    [Test]
    public void A_machine_that_comes_from_another_domain_leaves_its_address_and_takes_its_ports_along()
    {
        const string Ports = "ports: { ssh: auto }";
        var first = File("infra.lock.yml", $"{Head}  a: {{ subnet_id: 1, machines: {{ x: {{}}, b: {{ {Ports} }} }} }}\n");
        var second = File(
            "infra.lock.yml",
            $"{Head}  a: {{ subnet_id: 1, machines: {{ x: {{}} }} }}\n"
                + $"  c: {{ subnet_id: 2, machines: {{ z: {{ was: a/b, {Ports} }} }} }}\n",
            first);

        second.ShouldContain("      b: 2\n");
        second.ShouldContain("      z: 1\n");
        second.ShouldContain("  z:\n    ssh: 30000\n");
    }

    [Test]
    public void A_fixed_address_takes_one_that_only_a_gone_machine_had()
    {
        var first = Lock("a: {}, b: {}");
        Lock("a: {}, c: { ip: 10.1.1.2 }", first).ShouldEndWith("    machines:\n      a: 1\n");
    }

    [Test]
    public void A_fixed_address_that_the_lock_gave_to_another_machine_is_refused_and_both_places_are_named()
    {
        var fault = Fault(
            Home.Replace("MACHINES", "a: {}, b: { ip: 10.1.1.1 }", StringComparison.Ordinal), Lock("a: {}"));
        fault.ToString().ShouldStartWith(
            "infra.yml(4,53): error INFRA2206: Machine 'b': IP 10.1.1.1 is already assigned to 'a' (infra.lock.yml line 11).");
    }

    [Test]
    public void A_fixed_subnet_that_the_lock_gave_to_another_domain_is_refused_and_both_places_are_named()
    {
        var old = File("infra.lock.yml", ZonedHead + "  home: { trust_level: admin }\n");
        Codes(ZonedHead + "  home: { trust_level: admin }\n  work: { trust_level: admin, subnet_id: 0 }\n", old)
            .ShouldBe(["INFRA2205 5:42"]);
    }

    [Test]
    public void A_lock_that_gives_one_number_twice_is_refused_at_its_line()
    {
        const string Twice = """
            version: 1
            domains:
              home:
                trust_level: admin
                subnet_id: 3
                machines: { a: 1, b: 1 }
              work:
                trust_level: admin
                subnet_id: 3
            """;
        var faults = Compile(ZonedHead + "  home: { trust_level: admin }\n", Twice).Diagnostics;
        faults.Select(f => $"{f.Location.File} {f.Code} {f.Location.Line}")
            .ShouldBe(["infra.lock.yml INFRA2207 6", "infra.lock.yml INFRA2207 9"]);
    }

    [Test]
    public void A_merge_conflict_in_the_lock_stops_the_build_and_writes_nothing()
    {
        var compilation = Compile(
            Home.Replace("MACHINES", "a: {}", StringComparison.Ordinal),
            "version: 1\ndomains:\n<<<<<<< HEAD\n  home: {}\n=======\n>>>>>>> theirs\n");
        compilation.Succeeded.ShouldBeFalse();
        compilation.Files.ShouldBeEmpty();
        compilation.Diagnostics.ShouldAllBe(d => d.Location.File == "infra.lock.yml");
    }

    [Test]
    public void A_domain_that_moves_to_another_trust_level_moves_alone()
    {
        var old = File("infra.lock.yml", ZonedHead + "  a: { trust_level: admin }\n  b: { trust_level: admin }\n");
        File("infra.lock.yml", ZonedHead + "  a: { trust_level: trusted }\n  b: { trust_level: admin }\n", old)
            .ShouldEndWith("  a:\n    trust_level: trusted\n    subnet_id: 0\n  b:\n    trust_level: admin\n    subnet_id: 1\n");
    }

    [Test]
    public void A_disabled_domain_keeps_its_addresses()
    {
        var first = Lock("a: {}");
        File("infra.lock.yml", Home.Replace("subnet_id: 1", "subnet_id: 1, enabled: false", StringComparison.Ordinal)
            .Replace("MACHINES", "a: {}", StringComparison.Ordinal), first).ShouldBe(first);
    }

    [TestCase("old: {}")]
    [TestCase("old: {machines: {}}")]
    public void An_entry_that_holds_no_number_goes(string entry) =>
        Lock("a: {}", $"version: 1\ndomains:\n  {entry}\n").ShouldBe(Lock("a: {}"));

    private static string Lock(string machines, string? old = null) =>
        File("infra.lock.yml", Home.Replace("MACHINES", machines, StringComparison.Ordinal), old);
}
