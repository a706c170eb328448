namespace Incus.Infra.Sdk.Tests.Harness;

/// <summary>A test with a sandbox of its own that holds the smallest sample.</summary>
internal abstract class SdkTest
{
    protected Sandbox Sandbox { get; } = new();

    protected ProjectFolder Project => Sandbox.Project;

    [TearDown]
    public void LeaveSandbox() => Sandbox.Dispose();
}
