using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Execution;

namespace Incus.Infra.Incus.Tests.Execution;

/// <summary>One Apply at a time, and nobody waits for the dead.</summary>
internal sealed class ApplyLockTests
{
    private readonly SocketTarget _target = new(Guid.NewGuid().ToString());

    [Test]
    [CancelAfter(10_000)]
    public async Task The_second_waits_is_told_who_holds_the_lock_and_goes_on_when_it_is_freed(CancellationToken ct)
    {
        var first = await ApplyLock.AcquireAsync(_target, _ => Assert.Fail("nobody holds it yet"), ct);
        var holder = new TaskCompletionSource<string>();

        var second = ApplyLock.AcquireAsync(_target, holder.SetResult, ct);

        (await holder.Task).ShouldContain($"Process {Environment.ProcessId} is");
        second.IsCompleted.ShouldBeFalse();
        first.Dispose();
        (await second).Dispose();
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Another_server_has_a_lock_of_its_own(CancellationToken ct)
    {
        using var one = await ApplyLock.AcquireAsync(_target, _ => { }, ct);
        using var other = await ApplyLock.AcquireAsync(new SocketTarget(_target.Path + "2"), _ => { }, ct);
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Who_waits_can_be_stopped(CancellationToken ct)
    {
        using var held = await ApplyLock.AcquireAsync(_target, _ => { }, ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);

        await Should.ThrowAsync<OperationCanceledException>(
            ApplyLock.AcquireAsync(_target, _ => stop.Cancel(), stop.Token));
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task Of_eight_that_want_it_at_once_each_has_it_alone(CancellationToken ct)
    {
        var inside = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            using var held = await ApplyLock.AcquireAsync(_target, _ => { }, ct);
            Interlocked.Increment(ref inside).ShouldBe(1);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
        }, ct)));
    }
}
