using Incus.Infra.Core.Isolation;
using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Isolation;

/// <summary>Which connections Verify tries, what it expects of each, and what it says of the answers.</summary>
internal sealed class FlowPlanTests
{
    private const string Domains = """
          work: { subnet_id: 1, machines: { w1: {}, w2: {}, w3: {} } }
          lab: { subnet_id: 2, machines: { l1: {}, l2: {} } }
          off: { subnet_id: 3, enabled: false, machines: { o1: {} } }

        """;

    private const string Policies = """
        network_policies:
          - { from: work, to: lab, ports: [8080] }
          - { from: l1, to: w2, protocol: udp, ports: [47808] }

        """;

    [Test]
    public void Each_two_domains_are_tried_with_the_ports_of_their_policies_one_more_and_a_ping()
    {
        var flows = Flows(Domains + Policies);

        flows.Where(f => f.StartsWith("w1 ") && !f.Contains(" l2 ")).ShouldBe(
        [
            "w1 -> l1 tcp 8080 open", "w1 -> l1 tcp 47807 closed", "w1 -> l1 udp 47808 closed", "w1 -> l1 udp 47807 closed",
            "w1 -> l1 icmp closed", "w1 -> gateway of work icmp open", "w1 -> gateway of lab icmp closed",
        ]);
        flows.ShouldContain("l1 -> w2 udp 47808 open");
        flows.ShouldContain("l1 -> w1 udp 47808 closed");
        flows.ShouldContain("l1 -> w2 tcp 8080 closed");
    }

    [Test]
    public void A_policy_for_all_ports_opens_the_port_that_none_names_and_one_for_every_protocol_the_ping() =>
        Flows(Domains + "network_policies: [{ from: work, to: lab }, { from: lab, to: work, protocol: tcp }]\n")
            .Where(f => f.Contains(" -> l1 ") || f.Contains(" -> w1 "))
            .ShouldBe(
            [
                "w1 -> l1 tcp 47808 open", "w1 -> l1 udp 47808 open", "w1 -> l1 icmp open",
                "l1 -> w1 tcp 47808 open", "l1 -> w1 udp 47808 closed", "l1 -> w1 icmp closed",
            ]);

    [Test]
    public void Machines_of_policies_speak_and_one_more_of_each_domain_that_runs()
    {
        var plan = Plan(Domains + Policies);

        plan.Chosen(_ => true).Select(m => m.Name).ShouldBe(["w2", "w1", "l1", "l2"]);
        plan.Chosen(m => m.Name is "w3").Select(m => m.Name).ShouldBe(["w2", "w3", "l1"]);
        Plan(Domains).Chosen(_ => false).Select(m => m.Name).ShouldBe(["w1", "l1"]);
    }

    [Test]
    public void A_limit_leaves_what_begins_or_ends_there()
    {
        var plan = Plan(Domains);
        var flows = plan.Between(plan.Chosen(_ => true));

        flows.Where(f => f.IsIn(new HashSet<string> { "l1" })).ShouldAllBe(f => f.From.Name == "l1" || f.To.Name == "l1");
    }

    [Test]
    public void What_is_not_as_declared_is_told_at_its_place_and_what_was_not_tried_is_never_right()
    {
        var plan = Plan(Domains + Policies);
        var machines = plan.Chosen(_ => true);
        var flows = plan.Between(machines).Select(f => new ProbedFlow(f, Answer(f))).ToList();
        var report = new FlowReport(flows, [(machines[^1], "it does not run")]);

        report.Diagnostics.Select(d => $"{d.Code} {d.Location.Line} {d.Message.Split(". ")[0]}").ShouldBe(
        [
            "INFRA4051 4 'w1' reaches l1 by tcp 47807, and no policy allows that",
            "INFRA4052 9 'l1' does not reach w2 by udp 47808, which is allowed",
            "INFRA4056 5 What 'l2' reaches, and who reaches it, is not proven: it does not run.",
        ]);
        var lines = report.ToText().Split('\n');
        lines[0].ShouldBe(
            $"{flows.Count(f => f.IsRight)} of {flows.Count} connections are as declared, "
            + $"{flows.Count(f => f.IsOpen is null)} not probed");
        lines.ShouldContain(
            "w1 -> l1  open: tcp 8080; OPEN, AND NO POLICY ALLOWS IT: tcp 47807; closed: udp 47808, udp 47807, icmp");
        lines.ShouldContain(
            "l1 -> w2  closed: tcp 8080, tcp 47807, udp 47807, icmp; CLOSED, AND A POLICY ALLOWS IT: udp 47808");
        lines.ShouldContain("w1 -> l2  not probed: tcp 8080, tcp 47807, udp 47808, udp 47807, icmp");
        report.ToJson().ShouldSatisfyAllConditions(
            json => json.ShouldContain("\"as_declared\": false"),
            json => json.ShouldContain("\"found\": \"not probed\""));

        static bool? Answer(ExpectedFlow flow) =>
            flow.From.Name == "l2" || flow.To.Name == "l2" ? null
            : $"{flow.From.Name} -> {flow.To.Name} {flow.Traffic}" switch
            {
                "w1 -> l1 tcp 47807" => true,
                "l1 -> w2 udp 47808" => false,
                _ => flow.IsOpen,
            };
    }

    private static List<string> Flows(string infra)
    {
        var plan = Plan(infra);
        return
        [
            .. plan.Between(plan.Chosen(_ => true))
                .Select(f => $"{f.From.Name} -> {f.To.Name} {f.Traffic} {(f.IsOpen ? "open" : "closed")}"),
        ];
    }

    private static FlowPlan Plan(string infra)
    {
        var compilation = Compile(Head + infra);
        return new FlowPlan(compilation.Infrastructure!, compilation.Addresses!);
    }
}
