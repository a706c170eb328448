using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

public sealed class ImagePolicyTests
{
    [TestCase("", "", "", false)]
    [TestCase("follow", "", "", true)]
    [TestCase("follow", "pin", "", false)]
    [TestCase("pin", "follow", "", true)]
    [TestCase("", "follow", "pin", false)]
    [TestCase("", "pin", "follow", true)]
    public void A_machine_goes_before_its_domain_and_that_before_all(
        string everywhere, string inDomain, string ofMachine, bool follows) =>
        File("host_vars/web.yml", $$"""
            project_name: test
            global: { base_subnet: "10.100"{{Policy(everywhere)}} }
            domains:
              home: { subnet_id: 1{{Policy(inDomain)}}, machines: { web: { os_image: debian{{Policy(ofMachine)}} } } }
            """).Contains("instance_image_policy: follow\n", StringComparison.Ordinal).ShouldBe(follows);

    [Test]
    public void There_are_two_policies() => Codes(Machine("image_policy: latest")).ShouldBe(["INFRA1053 7:21"]);

    private static string Policy(string policy) => policy.Length == 0 ? "" : $", image_policy: {policy}";
}
