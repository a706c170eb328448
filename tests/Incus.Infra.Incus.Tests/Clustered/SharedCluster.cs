using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Clustered;

/// <summary>One embedded cluster for the tests of this namespace, which a run without them does not start.</summary>
[SetUpFixture]
internal sealed class SharedCluster
{
    public static EmbeddedCluster Daemons { get; private set; } = null!;

    [OneTimeSetUp]
    public void Start() => Daemons = new EmbeddedCluster(EmbeddedIncus.StartCluster("busybox"));

    [OneTimeTearDown]
    public void Stop() => Daemons?.Dispose();
}
