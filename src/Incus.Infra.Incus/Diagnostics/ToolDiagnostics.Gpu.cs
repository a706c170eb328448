using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Diagnostics;

/// <summary>Layer 4, GPUs of the Incus host.</summary>
internal static partial class ToolDiagnostics
{
    private const string Nothing = "Apply changes nothing until then.";

    /// <summary>INFRA4030: the host does not have the card that the machine needs.</summary>
    public static Diagnostic NoCard(ObjectId id, string wanted, IEnumerable<string> cards) => Error(
        "INFRA4030",
        $"{id}: the Incus host has no GPU{Excerpt.Of(wanted)}. "
        + There(cards, "It has none at all", "It has")
        + $" Choose a card that exists, or remove gpu. {Nothing}");

    /// <summary>INFRA4031: there is a card, but no driver, so a container would get nothing.</summary>
    public static Diagnostic CardWithoutDriver(ObjectId id, IEnumerable<string> cards) => Error(
        "INFRA4031",
        $"{id}: the Incus host has no driver for its GPU, so a container would get nothing: {Names(cards)}. "
        + $"Install the driver on the host. {Nothing}");

    /// <summary>INFRA4032: a device that must be one card matches several.</summary>
    public static Diagnostic SeveralCards(ObjectId id, IEnumerable<string> cards) => Error(
        "INFRA4032",
        $"{id}: its GPU must be one card, but matches several on the Incus host: {Names(cards)}. "
        + $"Select one with pci. {Nothing}");

    /// <summary>INFRA4033: nvidia.runtime without what it needs on the host.</summary>
    public static Diagnostic NoNvidiaTools(ObjectId id) => Error(
        "INFRA4033",
        $"{id}: nvidia.runtime needs NVIDIA's driver and nvidia-container-cli on the Incus host, which find no card there. "
        + $"Install the NVIDIA Container Toolkit there, or remove nvidia.runtime. {Nothing}");
}
