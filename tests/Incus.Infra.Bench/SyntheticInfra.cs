using System.Globalization;
using System.Text;

namespace Incus.Infra.Bench;

/// <summary>An infra.yml of any size, with what real files have: descriptions, limits, roles, boot order.</summary>
internal static class SyntheticInfra
{
    private const int MachinesPerDomain = 99;

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
                        roles: [base_system, web_server]
                        boot_priority: {i % 100}

                """);
        }

        return text.ToString();
    }
}
