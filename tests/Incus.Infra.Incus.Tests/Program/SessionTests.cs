using System.Text;
using System.Text.Json;
using Incus.Infra.Incus.Protocol;

namespace Incus.Infra.Incus.Tests.Program;

/// <summary>What the program answers where no Incus is needed.</summary>
internal sealed class SessionTests
{
    private const string Net = """{"subnet":"10.1.1.0/24","gateway":"10.1.1.254","dhcp_range":"10.1.1.100-10.1.1.199"}""";

    private const string Head = """{"version":1,"action":"plan","project":"p",""";

    [TestCase("", "does not contain any JSON")]
    [TestCase("null", "empty")]
    [TestCase("""{"version":2,"action":"plan","project":"p","domains":[]}""", "version is 2")]
    [TestCase("""{"version":1,"action":"destroy","project":"p","domains":[]}""", "'destroy'")]
    [TestCase("""{"version":1,"action":"plan","project":"p"}""", "domains")]
    [TestCase(Head + """ "kinds":["images"],"domains":[]}""", "no kind 'images'")]
    [TestCase(Head + """ "options":{"snapshot_before":"soon"},"domains":[]}""", "snapshot_before is 'soon'")]
    [TestCase(Head + """ "options":{"allowReplace":true},"domains":[]}""", "'allowReplace'")]
    [TestCase(Head + """ "domain":[],"domains":[]}""", "'domain'")]
    [TestCase(Head + """ "options":{"parallel":0},"domains":[]}""", "parallel")]
    [TestCase(
        Head + """ "domains":[{"name":"d","incus_project":"d","incus_network_acl":{"name":"n","ingress":[],"egress":[]},"""
        + """ "incus_network":{"name":"n","subnet":"x","gateway":"y","dhcp_range":"z"}}]}""",
        "'x' is no subnet")]
    [TestCase(Head + """ "scope":[null],"domains":[]}""", "one of them is null")]
    [TestCase(Head + """ "domains":[null]}""", "domains[0] has no value")]
    public void A_bad_request_says_what_is_wrong_and_ends_with_2(string request, string expected)
    {
        var (code, result) = Run(request);

        code.ShouldBe(ExitCode.BadRequest);
        result.GetProperty("error").GetProperty("code").GetString().ShouldBe("INFRA4009");
        result.GetProperty("error").GetProperty("message").GetString()!.ShouldContain(expected);
    }

    [TestCase("""{"subnet":"fd00::/64","gateway":"fd00::1","dhcp_range":""}""", "{}", "[]",
        "Domain 'home': incus_network.subnet: 'fd00::/64' is no subnet of IPv4.")]
    [TestCase("""{"subnet":"10.1.1.0/25","gateway":"10.1.1.1","dhcp_range":"10.1.1.100-10.1.1.199"}""", "{}", "[]",
        "incus_network.dhcp_range: '10.1.1.100-10.1.1.199' is not two addresses in 10.1.1.0/25")]
    [TestCase("""{"subnet":"10.1.1.0/24","gateway":"10.2.1.1","dhcp_range":""}""", "{}", "[]",
        "Domain 'home': incus_network.gateway: '10.2.1.1' is no address in 10.1.1.0/24.")]
    [TestCase(Net, """{"big":null}""", "[]", "Domain 'home': incus_profiles.big has no value.")]
    [TestCase(Net, """{"big":{"devices":{"d":null}}}""", "[]", "Domain 'home': incus_profiles.big.devices.d has no value.")]
    [TestCase(Net, """{"big":{"config":{"user.infra.domain":"x"}}}""", "[]",
        "Domain 'home': incus_profiles.big.config.user.infra.domain is reserved")]
    [TestCase(Net, "{}", "[null]", "Domain 'home': machines[0] has no value.")]
    [TestCase(Net, "{}", """[{"instance_name":"web","instance_devices":{"d":null}}]""",
        "machine 'web': instance_devices.d has no value.")]
    [TestCase(Net, "{}", """[{"instance_name":"web","instance_devices":{"a":{"b.c":"1"},"a.b":{"c":"2"}}}]""",
        "instance_devices.a.b.c stands twice")]
    [TestCase(Net, "{}", """[{"instance_name":"web","instance_config":{"user.infra.project":"x"}}]""",
        "machine 'web': instance_config.user.infra.project is reserved")]
    [TestCase(Net, "{}", """[{"instance_name":"web","instance_profiles":[null]}]""",
        "instance_profiles has an item without value")]
    [TestCase(Net, "{}", """[{"instance_name":"web","instance_storage_volumes":{"v":null}}]""",
        "instance_storage_volumes.v has no value")]
    [TestCase(Net, "{}", """[{"instance_name":"web","instance_type":"pod"}]""", "instance_type is 'pod'")]
    [TestCase(Net, "{}", """[{"instance_name":"web","instance_snapshots_expiry":"9999y"}]""",
        "instance_snapshots_expiry: '9999y' is no duration")]
    [TestCase(Net, "{}", """[{"instance_name":"web","instance_snapshots_keep":0}]""",
        "instance_snapshots_keep must be at least 1")]
    [TestCase(Net, "{}", """[{"instance_name":"web","instance_snapshots_pre":[[]]}]""",
        "instance_snapshots_pre has a command without a program")]
    public void What_only_the_tree_can_say_wrongly_is_answered_with_its_place(
        string network, string profiles, string machines, string expected)
    {
        var net = network.Replace("{", """{"name":"net-home",""", StringComparison.Ordinal);
        var (code, result) = Run(Head + $$"""
             "domains":[{"name":"home","incus_project":"home","incus_network":{{net}},
             "incus_network_acl":{"name":"net-home","ingress":[],"egress":[]},
             "incus_profiles":{{profiles}},"machines":{{machines}}}]}
            """);

        code.ShouldBe(ExitCode.BadRequest);
        result.GetProperty("error").GetProperty("code").GetString().ShouldBe("INFRA4009");
        result.GetProperty("error").GetProperty("message").GetString()!.ShouldContain(expected);
    }

