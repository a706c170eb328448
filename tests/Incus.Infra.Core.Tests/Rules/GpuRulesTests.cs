using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

public sealed class GpuRulesTests
{
    [Test]
    public void One_machine_of_the_whole_file_may_have_the_GPU_unless_it_is_shared()
    {
        const string Text = """
            project_name: test
            global: { base_subnet: "10.1", default_os_image: i, gpu_policy: POLICY }
            domains:
              home:
                subnet_id: 1
                profiles: { gpu: { devices: { card: { type: gpu } } } }
                machines:
                  a: { gpu: true }
                  b: { profiles: [gpu] }
                  c: { devices: { card: { type: gpu } } }
                  d: { gpu: false }
              off: { subnet_id: 2, enabled: false, machines: { e: { gpu: true } } }
              work: { subnet_id: 3, machines: { f: { gpu: true } } }
            """;
        Codes(Text.Replace("POLICY", "exclusive", StringComparison.Ordinal))
            .ShouldBe(["INFRA2401 9:23", "INFRA2401 10:23", "INFRA2401 13:47"]);
        Codes(Text.Replace("POLICY", "shared", StringComparison.Ordinal))
            .ShouldBe(["INFRA2402 9:23", "INFRA2402 10:23", "INFRA2402 13:47"]);
    }

    [Test]
    public void The_profile_that_every_machine_has_counts_and_a_device_that_a_machine_takes_away_does_not() => Codes(Head + """
          home:
            subnet_id: 1
            profiles: { default: { devices: { card: { type: gpu } } } }
            machines:
              a: {}
              b: { devices: { card: { type: none } } }
              c: {}
        """).ShouldBe(["INFRA2401 10:7"]);

    [TestCase("{ pci: 01:00.0 }", "{ pci: 02:00.0 }", false)]
    [TestCase("{ pci: 0A:00.0 }", "{ pci: 0000:0a:00.0 }", true)]
    [TestCase("{ pci: 01:00.0 }", "{ id: 1 }", true)]
    [TestCase("{ id: 0 }", "{ id: 1 }", false)]
    [TestCase("{ vendorid: 10de }", "{ vendorid: 1002 }", false)]
    [TestCase("{ vendorid: 10de, productid: 2684 }", "{ vendorid: 10de }", true)]
    [TestCase("{ gputype: mig, mig.gi: 1, mig.ci: 0 }", "{ gputype: mig, mig.gi: 2, mig.ci: 0 }", false)]
    [TestCase("{ gputype: mig, mig.gi: 1, mig.ci: 0 }", "{ gputype: mig, mig.gi: 1, mig.ci: 1 }", true)]
    [TestCase("{}", "{ pci: 02:00.0 }", true)]
    public void Machines_that_name_different_cards_share_none(string one, string other, bool shared)
    {
        static string Device(string options) => options.Replace("{", "{ card: { type: gpu,", StringComparison.Ordinal) + " }";
        Codes($$"""
            {{Head}}  home:
                subnet_id: 1
                machines:
                  a: { config: { nvidia.runtime: true }, devices: {{Device(one)}} }
                  b: { config: { nvidia.runtime: true }, devices: {{Device(other)}} }
            """).Select(c => c.Split(' ')[0]).ShouldBe(shared ? ["INFRA2401"] : []);
    }

    [Test]
    public void Virtual_cards_of_one_card_are_not_shared() => Codes(Head + """
          home:
            subnet_id: 1
            machines:
              a: { type: vm, devices: { card: { type: gpu, gputype: mdev, mdev: i915-GVTg_V5_4 } } }
              b: { type: vm, devices: { card: { type: gpu, gputype: sriov } } }
        """).ShouldBeEmpty();

    [TestCase("pci: 0000:01:00", "INFRA2403 8:46")]
    [TestCase("pci: \"0000:01:00.0\\n\"", "INFRA2403 8:46")]
    [TestCase("vendorid: 10DE", "INFRA2403 8:51")]
    [TestCase("productid: 0x2684", "INFRA2403 8:52")]
    [TestCase("id: card0", "INFRA2403 8:45")]
    [TestCase("mode: \"0888\"", "INFRA2403 8:47")]
    [TestCase("gid: -1", "INFRA2403 8:46")]
    [TestCase("gid: 105, mode: 0660")]
    [TestCase("pci: 0000:01:00.0, vendorid: 10de", "INFRA2404 8:60")]
    [TestCase("productid: 2684, id: 0", "INFRA2404 8:41")]
    [TestCase("vendorid: 10de, productid: 2684")]
    [TestCase("required: false", "INFRA2310 8:41")]
    [TestCase("gputype: mig", "INFRA2405 8:25", "INFRA2407 8:25")]
    [TestCase("gputype: mig, mig.gi: 256, mig.ci: 0", "INFRA2407 8:25", "INFRA2403 8:63")]
    [TestCase("gputype: mig, mig.gi: \" 1\", mig.ci: +0", "INFRA2407 8:25", "INFRA2403 8:63", "INFRA2403 8:77")]
    [TestCase("gputype: mig, mig.uuid: MIG-74c6a31a-fde5-5c61-973b-70e12346c202, mig.gi: 1", "INFRA2407 8:25", "INFRA2404 8:107")]
    [TestCase("gputype: mig, mig.uuid: MIG-1", "INFRA2407 8:25", "INFRA2403 8:65")]
    [TestCase("gputype: mdev", "INFRA2405 8:25", "INFRA2406 8:25")]
    [TestCase("gputype: sriov", "INFRA2406 8:25")]
    [TestCase("gputype: native-context", "INFRA2406 8:25")]
    [TestCase("nvidia.clique: 1, user.note: x")]
    public void A_GPU_says_which_card_in_one_way_and_with_options_of_its_type(
        string options, params string[] expected) => Codes(Head + $$"""
          home:
            subnet_id: 1
            machines:

              web: { devices: { d: { type: gpu, {{options}} } } }
        """).ShouldBe(expected);

    [Test]
    public void A_profile_is_checked_by_itself_and_again_for_the_machine_that_uses_it() => Codes(Head + """
          home:
            subnet_id: 1
            profiles:
              slice: { devices: { card: { type: gpu, gputype: mig, mig.gi: 1, mig.ci: 0 } } }
              runtime: { config: { nvidia.runtime: true } }
              render: { devices: { card: { type: gpu, gid: 105, pci: bad } } }
            machines:
              a: { profiles: [default, slice, runtime] }
              b: { profiles: [default, slice] }
              c: { type: vm, profiles: [default, render] }
              d: { type: vm, profiles: [default, slice] }
        """).ShouldBe(
        [
            "INFRA2403 9:62", "INFRA2401 12:32", "INFRA2407 12:32", "INFRA2401 13:42", "INFRA2406 13:42",
            "INFRA2401 14:42", "INFRA2406 14:42",
        ]);

    [TestCase("devices: { gpu: { type: unix-char, path: /dev/kfd } }", "INFRA2408 8:19")]
    [TestCase("storage_volumes: { gpu: { path: /models } }", "INFRA2408 8:19")]
    [TestCase("devices: { gpu: { type: gpu } }")]
    public void The_device_that_gpu_true_adds_takes_the_place_of_no_other(
        string field, params string[] expected) => Codes(Head + $$"""
          home:
            subnet_id: 1
            machines:

              web: { gpu: true, {{field}} }
        """).ShouldBe(expected);
}
