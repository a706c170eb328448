using System.Text.Json;

namespace Incus.Infra.Testing;

/// <summary>Members <c>m1</c>, <c>m2</c> and <c>m3</c> of a throw-away cluster, which go and come.</summary>
/// <param name="incus">The whole, whose socket is that of the first member; this ends it.</param>
public sealed class EmbeddedCluster(EmbeddedIncus incus) : IDisposable
{
    /// <summary>The names of its members.</summary>
    public static IReadOnlyList<string> Members { get; } = ["m1", "m2", "m3"];

    /// <summary>The cluster as its first member shows it.</summary>
    public EmbeddedIncus Incus => incus;

    /// <summary>The REST API of one of its members.</summary>
    public string SocketOf(string member) => Path.Join(incus.Folder, member, "unix.socket");

    /// <summary>The member that decides for all at the moment.</summary>
    public string Leader()
    {
        using var reply = JsonDocument.Parse(incus.Client("query", "/1.0/cluster/members?recursion=1"));
        return reply.RootElement.EnumerateArray()
            .Single(m => m.GetProperty("roles").EnumerateArray().Any(role => role.GetString() == "database-leader"))
            .GetProperty("server_name").GetString()!;
    }

    /// <summary>Ends all that runs on a member at once, as when its host loses power.</summary>
    public void Kill(string member) => Do(member, "kill");

    /// <summary>Lets a member hang: its connections stay open, and nobody answers.</summary>
    public void Freeze(string member) => Do(member, "freeze");

    public void Thaw(string member) => Do(member, "thaw");

    /// <summary>
    /// Brings a killed member back; waits until each of the others reaches it, and all are online for each, after the next
    /// heartbeats.
    /// </summary>
    public void Return(string member)
    {
        Do(member, "start");
        foreach (var one in Members)
        {
            var ask = $"INCUS_SOCKET={SocketOf(one)} incus";
            incus.Exec("sh", "-c", $"until {ask} query '/1.0/resources?target={member}' >/dev/null 2>&1; do sleep 0.1; done");
            incus.Exec("sh", "-c", $"while {ask} cluster list --format=csv --columns=s | grep -qv ONLINE; do sleep 0.1; done");
        }
    }

    /// <summary>Runs a command on a member and returns what it printed.</summary>
    public string Exec(string member, params ReadOnlySpan<string> command) => Do(member, ["exec", .. command]);

    public void Dispose() => incus.Dispose();

    private string Do(string member, params ReadOnlySpan<string> verb) =>
        EmbeddedIncus.Script(["member", incus.Folder, member, .. verb]);
}
