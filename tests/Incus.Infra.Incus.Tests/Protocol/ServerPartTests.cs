using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Planning;
using Incus.Infra.Incus.Protocol;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Protocol;

/// <summary>Which server is asked for what.</summary>
internal sealed class ServerPartTests
{
    private static readonly RequestTarget Default = new() { Remote = "main" };

    [Test]
    public void Each_server_is_asked_for_its_domains_and_knows_of_the_others() =>
        Of(Request(On("a", null), On("b", "far"), On("c", "main"), On("d", "local"), On("e", ""))).ShouldBe(
            ["main: a, c, e, not b, d", "far: b, not a, c, d, e", "local: d, not a, b, c, e"]);

    [Test]
    public void A_server_without_a_domain_in_the_limit_is_not_asked() =>
        Of(Request(On("a", null), On("b", "far")) with { Scope = new HashSet<string> { "b" } }).ShouldBe(["far: b, not a"]);

    [Test]
    public void Without_domains_the_server_of_the_request_is_asked_for_what_is_left() => Of(Request()).ShouldBe(["main: , not "]);

    [Test]
    public void A_socket_is_for_the_domains_without_a_remote() =>
        ServerPart.Of(Request(On("a", null), On("b", "local")), new RequestTarget { Socket = "/s" })
            .Select(p => p.Name).ShouldBe(["/s", "remote 'local'"]);

    private static IEnumerable<string> Of(EngineRequest request) => ServerPart.Of(request, Default).Select(p =>
        $"{p.Remote ?? "local"}: {string.Join(", ", p.Wanted.Domains.Select(d => d.Name))}, "
        + $"not {string.Join(", ", p.Wanted.Elsewhere)}");

    private static DomainSpec On(string name, string? remote) => Domain(name, 1) with { IncusRemote = remote };
}
