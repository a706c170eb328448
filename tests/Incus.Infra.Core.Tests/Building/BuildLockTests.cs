using System.Diagnostics;
using Incus.Infra.Testing;

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
        var file = _project.PathOf("obj/infra.build-lock");
        using var holder = Process.Start("flock", ["--no-fork", file, "sleep", "600"]);
        var waits = 0;
        try
        {
            SpinWait.SpinUntil(IsHeld, Tool.Patience).ShouldBeTrue();

            var result = _project.Build.Sync(
                () =>
                {
                    waits++;
                    holder.Kill();
                },
                CancellationToken.None);

            result.Succeeded.ShouldBeTrue();
            waits.ShouldBe(1);
        }
        finally
        {
            holder.Kill();
        }

        bool IsHeld()
        {
            try
            {
                File.Open(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
                return false;
            }
            catch (IOException)
            {
                return true;
            }
        }
    }

    [Test]
    public void Cancelling_while_writing_leaves_whole_files_only_and_the_next_build_completes()
    {
        for (var i = 0; i < 200; i++)
        {
            _project.Section($"host_vars/m{i}.yml");
        }

        // A build may have written everything before this thread sees the first file; then the next one is tried.
        var left = Enumerable.Range(0, 100).Select(_ => CancelAtTheFirstFile()).FirstOrDefault(files => files.Count < 200);

        left.ShouldNotBeNull("no build was cancelled while it wrote").ShouldNotBeEmpty();
        _project.Temporaries().ShouldBeEmpty();
        _project.SyncWell().Files.Count.ShouldBe(201);
        left.ShouldAllBe(file => file.Value == File.ReadAllText(file.Key));
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

    /// <summary>Builds without any of the many files, and tells by path the text of those that are there afterwards.</summary>
    private Dictionary<string, string> CancelAtTheFirstFile()
    {
        const string Many = "m*.yml";
        var folder = Directory.CreateDirectory(_project.PathOf("host_vars"));
        foreach (var file in folder.EnumerateFiles(Many))
        {
            file.Delete();
        }

        using var cancel = new CancellationTokenSource();
        var build = Task.Run(() => _project.Build.Sync(null, cancel.Token), cancel.Token);
        SpinWait.SpinUntil(() => build.IsCompleted || folder.EnumerateFiles(Many).Any());
        cancel.Cancel();
        SpinWait.SpinUntil(() => build.IsCompleted);

        var left = folder.EnumerateFiles(Many).ToDictionary(f => f.FullName, f => File.ReadAllText(f.FullName));
        (build.IsCanceled || left.Count == 200).ShouldBeTrue();
        return left;
    }
}
