using Incus.Infra.Testing;
using NUnit.Framework.Interfaces;

namespace Incus.Infra.Sdk.Tests.Harness;

/// <summary>A test with a sandbox of its own that holds the smallest sample, and that is kept when the test fails.</summary>
internal abstract class SdkTest
{
    private static bool Failed => TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Failed;

    /// <summary>Where this test leaves what explains its failure.</summary>
    private static string EvidenceFolder => Evidence.FolderOf(typeof(SdkTest).Assembly, TestContext.CurrentContext.Test.Name);

    protected Sandbox Sandbox { get; } = new();

    protected ProjectFolder Project => Sandbox.Project;

    /// <summary>Ends an Incus of this test, after it gave its evidence of a failure.</summary>
    protected static void Stop(EmbeddedIncus incus)
    {
        using (incus)
        {
            if (Failed)
            {
                incus.WriteEvidence(Path.Join(EvidenceFolder, "incus"));
            }
        }
    }

    [TearDown]
    public void LeaveSandbox()
    {
        using (Sandbox)
        {
            if (Failed)
            {
                Sandbox.WriteEvidence(EvidenceFolder);
                TestContext.Out.WriteLine($"Kept for you: {EvidenceFolder}");
            }
        }
    }
}
