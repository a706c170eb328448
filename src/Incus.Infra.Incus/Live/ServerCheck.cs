using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Live;

/// <summary>Is Incus there, does it trust us, and can it do what the engine needs?</summary>
internal static class ServerCheck
{
    // Each is one request less per instance or project; all are in 6.0 LTS.
    private static readonly string[] Needed =
    [
        "instance_create_start", "profiles_all_projects", "storage_volumes_all_projects",
        "images_all_projects", "operations_get_query_all_projects",
    ];

    /// <summary>Asks the server about itself, and what this client may do on it.</summary>
    /// <param name="client">Speaks to it.</param>
    /// <param name="target">For the message.</param>
    /// <exception cref="ToolFaultException">
    /// INFRA4001 not installed, INFRA4002 not running, INFRA4003 no permission, INFRA4004 too old, INFRA4006 not trusted,
    /// INFRA4007 unreachable, INFRA4011 there, but not ready to answer.
    /// </exception>
    public static async Task<ServerInfo> RunAsync(IncusClient client, IncusTarget target, CancellationToken ct)
    {
        var info = await ReadAsync(client, ct);
        if (info.Auth != "trusted")
        {
            throw new ToolFaultException(ToolDiagnostics.NotTrusted(target.Name));
        }

        if (Needed.FirstOrDefault(e => !info.ApiExtensions.Contains(e)) is { } missing)
        {
            throw new ToolFaultException(ToolDiagnostics.TooOld(info.Environment?.ServerVersion ?? "", missing));
        }

        return info with { Restriction = await RestrictionAsync(client, info, ct) };
    }

    /// <summary>Asks the server about itself, and whether Plan and Apply can work on it.</summary>
    /// <inheritdoc cref="RunAsync"/>
    /// <exception cref="ToolFaultException">
    /// INFRA4050 no nftables, and what <see cref="RunAsync"/> says.
    /// </exception>
    public static async Task<ServerInfo> ForApplyAsync(IncusClient client, IncusTarget target, CancellationToken ct)
    {
        var info = await RunAsync(client, target, ct);
        CheckFirewall(info, target);
        return info;
    }

    /// <summary>Whether Plan and Apply can work on a server.</summary>
    /// <param name="info">What it says about itself.</param>
    /// <param name="target">For the message.</param>
    /// <exception cref="ToolFaultException">INFRA4050 no nftables.</exception>
    public static void CheckFirewall(ServerInfo info, IncusTarget target)
    {
        if (info.Environment is { Firewall: not "nftables" and var firewall })
        {
            throw new ToolFaultException(ToolDiagnostics.WrongFirewall(target.Name, firewall));
        }
    }

    /// <summary>As <see cref="ForApplyAsync"/>, and tries what Plan and Apply begin with: to read all kinds of objects.</summary>
    /// <inheritdoc cref="RunAsync"/>
    /// <exception cref="ToolFaultException">
    /// INFRA4014 something cannot be read, and what <see cref="ForApplyAsync"/> says.
    /// </exception>
    public static async Task<ServerInfo> WithReadsAsync(IncusClient client, IncusTarget target, CancellationToken ct)
    {
        var info = await ForApplyAsync(client, target, ct);
        try
        {
            var store = new IncusStore(client, info);
            await store.ReadAsync(KindTraits.Kinds.ToHashSet(), new HashSet<ObjectId>(), ct);
            await RunningOperations.ReadAsync(client, ct);
            return info;
        }
        catch (IncusErrorException e)
        {
            throw new ToolFaultException(ToolDiagnostics.Of(e), e);
        }
    }

    /// <summary>INFRA4057 where the server is of a newer release than those that were tested, else null.</summary>
    public static Diagnostic? NewerThanTested(ServerInfo server)
    {
        var newest = TestedVersions.Incus[^1];
        return Version.TryParse(server.Environment?.ServerVersion, out var version)
            && new Version(version.Major, version.Minor) > newest
                ? ToolDiagnostics.NewerThanTested(server.Environment!.ServerVersion, newest)
                : null;
    }

    // Who comes by the socket for administrators has no certificate, and with an authority of the server's it need not know it.
    private static async Task<Restriction?> RestrictionAsync(IncusClient client, ServerInfo info, CancellationToken ct)
    {
        if (info is not { AuthUserMethod: "tls", AuthUserName: { Length: > 0 } fingerprint })
        {
            return null;
        }

        var found = await client.FindAsync(Urls.Certificate(fingerprint), IncusJson.Default.ReplyTrustedCertificate, ct);
        return found is { Value: { Restricted: true, Projects: var projects } }
            ? new Restriction(fingerprint, projects ?? [])
            : null;
    }

    private static async Task<ServerInfo> ReadAsync(IncusClient client, CancellationToken ct)
    {
        try
        {
            return (await client.GetAsync("/1.0", IncusJson.Default.ReplyServerInfo, ct)).Value;
        }
        catch (IncusErrorException e)
        {
            // Such as one that is still starting.
            throw new ToolFaultException(ToolDiagnostics.CannotBeRead(e.Message), e);
        }
    }
}
