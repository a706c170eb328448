using Incus.Infra.Testing;
using NUnit.Framework.Interfaces;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>One embedded Incus for the tests of this namespace, which a run without them does not start.</summary>
[SetUpFixture]
internal sealed class SharedIncus
{
    public static EmbeddedIncus Daemon { get; private set; } = null!;

    /// <summary>Called before a test removes what it made.</summary>
    public static void KeepEvidenceOfFailure(EmbeddedIncus daemon)
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Failed)
        {
            var folder = Evidence.FolderOf(typeof(SharedIncus).Assembly, TestContext.CurrentContext.Test.Name);
            daemon.WriteEvidence(folder);
            TestContext.Out.WriteLine($"Kept for you: {folder}");
        }
    }

    /// <summary>Ends a test where the pool is not btrfs, with the reason.</summary>
    public static void NeedsBtrfs(string reason)
    {
        if (!Daemon.Client("storage", "list", "--format", "csv", "--columns", "nD").Split('\n').Contains("default,btrfs"))
        {
            Assert.Ignore(reason);
        }
    }

    [OneTimeSetUp]
    public void Start() => Daemon = EmbeddedIncus.Start("debian", "busybox");

    [OneTimeTearDown]
    public void Stop() => Daemon?.Dispose();
}
