using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Live;

/// <summary>What of the members of a cluster is in the way of Plan and Apply; sends no request that changes anything.</summary>
internal static class MemberCheck
{
    // A member that hangs is Online for the others for 20 seconds, and the one that is asked waits for it without an end.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Warnings; none of a single server, nor where the client is restricted and may not see the pools.</summary>
    /// <exception cref="ToolFaultException">Incus does not answer.</exception>
    /// <exception cref="IncusErrorException">Incus rejects a request to read.</exception>
    public static Task<IReadOnlyList<Diagnostic>> RunAsync(IncusTarget target, ServerInfo server, CancellationToken ct) =>
        RunAsync(target, server, Patience, ct);

    internal static async Task<IReadOnlyList<Diagnostic>> RunAsync(
        IncusTarget target, ServerInfo server, TimeSpan patience, CancellationToken ct)
    {
        var timeouts = IncusTimeouts.Default with { Request = patience };
        using var client = new IncusClient(target, new RequestCounter(), timeouts);
        if (server is not { Environment.ServerClustered: true, Restriction: null }
            || await new Members(client, isCluster: true).ReadAsync(ct) is not { } cluster)
        {
            return [];
        }

        var pools = (await client.GetAsync(Urls.StoragePools, IncusJson.Default.ReplyListIncusObject, ct)).Value;
        var seen = await Task.WhenAll(cluster.Members.Select(member => LookAsync(client, member, pools, ct)));
        var releases = seen.Where(s => s.Release is not null)
            .GroupBy(s => s.Release!, s => s.Member.ServerName, StringComparer.Ordinal)
            .Select(g => (g.Key, g.AsEnumerable()))
            .ToList();
        return
        [
            .. seen.SelectMany(s => s.Doubts),
            .. releases.Count > 1 ? [ToolDiagnostics.ReleasesDiffer(releases)] : Array.Empty<Diagnostic>(),
        ];
    }

    private static async Task<(ClusterMember Member, string? Release, IReadOnlyList<Diagnostic> Doubts)> LookAsync(
        IncusClient client, ClusterMember member, List<IncusObject> pools, CancellationToken ct)
    {
        var name = member.ServerName;
        if (member.IsSilent)
        {
            return (member, null, [ToolDiagnostics.MemberDown(name, $"it is {member.Status} ({member.Message})")]);
        }

        List<Diagnostic> doubts = member.IsEvacuated ? [ToolDiagnostics.MemberEvacuated(name)] : [];
        try
        {
            var info = (await client.GetAsync(Urls.On("/1.0", name), IncusJson.Default.ReplyServerInfo, ct)).Value;
            foreach (var pool in pools)
            {
                var status = pool.Locations?.Contains(name) == true
                    ? (await client.GetAsync(
                        Urls.On(Urls.StoragePool(pool.Name), name), IncusJson.Default.ReplyIncusObject, ct)).Value.Status
                    : "not defined";
                doubts.AddRange(status is "Created" ? [] : [ToolDiagnostics.PoolMissing(pool.Name, name, $"{status}")]);
            }

            return (member, info.Environment?.ServerVersion, doubts);
        }
        catch (ToolFaultException e) when (e is not ConnectionFaultException)
        {
            return (member, null, [.. doubts, ToolDiagnostics.MemberDown(name, e.Message.TrimEnd('.'))]);
        }
        catch (IncusErrorException e)
        {
            return (member, null, [.. doubts, ToolDiagnostics.MemberDown(name, e.Message)]);
        }
    }
}
