using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

public sealed class VolumeRulesTests
{
    [Test]
    public void Two_machines_do_not_share_a_volume_by_their_names_and_the_message_names_both_places()
    {
        var fault = Fault(Machines(
            "a: { storage_volumes: { b-c: { path: /x } } }",
            "a-b: { storage_volumes: { c: { path: /x } } }"));

        fault.ToString().ShouldStartWith(
            "infra.yml(8,33): error INFRA2325: Machine 'a-b': volume 'c' would be 'a-b-c' in Incus, "
            + "like a volume of 'a' (line 7).");
    }

    [TestCase("a-b: { storage_volumes: { c: { path: /x } } }", "a: { storage_volumes: { b-c: { path: /x } } }", "INFRA2325 8:31")]
    [TestCase("a: { storage_volumes: { b-c: { path: /x, pool: fast } } }", "a-b: { storage_volumes: { c: { path: /x } } }",
        "INFRA2325 8:33")]
    [TestCase("a: { storage_volumes: { b-c-d: { path: /x } } }", "a-b-c: { storage_volumes: { d: { path: /x } } }",
        "INFRA2325 8:35")]
    [TestCase("a: { storage_volumes: { c: { path: /x } } }", "b: { storage_volumes: { c: { path: /x } } }", null)]
    [TestCase("a: { storage_volumes: { b.c: { path: /x } } }", "a-b: { storage_volumes: { c: { path: /x } } }", null)]
    public void What_volumes_are_called_in_Incus_is_compared(string first, string second, string? expected) =>
        Codes(Machines(first, second)).ShouldBe(expected is null ? [] : [expected]);

    [Test]
    public void Each_domain_has_volumes_of_its_own() => Codes(Head + """
          lab: { subnet_id: 1, machines: { a: { storage_volumes: { b-c: { path: /x } } } } }
          office: { subnet_id: 2, machines: { a-b: { storage_volumes: { c: { path: /x } } } } }
        """).ShouldBeEmpty();

    [TestCase(30, 33)]
    [TestCase(31, 33, "INFRA2326 7:61")]
    public void The_name_of_a_volume_in_Incus_has_64_characters_at_most(int machine, int volume, params string[] expected) =>
        Codes(Machines($"{new string('m', machine)}: {{ storage_volumes: {{ {new string('v', volume)}: {{ path: /x }} }} }}"))
            .ShouldBe(expected);

    [TestCase("-")]
    [TestCase("_")]
    [TestCase(".")]
    public void A_name_that_Incus_7_refuses_at_its_end_is_refused(string end)
    {
        Codes($"{Head}  lab: {{ subnet_id: 1, profiles: {{ \"x{end}\": {{}} }} }}\n").ShouldBe(["INFRA2001 4:36"]);
        Codes(Machine($"devices: {{\"x{end}\": {{type: usb}}}}")).ShouldBe(["INFRA2001 7:17"]);
        Codes(Machine($"storage_volumes: {{\"x{end}\": {{path: /x}}}}")).ShouldBe(["INFRA2001 7:25"]);
        Codes(Machine($"storage_volumes: {{x: {{path: /x, pool: \"x{end}\"}}}}")).ShouldBeEmpty();
    }

    private static string Machines(params string[] machines) =>
        $"{Head}  lab:\n    subnet_id: 1\n    machines:\n{string.Concat(machines.Select(m => $"      {m}\n"))}";
}
