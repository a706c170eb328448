using System.Net.Sockets;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;

namespace Incus.Infra.Incus.Tests.Execution;

/// <summary>One Apply at a time, and nobody waits for the dead, nor for who may not apply.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ApplyLockTests
{
    private readonly SocketTarget _target = new(Guid.NewGuid().ToString());

    [Test]
    [CancelAfter(10_000)]
    public async Task The_second_waits_is_told_who_holds_the_lock_and_goes_on_when_it_is_freed(CancellationToken ct)
    {
        var first = await AcquireAsync(_target, _ => Assert.Fail("nobody holds it yet"), ct);
        var holder = new TaskCompletionSource<string>();

        var second = AcquireAsync(_target, holder.SetResult, ct);

        (await holder.Task).ShouldContain($"Process {Environment.ProcessId} is");
        second.IsCompleted.ShouldBeFalse();
        first.Dispose();
        (await second).Dispose();
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Another_server_has_a_lock_of_its_own(CancellationToken ct)
    {
        using var one = await AcquireAsync(_target, _ => { }, ct);
        using var other = await AcquireAsync(new SocketTarget(_target.Path + "2"), _ => { }, ct);
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Two_ways_to_one_server_are_one_lock(CancellationToken ct)
    {
        var server = new ServerInfo
        {
            Environment = new ServerEnvironment { CertificateFingerprint = Guid.NewGuid().ToString() },
        };
        var holder = new TaskCompletionSource<string>();
        var first = await ApplyLock.AcquireAsync(_target, server, _ => { }, ct);

        var second = ApplyLock.AcquireAsync(
            new RemoteTarget([new Uri("https://far.test")], null, null), server, holder.SetResult, ct);

        await holder.Task;
        first.Dispose();
        (await second).Dispose();
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Who_waits_can_be_stopped(CancellationToken ct)
    {
        using var held = await AcquireAsync(_target, _ => { }, ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);

        await Should.ThrowAsync<OperationCanceledException>(AcquireAsync(_target, _ => stop.Cancel(), stop.Token));
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task Of_eight_that_want_it_at_once_each_has_it_alone(CancellationToken ct)
    {
        var inside = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            using var held = await AcquireAsync(_target, _ => { }, ct);
            Interlocked.Increment(ref inside).ShouldBe(1);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
        }, ct)));
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Somebody_who_may_not_use_the_server_stalls_nobody_and_those_who_may_still_wait_for_each_other(
        CancellationToken ct)
    {
        // The first that has a name is the stranger.
        var stranger = await ApplyLock.AcquireAsync(_target.Path, _ => true, _ => { }, ct);
        var looks = 0;
        var first = await ApplyLock.AcquireAsync(
            _target.Path, _ => looks++ > 1, _ => Assert.Fail("a stranger is waited for"), ct);
        stranger.Dispose();
        var holder = new TaskCompletionSource<string>();

        var second = ApplyLock.AcquireAsync(_target.Path, _ => true, holder.SetResult, ct);

        await holder.Task;
        second.IsCompleted.ShouldBeFalse();
        first.Dispose();
        (await second).Dispose();
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Where_strangers_hold_all_names_one_of_them_is_named(CancellationToken ct)
    {
        var held = new List<ApplyLock>();
        ToolFaultException? fault = null;
        while (fault is null)
        {
            try
            {
                held.Add(await ApplyLock.AcquireAsync(_target.Path, _ => false, _ => { }, ct));
            }
            catch (ToolFaultException e)
            {
                fault = e;
            }
        }

        held.ForEach(h => h.Dispose());
        fault.Diagnostic.Code.ShouldBe("INFRA4015");
        fault.Diagnostic.Message.ShouldContain($"(process {Environment.ProcessId} of user ID ");
    }

    [TestCase(UnixFileMode.UserWrite, ExpectedResult = false)]
    [TestCase(UnixFileMode.UserWrite | UnixFileMode.GroupWrite, ExpectedResult = true)]
    [TestCase(UnixFileMode.OtherWrite, ExpectedResult = true)]
    public bool Who_may_write_the_socket_may_use_the_server(UnixFileMode mode)
    {
        var file = Path.GetTempFileName();
        try
        {
            var peer = new Peer(1, uint.MaxValue, [GroupOfThisProcess()]);
            new FileInfo(file).UnixFileMode = mode;
            SocketUsers.MayUse(new SocketTarget(file), peer with { Groups = [] }).ShouldBe(mode == UnixFileMode.OtherWrite);
            SocketUsers.MayUse(new SocketTarget(file), peer with { User = 0 }).ShouldBeTrue();
            return SocketUsers.MayUse(new SocketTarget(file), peer);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static uint GroupOfThisProcess()
    {
        var name = new UnixDomainSocketEndPoint($"\0{Guid.NewGuid()}");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(name);
        listener.Listen();
        socket.Connect(name);
        return Peer.Of(socket).Groups[0];
    }

    private static Task<ApplyLock> AcquireAsync(SocketTarget target, Action<string> onWaiting, CancellationToken ct) =>
        ApplyLock.AcquireAsync(target, new ServerInfo(), onWaiting, ct);
}
