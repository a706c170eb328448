using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Isolation;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>Network policies: they name what exists, and each has an effect that no other has.</summary>
internal sealed class PolicyRules(Infrastructure infra, Policies policies, DiagnosticBag diagnostics)
{
    private const string Section = "network_policies";

    // What one policy is compared with: bounds the work for a hostile file.
    private const int MostComparisons = 200;

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

            if (policies.FlowsOf(policy).FirstOrDefault() is { } flow)
            {
                CheckEnds(policy, flow);
            }
        }

        CheckCovered(policies.Flows);
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
        ?? (diagnostics.IsFull ? null : Suggestion.For(name, policies.Names));

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
        else if (from.Domain == to.Domain)
        {
            diagnostics.Add(RuleDiagnostics.PolicyWithinDomain(policy.To!.Value.At, from.Domain!.Name.Value));
        }
    }

    // A policy is covered if each of its flows is: by a wider one, or by an equal one above it, or by its domain's outside.
    private void CheckCovered(IReadOnlyList<Flow> flows)
    {
        var between = flows.ToLookup(f => (Place(f.From), Place(f.To)));
        foreach (var own in flows.GroupBy(f => f.Policy))
        {
            var covers = own.Select(flow => CoverOf(flow, between[(Place(flow.From), Place(flow.To))])).ToList();
            if (covers.TrueForAll(c => c is not null))
            {
                diagnostics.Add(RuleDiagnostics.PolicyCovered(own.Key.At, covers[0]!));
            }
        }
    }

    private string? CoverOf(Flow flow, IEnumerable<Flow> others)
    {
        if (flow is { From.Domain: { } domain, To.Outside: { } outside }
            && policies.Ranges.Of(domain.Outside)?.Covers(outside) == true)
        {
            return $"what '{domain.Name.Value}' may open outside";
        }

        return others.Take(MostComparisons).FirstOrDefault(other => other.Policy != flow.Policy
            && other.Covers(flow)
            && (!flow.Covers(other) || IsAbove(other.Policy.At, flow.Policy.At))) is { } cover
                ? $"the policy on line {cover.Policy.At.Line}"
                : null;
    }

    private static bool IsAbove(SourceLocation one, SourceLocation other) =>
        (one.Line, one.Column).CompareTo((other.Line, other.Column)) < 0;

    private static string Place(Party party) => party switch
    {
        { Domain: { } domain } => domain.Name.Value,
        { Outside: not null } => NetworkPolicy.Internet,
        _ => NetworkPolicy.Host,
    };
}
