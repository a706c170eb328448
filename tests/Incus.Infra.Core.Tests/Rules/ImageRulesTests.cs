using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

public sealed class ImageRulesTests
{
    [Test]
    public void An_image_and_a_machine_of_it_are_no_fault() => Codes(With("base: { from: images:debian/13 }")).ShouldBeEmpty();

    [Test]
    public void It_says_what_it_is_made_of() => Codes(With("base: { roles: [] }")).ShouldBe(["INFRA1054 6:9"]);

    [Test]
    public void The_names_of_what_builds_it_are_free() => Codes(Head + """
          home: { subnet_id: 1, machines: { base: {} } }
          images: { subnet_id: 2 }
        images:
          base: { from: images:debian/13 }
          images: { from: images:debian/13 }
          default: { from: images:debian/13 }
        """).ShouldBe(["INFRA2685 5:3", "INFRA2686 7:3", "INFRA2685 8:3", "INFRA2002 9:3"], ignoreOrder: true);

    [Test]
    public void A_domain_of_that_name_is_no_fault_without_images() =>
        Codes(Head + "  images: { subnet_id: 2 }\n").ShouldBeEmpty();

    [Test]
    public void Machines_and_images_are_made_of_those_of_their_type() => Codes(With("""
        base: { from: images:debian/13, type: vm }
          more: { from: base }
          most: { from: base, type: vm }
        """)).ShouldBe(["INFRA2687 4:54", "INFRA2687 7:17"]);

    [Test]
    public void Images_that_are_made_of_each_other_are_told_once() => Codes(With("""
        base: { from: more }
          more: { from: base }
          own: { from: own }
        """)).ShouldBe(["INFRA2688 7:17", "INFRA2688 8:16"]);

    [Test]
    public void A_machine_on_a_remote_is_made_of_none() => Codes(Head + """
          home: { subnet_id: 1, remote: lab, machines: { web: { os_image: base } } }
        images: { base: { from: images:debian/13 } }
        """).ShouldBe(["INFRA2689 4:67"]);

    [Test]
    public void What_is_done_in_it_is_checked_as_in_a_machine()
    {
        var fault = Fault(With("""
            base:
                from: images:debian/13
                provision:
                  - { name: one, apt: { packages: [jq] } }
                  - { name: one, apt: { packages: [git] } }
            """));

        fault.Message.ShouldStartWith("Image 'base'");
        Codes(With("base: { from: debian/13, vars: { instance_ip: x } }")).ShouldBe(["INFRA2621 6:17", "INFRA2316 6:36"]);
    }

    [TestCase("global: { addressing: {} }", "")]
    [TestCase("global: { base_subnet: \"10.1\" }", "subnet_id: 0")]
    public void The_machines_that_images_are_built_in_get_a_subnet_that_no_domain_has(string global, string id)
    {
        var text = $$"""
            project_name: test
            {{global}}
            images: { base: { from: images:debian/13 } }
            domains:
              home: { {{id}} }
            """;

        var first = Compile(text);
        var addresses = first.Addresses!.Domains["images"];
        addresses.Subnet.ShouldNotBe(first.Addresses!.Domains["home"].Subnet);
        first.TextOf("infra.lock.yml").ShouldContain("images:");
        first.Files.ShouldNotContain(f => f.Path.Contains("images"));

        var more = Compile(
            text.Replace("  home:", "  a: { subnet_id: 7, trust_level: admin }\n  home:", StringComparison.Ordinal),
            first.TextOf("infra.lock.yml"));
        more.Addresses!.Domains["images"].Subnet.ShouldBe(addresses.Subnet);
    }

    [Test]
    public void The_tree_names_images_and_their_collections()
    {
        var compilation = Compile(With("base: { from: images:debian/13, roles: [a.b.c] }"));

        compilation.TextOf("group_vars/all.yml").ShouldContain("infra_images:\n  - name: base\n    type: lxc\n");
        compilation.TextOf("requirements.yml").ShouldContain("- name: a.b\n");
        compilation.TextOf("host_vars/web.yml").ShouldContain("instance_os_image: base\n");
    }

    // Images from line 6, those of the first at column 3.
    private static string With(string images) => Head + $$"""
          home: { subnet_id: 1, machines: { web: { os_image: base } } }
        images:
          {{images}}

        """;
}
