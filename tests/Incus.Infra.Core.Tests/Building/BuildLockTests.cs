using System.Diagnostics;
using Incus.Infra.Core.Diagnostics;

namespace Incus.Infra.Core.Tests.Building;

internal sealed class BuildLockTests
{
    private TestProject _project = null!;

    [SetUp]
    public void SetUp()
    {
        _project = new TestProject();
        _project.Section("host_vars/web.yml");
    }

    [TearDown]
    public void TearDown() => _project.Dispose();

    [Test]
    public async Task A_second_build_says_once_that_it_waits_and_then_goes_on()
    {
        using var inside = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        _project.OnCompile = _ =>
        {
            inside.Release();
            goOn.Wait();
        };
        var first = Task.Run(_project.Sync);
        await inside.WaitAsync();
        var waits = 0;

        var second = _project.Build.Sync(
            () =>
            {
                waits++;
                goOn.Release();
            },
            CancellationToken.None);

        waits.ShouldBe(1);
        second.UpToDate.ShouldBeTrue();
        (await first).Written.Count.ShouldBe(1);
    }

    [Test]
    public async Task Many_builds_at_once_do_no_damage()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(_project.Sync)));

        results.ShouldAllBe(r => r.Succeeded);
        results.Sum(r => r.Written.Count).ShouldBe(1);
        _project.Temporaries().ShouldBeEmpty();
    }

    [Test]
    public void Waiting_can_be_cancelled()
    {
        Directory.CreateDirectory(_project.PathOf("obj"));
        using var holder = File.Open(
            _project.PathOf("obj/infra.build-lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        using var cancel = new CancellationTokenSource();

        Should.Throw<OperationCanceledException>(() => _project.Build.Sync(cancel.Cancel, cancel.Token));

        File.Exists(_project.PathOf("host_vars/web.yml")).ShouldBeFalse();
    }

    [Test]
    public void A_holder_that_was_killed_does_not_block()
    {
        _project.SyncWell();
        using var holder = Process.Start(new ProcessStartInfo(
            "flock", [_project.PathOf("obj/infra.build-lock"), "--no-fork", "sleep", "600"]))!;

        var result = _project.Build.Sync(() => holder.Kill(entireProcessTree: true), CancellationToken.None);

        result.Succeeded.ShouldBeTrue();
    }

    [Test]
    public void Cancelling_while_writing_leaves_whole_files_only_and_the_next_build_completes()
    {
        for (var i = 0; i < 200; i++)
        {
            _project.Section($"host_vars/m{i}.yml");
        }

        using var cancel = new CancellationTokenSource();
        _project.OnCompile = _ => cancel.Cancel();
        Should.Throw<OperationCanceledException>(() => _project.Build.Sync(null, cancel.Token));
        _project.OnCompile = _ => { };

        _project.Temporaries().ShouldBeEmpty();
        _project.SyncWell().Files.Count.ShouldBe(201);
    }

    [Test]
    public void Validate_and_SyncDry_write_nothing_and_wait_for_nobody()
    {
        _project.Remarks.Add(new Diagnostic("INFRA2999", Severity.Warning, new("infra.yml", 1, 1), "Hm."));
        var before = _project.Snapshot();

        _project.Build.Validate().Diagnostics.ShouldBe(_project.Remarks);
        _project.Build.SyncDry().Diagnostics.ShouldBe(_project.Remarks);

        _project.Snapshot().ShouldBe(before);
    }
}
