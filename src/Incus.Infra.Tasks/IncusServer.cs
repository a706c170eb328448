using Incus.Infra.Core.Model;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;

namespace Incus.Infra.Tasks;

/// <summary>Queries an Incus server about itself.</summary>
internal static class IncusServer
{
    /// <summary>
    /// Version and place of each server that infra.yml has domains on, and warnings about that version and, where it is here, its
    /// host; of one that cannot be used an error.
    /// </summary>
    /// <param name="remote">A remote of the incus client, or empty for the local server; for domains that name none.</param>
    /// <param name="infrastructure">What the hosts have to take; null where infra.yml has errors.</param>
    /// <param name="firewallRules">What <c>nft -j list ruleset</c> says here, or nothing.</param>
    /// <param name="ct">Cancels the wait.</param>
    public static async Task<(IReadOnlyList<string> Found, IReadOnlyList<Diagnostic> Doubts)> DescribeAllAsync(
        string? remote, Infrastructure? infrastructure, string firewallRules, CancellationToken ct)
    {
        var (found, doubts) = (new List<string>(), new List<Diagnostic>());
        foreach (var server in (infrastructure?.Domains ?? []).Where(d => d.Enabled)
            .GroupBy(d => IncusTarget.Remote(d.Remote?.Value ?? remote))
            .Select(g => (Remote: g.Key, Domains: g.ToList()))
            .DefaultIfEmpty((Remote: remote, Domains: [])))
        {
            try
            {
                var there = infrastructure is null ? null : infrastructure with { Domains = server.Domains };
                var (more, others) = await DescribeAsync(server.Remote, there, firewallRules, ct);
                found.AddRange(more);
                doubts.AddRange(others);
            }
            catch (ToolFaultException e)
            {
                doubts.Add(e.Diagnostic);
            }
        }

        return (found, doubts);
    }

    private static async Task<(IReadOnlyList<string> Found, IReadOnlyList<Diagnostic> Doubts)> DescribeAsync(
        string? remote, Infrastructure? infrastructure, string firewallRules, CancellationToken ct)
    {
        var target = IncusTarget.Resolve(socket: null, remote);
        using var client = new IncusClient(target, new RequestCounter(), IncusTimeouts.Default);
        var server = await ServerCheck.WithReadsAsync(client, target, ct);
        var members = await MemberCheck.RunAsync(target, server, ct);
        var (found, doubts) = IncusHost.Describe(target, infrastructure, firewallRules);
        return (
            [$"Incus {server.Environment?.ServerVersion} at {target.Name}{Rights(server)}", .. found],
            [.. ServerCheck.NewerThanTested(server) is { } doubt ? [doubt] : Array.Empty<Diagnostic>(), .. members, .. doubts]);
    }

    private static string Rights(ServerInfo server) => server.Restriction is { } restriction
        ? $" (restricted to {string.Join(", ", restriction.Projects.Select(Excerpt.Of).DefaultIfEmpty("no project"))}; "
            + "networks and projects are taken as given, and the rules of networks cannot be seen)"
        : "";
}