    [TestCase("/nowhere/at/all/unix.socket", "INFRA4001", "INFRA4002")]
    [TestCase("/tmp/no-such-unix.socket", "INFRA4001", "INFRA4002")]
    [TestCase("/dev/null", "INFRA4002", "INFRA4002")]
    public void Where_nobody_answers_it_says_why_and_ends_with_3(string socket, string notInstalled, string installed)
    {
        var (code, result) = Run(Head + $$""" "target":{"socket":"{{socket}}"},"domains":[]}""");

        code.ShouldBe(ExitCode.IncusUnreachable);
        result.GetProperty("error").GetProperty("code").GetString().ShouldBeOneOf(notInstalled, installed);
    }

    [Test]
    public void An_unknown_remote_is_named()
    {
        var (code, result) = Run(Head + """ "target":{"remote":"no-such-remote"},"domains":[]}""");

        code.ShouldBe(ExitCode.IncusUnreachable);
        result.GetProperty("error").GetProperty("message").GetString()!.ShouldContain("'no-such-remote'");
    }

    [Test]
    public void A_run_that_is_stopped_before_its_request_was_read_says_so()
    {
        var input = new MemoryStream("{"u8.ToArray());
        var stopped = new CancellationToken(canceled: true);

        var (result, code) = new Session(_ => { }).RunAsync(input, stopped).GetAwaiter().GetResult();

        code.ShouldBe(ExitCode.Stopped);
        result.Actions.ShouldBeEmpty();
    }

    [Test]
    public void Booleans_and_numbers_are_read_as_Incus_stores_them()
    {
        var json = Head + """
             "domains":[{"name":"d","incus_project":"d",
             "incus_network":{"name":"n","subnet":"10.1.1.0/24","gateway":"10.1.1.254","dhcp_range":"10.1.1.100-10.1.1.199"},
             "incus_network_acl":{"name":"n","ingress":[{"destination_port":8080}],"egress":[]},
             "machines":[{"instance_name":"m","instance_config":{"a":true,"b":1,"c":"x","d":1.50},
             "instance_boot_autostart":true}]}]}
            """;

        var machine = JsonSerializer.Deserialize(json, ProtocolJson.Default.Request)!.Domains[0].Machines[0];

        machine.InstanceConfig.ShouldBe(Specs.Map(("a", "true"), ("b", "1"), ("c", "x"), ("d", "1.50")));
        machine.InstanceBootAutostart.ShouldBe("true");
        machine.InstanceProfiles.ShouldBe(["default"]);
    }

    private static (ExitCode Code, JsonElement Result) Run(string request)
    {
        var input = new MemoryStream(Encoding.UTF8.GetBytes(request));
        var (result, code) = new Session(_ => { }).RunAsync(input, CancellationToken.None).GetAwaiter().GetResult();
        return (code, JsonSerializer.SerializeToElement(result, ProtocolJson.Default.Result));
    }
}
