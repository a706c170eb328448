using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;

namespace Incus.Infra.Incus.Execution;

/// <summary>
/// Lets one Apply at a time work on a server. The lock is a name in Linux's abstract socket namespace: the kernel frees
/// it when its holder dies, however it dies, tells who that is, and wakes who waits. It keeps apart the users of one
/// machine; two machines that apply to one remote are kept apart by Incus's tags alone.
/// </summary>
/// <remarks>
/// Every user of the machine can take such a name. One that is held by somebody who may not use the server locks nothing:
/// then the next name counts. Only there two runs could hold different names, so each looks at all of them.
/// </remarks>
internal sealed class ApplyLock : IDisposable
{
    private const int Names = 8;

    // Who takes a name listens at once; who does not by then never will.
    private const int Attempts = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Socket _name = NewSocket();

    private ApplyLock(UnixDomainSocketEndPoint name)
    {
        try
        {
            _name.Bind(name);
            _name.Listen();
        }
        catch (SocketException)
        {
            _name.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the lock.</summary>
    /// <param name="target">The way to the server.</param>
    /// <param name="server">What it says about itself: its certificate is the same on all ways to it.</param>
    /// <param name="onWaiting">Told of each holder in a sentence.</param>
    /// <exception cref="ToolFaultException">INFRA4015: users who may not use the server hold all names.</exception>
    public static Task<ApplyLock> AcquireAsync(
        IncusTarget target, ServerInfo server, Action<string> onWaiting, CancellationToken ct) => AcquireAsync(
        server.Environment is { CertificateFingerprint: { Length: > 0 } fingerprint } ? fingerprint : target.Name,
        peer => SocketUsers.MayUse(target, peer),
        onWaiting,
        ct);

    internal static async Task<ApplyLock> AcquireAsync(
        string server, Func<Peer, bool> mayUse, Action<string> onWaiting, CancellationToken ct)
    {
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(server)).AsSpan(0, 8));
        var names = Enumerable.Range(0, Names).Select(i => new UnixDomainSocketEndPoint($"\0incus-infra-{key}-{i}")).ToArray();
        Peer? stranger = null;
        for (var (next, silent) = (0, 0); next < Names;)
        {
            ct.ThrowIfCancellationRequested();
            var held = TryTake(names[next]);
            try
            {
                var found = await FindHolderAsync(
                    held is null ? [names[next]] : [.. names[..next], .. names[(next + 1)..]], mayUse);
                if (found.Holder is { } holder)
                {
                    held?.Dispose();
                    await WaitAsync(holder, onWaiting, ct);
                    (next, silent) = (0, 0);
                    continue;
                }

                if (held is not null)
                {
                    var mine = held;
                    held = null;
                    return mine;
                }

                stranger = found.Stranger;
            }
            finally
            {
                held?.Dispose();
            }

            if (stranger is null && ++silent < Attempts)
            {
                // It was freed, or is being taken.
                await Task.Delay(Pause, ct);
            }
            else
            {
                (next, silent) = (next + 1, 0);
            }
        }

        throw new ToolFaultException(ToolDiagnostics.LockTaken(stranger?.Process, stranger?.User));
    }

    public void Dispose() => _name.Dispose();

    private static ApplyLock? TryTake(UnixDomainSocketEndPoint name)
    {
        try
        {
            return new ApplyLock(name);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return null;
        }
    }

    // Connected to whoever holds one of the names and may use the server; else who is the last that may not.
    private static async Task<Found> FindHolderAsync(
        UnixDomainSocketEndPoint[] names, Func<Peer, bool> mayUse)
    {
        Peer? stranger = null;
        foreach (var name in names)
        {
            Socket? socket = NewSocket();
            try
            {
                await socket.ConnectAsync(name);
                var peer = Peer.Of(socket);
                if (mayUse(peer))
                {
                    var found = new Found(socket, null);
                    socket = null;
                    return found;
                }

                stranger = peer;
            }
            catch (SocketException)
            {
                // Nobody listens there.
            }
            finally
            {
                socket?.Dispose();
            }
        }

        return new Found(null, stranger);
    }

    // The holder never accepts: the connection breaks when it closes its socket or dies.
    private static async Task WaitAsync(Socket holder, Action<string> onWaiting, CancellationToken ct)
    {
        using var connection = holder;
        try
        {
            onWaiting($"Process {Peer.Of(connection).Process} is working on this Incus; waiting for it to finish.");
            await connection.ReceiveAsync(new byte[1], ct);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // It was freed; try to take it.
        }
    }

    private sealed record Found(Socket? Holder, Peer? Stranger);

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
}
