using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Tests.Live;

/// <summary>Requests to which Incus loses a race with itself or the host.</summary>
internal sealed class BridgesTests
{
    private const string Vanished = "Failed to delete bridge children interfaces: no such device";
    private const string InUse = "dnsmasq: failed to create listening socket for 10.1.0.254: Address already in use";

    [TestCase(Vanished, 19)]
    [TestCase(InUse, 2)]
    [TestCase("Invalid option", 0)]
    public async Task A_race_that_Incus_loses_is_run_again_and_what_it_refuses_is_not(string refusal, int again)
    {
        (await SentAsync(again)).ShouldBe(again + 1);
        await Should.ThrowAsync<FaultException>(SentAsync(again + 1));

        async Task<int> SentAsync(int refusals)
        {
            var sent = 0;
            await Bridges.SendAsync(ObjectId.Network("net-a"), () =>
                sent++ < refusals ? throw new IncusErrorException(400, refusal) : Task.CompletedTask);
            return sent;
        }
    }

    [Test]
    public async Task An_address_that_stays_in_use_is_told() => (await Should.ThrowAsync<ToolFaultException>(Bridges.SendAsync(
        ObjectId.Network("net-a"), () => throw new IncusErrorException(400, InUse)))).Diagnostic.Code.ShouldBe("INFRA4029");
}
