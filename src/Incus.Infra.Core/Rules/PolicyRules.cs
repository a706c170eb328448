using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Isolation;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>Network policies: they name what exists, and each has an effect that no other has.</summary>
internal sealed class PolicyRules(Infrastructure infra, Policies policies, DiagnosticBag diagnostics)
{
    private const string Section = "network_policies";

    // What one policy is compared with: bounds the work for a hostile file.
    private const int MostComparisons = 100;

    public static void Check(Infrastructure infra, Policies policies, DiagnosticBag diagnostics) =>
        new PolicyRules(infra, policies, diagnostics).Check();

    private void Check()
    {
        foreach (var policy in infra.NetworkPolicies)
        {
            CheckEnd(policy.From);
            CheckEnd(policy.To);
            if (policy is { PortsAt: { } ports, Traffic.Protocol: "icmp" })
            {
                diagnostics.Add(RuleDiagnostics.PortsOfIcmp(ports));
            }

            if (infra.Global.ClusterLink is not null
                && policy is { PortsAt: { } list, Traffic: { Protocol: "udp", Ports: { } numbers } }
                && numbers.Contains(Tunnel.Port))
            {
                diagnostics.Add(RuleDiagnostics.PortOfTunnels(list, Tunnel.Port));
            }

            if (policies.FlowsOf(policy).FirstOrDefault() is { } flow)
            {
                CheckEnds(policy, flow);
            }
        }

        if (policies.IsTooMany)
        {
            diagnostics.Add(RuleDiagnostics.TooManyFlows(policies.Declared[0].Policy.At, Policies.MostFlows));
        }

        CheckCovered();
    }

    private void CheckEnd(Located<string>? end)
    {
        if (end is not { } name)
        {
            return;
        }

        switch (policies.Find(name.Value))
        {
            case null:
                diagnostics.Add(RuleDiagnostics.UnknownParty(
                    name.At, Section, name.Value, "a domain, a machine, host, internet or an IPv4 network", Nearest(name.Value)));
                break;
            case { Domain.Enabled: false }:
                diagnostics.Add(RuleDiagnostics.DisabledParty(name.At, Section, name.Value));
                break;
            case { Outside.IsEmpty: true }:
                diagnostics.Add(RuleDiagnostics.NetworkOfDomains(name.At, name.Value));
                break;
        }
    }

    // A network with the address of a host in it is near to the network itself.
    private string? Nearest(string name) => AddressSet.Parse(name)?.ToString()
        ?? (diagnostics.IsFull ? null : infra.NewNameOf(name) ?? Suggestion.For(name, policies.Names));

    private void CheckEnds(NetworkPolicy policy, Flow flow)
    {
        var (from, to) = (flow.From, flow.To);
        if (policy.BidirectionalAt is { } both && (from.IsHost || to.IsHost))
        {
            diagnostics.Add(RuleDiagnostics.HostBothWays(both, from.IsHost ? to.Name : from.Name));
        }
        else if (from.IsHost)
        {
            diagnostics.Add(RuleDiagnostics.PolicyFromHost(policy.From!.Value.At));
        }
        else if (from.Domain is null && to.Domain is null)
        {
            diagnostics.Add(RuleDiagnostics.PolicyWithoutDomain(policy.From!.Value.At));
        }
        else if (flow.IsWithinDomain)
        {
            diagnostics.Add(RuleDiagnostics.PolicyWithinDomain(policy.To!.Value.At, from.Domain!.Name.Value));
        }
        else if (flow.IsWithinShared)
        {
            diagnostics.Add(RuleDiagnostics.PolicyWithinShared(policy.To!.Value.At, from.Domain!.NetworkOwner.Value));
        }
    }

    // A policy is covered by what its domain may open outside, by a wider policy, or by an equal one above it.
    private void CheckCovered()
    {
        var needed = policies.Declared.Where(f => !IsOutside(f)).ToLookup(f => f.Policy, ReferenceEqualityComparer.Instance);
        var between = needed.SelectMany(f => f).ToLookup(f => (Place(f.From), Place(f.To)));
        foreach (var policy in policies.Declared.Select(f => f.Policy).DistinctBy(p => p.At))
        {
            if (needed[policy].FirstOrDefault() is not { } first)
            {
                var domain = policies.FlowsOf(policy).First().From.Domain!.Name.Value;
                diagnostics.Add(RuleDiagnostics.PolicyCovered(policy.At, $"the field outside of domain '{domain}'"));
            }
            else if (between[(Place(first.From), Place(first.To))].Take(MostComparisons).Select(f => f.Policy).FirstOrDefault(
                other => !ReferenceEquals(other, policy)
                    && Covers(needed[other], needed[policy])
                    && (IsAbove(other.At, policy.At) || !Covers(needed[policy], needed[other]))) is { } cover)
            {
                diagnostics.Add(RuleDiagnostics.PolicyCovered(policy.At, $"the policy on line {cover.At.Line}"));
            }
        }
    }

    private bool IsOutside(Flow flow) => flow is { From.Domain: { } domain, To.Outside: { } outside }
        && policies.Ranges.Of(domain.Outside)?.Covers(outside) == true;

    private static bool Covers(IEnumerable<Flow> flows, IEnumerable<Flow> others) =>
        others.All(other => flows.Any(flow => flow.Covers(other)));

    private static bool IsAbove(SourceLocation one, SourceLocation other) =>
        (one.Line, one.Column).CompareTo((other.Line, other.Column)) < 0;

    private static string Place(Party party) => party switch
    {
        { Domain: { } domain } => domain.Copy?.Template.Value ?? domain.Name.Value,
        { Outside: not null } => NetworkPolicy.Internet,
        _ => NetworkPolicy.Host,
    };
}
