using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Embedded;

/// <summary>One embedded Incus for the tests of this namespace, which a run without them does not start.</summary>
[SetUpFixture]
internal sealed class SharedIncus
{
    public static EmbeddedIncus Daemon { get; private set; } = null!;

    [OneTimeSetUp]
    public void Start() => Daemon = EmbeddedIncus.Start("debian", "busybox");

    [OneTimeTearDown]
    public void Stop() => Daemon?.Dispose();
}
