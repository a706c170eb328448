using System.Reflection;
using System.Runtime.Loader;
using Incus.Infra.Core.Tests.Documentation;
using Microsoft.CodeAnalysis.CSharp;
using static Incus.Infra.Core.Tests.CSharp.CompilingCode;

namespace Incus.Infra.Core.Tests.CSharp;

internal sealed class InfraCodeTests
{
    private const string Golden = "tests/Incus.Infra.Core.Tests/CSharp/Infra.g.cs.golden";

    [Test]
    public void The_example_makes_the_expected_code()
    {
        var code = Code(Repository.Read("infra.yml.example"), "Example.App");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(Path.Join(Repository.Root, Golden), code);
        }

        code.ShouldBe(Repository.Read(Golden), $"UPDATE_GOLDEN=1 dotnet test rewrites {Golden}.");
    }

    [TestCase(LanguageVersion.CSharp8)]
    [TestCase(LanguageVersion.Latest)]
    [TestCase(LanguageVersion.Preview)]
    public void The_code_compiles_without_a_warning_in_every_version_of_the_language(LanguageVersion version) =>
        CSharpCompiler.Faults(version, Repository.Read(Golden)).ShouldBeEmpty();

    [Test]
    public void Code_that_uses_a_machine_no_longer_compiles_when_infra_yml_lost_it()
    {
        const string use = "class Use { const string Address = Lab.Infra.Machines.Db.Address; }";

        CSharpCompiler.Faults(LanguageVersion.Latest, Code(("home", ["web", "db"])), use).ShouldBeEmpty();
        CSharpCompiler.Faults(LanguageVersion.Latest, Code(("home", ["web"])), use)
            .ShouldHaveSingleItem().ShouldContain("error CS0117: 'Infra.Machines' does not contain a definition for 'Db'");
    }

    [TestCase("web", "Web")]
    [TestCase("web-db", "WebDb")]
    [TestCase("web1", "Web1")]
    [TestCase("web-1", "Web_1")]
    [TestCase("a--b", "A_B")]
    [TestCase("class", "Class")]
    [TestCase("system", "System")]
    [TestCase("name", "Name_")]
    [TestCase("machines", "Machines_")]
    [TestCase("to-string", "ToString_")]
    public void A_machine_has_an_identifier_that_no_other_machine_changes(string machine, string identifier)
    {
        Code(("home", [machine])).ShouldContain($"        public static class {identifier}\n");
        Code(("home", ["web1x", "web-1x", machine, "name-x"])).ShouldContain($"        public static class {identifier}\n");
    }

    [TestCase("", "")]
    [TestCase("My.App", "namespace My.App\n")]
    [TestCase("my-infra tests", "namespace my_infra_tests\n")]
    [TestCase("1st.class..void", "namespace _1st.@class.@void\n")]
    [TestCase("Zürich.基盤", "namespace Zürich.基盤\n")]
    [TestCase("A{}; class B", "namespace A____class_B\n")]
    public void Any_text_makes_a_namespace(string text, string line)
    {
        var code = Code(Compiling.Minimal, text);

        code.Contains("namespace ", StringComparison.Ordinal).ShouldBe(line.Length > 0);
        code.ShouldContain(line);
        CSharpCompiler.Faults(LanguageVersion.CSharp8, code).ShouldBeEmpty();
    }

    [Test]
    public void Profiles_whose_names_differ_in_signs_only_are_told_apart_by_a_hash()
    {
        var code = Code(Compiling.Head + "  home:\n    subnet_id: 0\n    profiles: { a.b: {}, a-b: {}, a_b: {}, home: {} }\n");

        code.Split('\n').Where(l => l.StartsWith("                public static class ", StringComparison.Ordinal))
            .Select(l => l.Split(' ')[^1])
            .ShouldBe(["AB_2e7336dc_", "AB", "AB_648fa9b3_", "Home_"], ignoreOrder: true);
        CSharpCompiler.Faults(LanguageVersion.CSharp8, code).ShouldBeEmpty();
    }

    [Test]
    public void A_disabled_domain_is_not_in_the_code() =>
        Code(Compiling.Head + "  home: {subnet_id: 0, enabled: false, machines: {web: {}}}\n").ShouldNotContain("\"web\"");

    [Test]
    public void Collections_hold_the_machines_by_domain_and_by_role()
    {
        var code = Code(Compiling.Head + """
              a:
                subnet_id: 1
                machines: { web: {roles: [nginx, base, nginx]}, db: {type: vm, roles: [base]} }
              b: {subnet_id: 2}

            """);
        var context = new AssemblyLoadContext(name: null, isCollectible: true);
        var machines = CSharpCompiler.Load(context, LanguageVersion.CSharp8, code).GetType("Lab.Infra+Machines")!;

        Texts(machines, "All").ShouldBe("web db");
        Texts(machines, "ByDomain", "a").ShouldBe("web db");
        Texts(machines, "ByDomain", "b").ShouldBe("");
        Texts(machines, "ByRole", "nginx").ShouldBe("web");
        Texts(machines, "ByRole", "base").ShouldBe("web db");
        Texts(machines, "ByRole", "of no machine").ShouldBe("");
        context.Unload();
    }

    [Test]
    public void A_description_is_text_in_the_comment_and_in_the_constant_whatever_it_holds()
    {
        var code = Code(Compiling.Machine("""description: "</summary> ]]> & \"*/ \u2028 int i = 1; \u202E \\ \n\nsecond" """));

        CSharpCompiler.Faults(LanguageVersion.CSharp8, code).ShouldBeEmpty();
        code.ShouldContain(
            "/// <summary>&lt;/summary&gt; ]]&gt; &amp; \"*/\n"
            + "            /// int i = 1; \uFFFD \\\n"
            + "            /// second</summary>\n");
        code.ShouldContain("""Description = "</summary> ]]> & \"*/ \u2028 int i = 1; \u202e \\ \u000a\u000asecond";""");
    }

    private static string Texts(Type type, string property, string? key = null)
    {
        var value = type.GetProperty(property, BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
        value = key is null ? value : value.GetType().GetProperty("Item")!.GetValue(value, [key])!;
        return string.Join(' ', (IEnumerable<object>)value);
    }
}
