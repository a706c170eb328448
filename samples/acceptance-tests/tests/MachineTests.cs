using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NUnit.Framework;

namespace AcceptanceTests;

/// <summary>Asks the machines that <c>dotnet build -t:Apply</c> made; the host is in the subnet of every domain.</summary>
public sealed class MachineTests
{
    private const int DatabasePort = 5432;

    [Test]
    public async Task The_web_server_answers()
    {
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new Uri($"http://{Infra.Machines.Web.Address}/busybox"));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task The_database_answers_in_its_own_domain()
    {
        using var client = new TcpClient();

        await client.ConnectAsync(Infra.Machines.Db.IPAddress, DatabasePort);

        Assert.That(client.Connected);
    }

    [Test]
    public void The_port_of_the_database_is_closed_to_the_other_domain()
    {
        Assert.That(Reaches(Infra.Machines.Web.Entry, Infra.Machines.Web.Address, port: 80), Is.True, "the probe itself");
        Assert.That(Reaches(Infra.Machines.Web.Entry, Infra.Machines.Db.Address, DatabasePort), Is.False);
    }

    /// <summary>Whether a machine gets a connection to an address and port within two seconds.</summary>
    private static bool Reaches(Infra.Machine from, string address, int port)
    {
        using var probe = Process.Start(
            "incus",
            ["exec", from.Name, $"--project={from.Project}", "--", "busybox", "nc", "-w", "2", address, $"{port}", "-e", "true"]);
        probe.WaitForExit();
        return probe.ExitCode == 0;
    }
}
