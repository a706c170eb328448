using System.Net.NetworkInformation;
using NUnit.Framework;

namespace AcceptanceTests;

/// <summary>Asks the machines that <c>dotnet build -t:Apply</c> made.</summary>
public sealed class ReachabilityTests
{
    [TestCaseSource(typeof(Infra.Machines), nameof(Infra.Machines.All))]
    public async Task A_machine_answers_a_ping(Infra.Machine machine)
    {
        using var ping = new Ping();

        var reply = await ping.SendPingAsync(machine.IPAddress, TimeSpan.FromSeconds(5));

        Assert.That(reply.Status, Is.EqualTo(IPStatus.Success), $"{machine.Name} at {machine.Address}");
    }
}
