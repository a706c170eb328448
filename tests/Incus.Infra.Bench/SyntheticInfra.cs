using System.Globalization;
using System.Text;

namespace Incus.Infra.Bench;

/// <summary>An infra.yml of any size, with what real files have: descriptions, limits, roles, boot order.</summary>
internal static class SyntheticInfra
{
    private const int MachinesPerDomain = 99;

    /// <summary>Machines of one image that do nothing, which Incus can run by the hundred.</summary>
    /// <param name="number">From 1; its names and subnets are those of no other.</param>
    /// <param name="machines">How many.</param>
    public static string Idle(int number, int machines)
    {
        var text = new StringBuilder($"""
            project_name: bench{number}
            global:
              base_subnet: "10.{100 + number}"
              default_os_image: busybox
            domains:

            """);
        for (var first = 0; first == 0 || first < machines; first += MachinesPerDomain)
        {
            var domain = first / MachinesPerDomain;
            text.Append(CultureInfo.InvariantCulture, $"""
                  b{number}d{domain}:
                    subnet_id: {domain}
                    ephemeral: true
                    machines:{(machines == 0 ? " {}" : "")}

                """);
            for (var i = first; i < Math.Min(machines, first + MachinesPerDomain); i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"      b{number}m{i:000}: {{config: {{user.round: \"0\"}}}}\n");
            }
        }

        return text.ToString();
    }

    /// <summary>Domains with one machine each, which that of the domain before it may reach.</summary>
    /// <param name="domains">How many.</param>
    /// <param name="port">Where the machine of the first one reaches that of the second; the others are reached at 1.</param>
    public static string Neighbours(int domains, int port) => """
        project_name: neighbours
        global:
          base_subnet: "10.101"
          default_os_image: busybox
        domains:

        """
        + string.Concat(Enumerable.Range(0, domains)
            .Select(i => $"  n{i:00}: {{subnet_id: {i}, ephemeral: true, machines: {{n{i:00}m: {{}}}}}}\n"))
        + "network_policies:\n"
        + string.Concat(Enumerable.Range(0, domains - 1)
            .Select(i => $"  - {{from: n{i:00}, to: n{i + 1:00}, ports: [{(i == 0 ? port : 1)}]}}\n"));

    /// <summary>Machines with the same few packages.</summary>
    /// <param name="machines">How many.</param>
    public static string Provisioned(int machines) => $$"""
        project_name: provisioned
        global:
          base_subnet: "10.100"
          default_os_image: debian
        domains:
          home:
            subnet_id: 0
            ephemeral: true
            machines: {{{string.Join(", ", Enumerable.Range(0, machines).Select(ProvisionedMachine))}}}

        """;

    /// <summary>An image with some packages, and seats that are made of it, or have the same packages each.</summary>
    public static string Seats(int seats, bool isFromImage) => $$"""
        project_name: seats
        global:
          base_subnet: "10.100"
          default_os_image: {{(isFromImage ? "seat" : "debian")}}
        images:
          seat: {from: debian, provision: [{{SeatStep}}]}
        domains:
          room:
            subnet_id: 0
            ephemeral: true
            machines: {{{string.Join(", ", Enumerable.Range(0, seats).Select(i =>
                isFromImage ? $"s{i}: {{}}" : $"s{i}: {{provision: [{SeatStep}]}}"))}}}

        """;

    private const string SeatStep = "{apt: {packages: [git, gcc, libc6-dev, make, nano, jq, tree]}}";

    private static string ProvisionedMachine(int number) =>
        $"m{number}: {{provision: [{{apt: {{packages: [hello, tree, jq]}}}}]}}";

    /// <summary>The domain of a student, from 0.</summary>
    public static string Seat(int number) => $"seat-{number:00}";

    /// <summary>A copy for each student, as in samples/lab-teaching.</summary>
    public static string Class(int students, string image, string network) => $$$"""
        project_name: class
        global:
          addressing: {}
          default_os_image: {{{image}}}
        domains:
          seat:
            copies: {{{students}}}
            network: {{{network}}}
            ephemeral: true
            profiles:
              small: {config: {limits.cpu: 1, limits.memory: 512MiB, limits.processes: 500}}
            machines:
              desk: {profiles: [default, small]}

        """;

    /// <summary>Only read and written, never applied.</summary>
    public static string Of(int machines)
    {
        var text = new StringBuilder("""
            project_name: bench
            global:
              base_subnet: "10.100"
              default_os_image: images:debian/13
            domains:

            """);
        for (var i = 0; i < machines; i++)
        {
            if (i % MachinesPerDomain == 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"""
                      d{i / MachinesPerDomain:000}:
                        description: "Domain number {i / MachinesPerDomain}"
                        subnet_id: {i / MachinesPerDomain}
                        machines:

                    """);
            }

            text.Append(CultureInfo.InvariantCulture, $"""
                      m{i:00000}:
                        description: "Machine number {i}"
                        config:
                          limits.cpu: 2
                          limits.memory: 2GiB
                        roles: [base_system]
                        boot_priority: {i % 100}

                """);
        }

        return text.ToString();
    }
}
