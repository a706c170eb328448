namespace Incus.Infra.Testing;

/// <summary>Members <c>m1</c>, <c>m2</c> and <c>m3</c> of a throw-away cluster, which go and come.</summary>
/// <param name="incus">The whole, whose socket is that of the first member; this ends it.</param>
public sealed class EmbeddedCluster(EmbeddedIncus incus) : IDisposable
{
    /// <summary>The cluster as its first member shows it.</summary>
    public EmbeddedIncus Incus => incus;

    /// <summary>The REST API of one of its members.</summary>
    public string SocketOf(string member) => Path.Join(incus.Folder, member, "unix.socket");

    /// <summary>Ends all that runs on a member at once, as when its host loses power.</summary>
    public void Kill(string member) => Do(member, "kill");

    /// <summary>Lets a member hang: its connections stay open, and nobody answers.</summary>
    public void Freeze(string member) => Do(member, "freeze");

    public void Thaw(string member) => Do(member, "thaw");

    /// <summary>Brings a killed member back; waits until the others see it.</summary>
    public void Return(string member)
    {
        Do(member, "start");
        while (!incus.Client("cluster", "list", "--format", "csv", "--columns", "ns").Contains($"{member},ONLINE"))
        {
            Thread.Sleep(TimeSpan.FromMilliseconds(100));
        }
    }

    /// <summary>Runs a command on a member and returns what it printed.</summary>
    public string Exec(string member, params ReadOnlySpan<string> command) => Do(member, ["exec", .. command]);

    public void Dispose() => incus.Dispose();

    private string Do(string member, params ReadOnlySpan<string> verb) =>
        EmbeddedIncus.Script(["member", incus.Folder, member, .. verb]);
}
