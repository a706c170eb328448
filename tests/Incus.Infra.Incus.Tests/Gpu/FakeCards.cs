using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Gpu;

/// <summary>
/// An Incus whose host has two FAKE graphics cards, made by the script Fakes/gpus: 0000:99:00.0 of NVIDIA and
/// 0000:9a:00.0 of AMD.
/// </summary>
[SetUpFixture]
internal sealed class FakeCards
{
    public static EmbeddedIncus Daemon { get; private set; } = null!;

    [OneTimeSetUp]
    public void Start() =>
        Daemon = EmbeddedIncus.StartAfter(Path.Join(TestContext.CurrentContext.TestDirectory, "Fakes", "gpus"), "busybox");

    [OneTimeTearDown]
    public void Stop() => Daemon?.Dispose();
}
