using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Incus.Tests;

/// <summary>Short ways to write what the generated variables say.</summary>
internal static class Specs
{
    public const string Project = "test";

    public static EngineRequest Request(params DomainSpec[] domains) =>
        new() { Project = Project, Id = Project, Domains = domains };

    /// <summary>A domain; <paramref name="number"/> is the third octet of its subnet.</summary>
    public static DomainSpec Domain(string name, int number, params MachineSpec[] machines) => new()
    {
        Name = name,
        Description = $"Domain {name}",
        IncusProject = name,
        IncusNetwork = Network($"net-{name}", $"10.77.{number}"),
        IncusNetworkAcl = Acl($"net-{name}", $"10.77.{number}"),
        Machines = machines,
    };

    /// <summary>A bridge as the build describes it; <paramref name="prefix"/> is the first three octets of its subnet.</summary>
    public static NetworkSpec Network(string name, string prefix) => new()
    {
        Name = name,
        Subnet = $"{prefix}.0/24",
        Gateway = $"{prefix}.254",
        DhcpRange = $"{prefix}.100-{prefix}.199",
    };

    /// <summary>The rules of a bridge that only the host may reach, and whose machines reach nobody but each other.</summary>
    public static AclSpec Acl(string name, string prefix) => new()
    {
        Name = name,
        Ingress = [new AclRuleSpec { Description = "host", Source = $"{prefix}.254" }],
        Egress =
        [
            new AclRuleSpec
            {
                Description = "machines of the domain",
                Source = $"{prefix}.0/24",
                Destination = $"{prefix}.0-{prefix}.253,{prefix}.255",
            },
            new AclRuleSpec
            {
                Description = "ping of the gateway",
                Source = $"{prefix}.0/24",
                Destination = $"{prefix}.254",
                Protocol = "icmp4",
                IcmpType = "8",
            },
        ],
    };

    /// <summary>The same rules and one for what comes in.</summary>
    public static AclSpec Opened(this AclSpec acl, AclRuleSpec rule) => acl with { Ingress = [.. acl.Ingress, rule] };

    /// <summary>An ephemeral container: most tests want to delete it again.</summary>
    public static MachineSpec Machine(string name, string? ip = null, string image = "busybox") => new()
    {
        InstanceName = name,
        InstanceOsImage = image,
        InstanceIp = ip,
        InstanceEphemeral = true,
    };

    public static Dictionary<string, string> Map(params (string Key, string Value)[] entries) =>
        entries.ToDictionary(e => e.Key, e => e.Value);

    public static Dictionary<string, IReadOnlyDictionary<string, string>> Device(
        string name, params (string Key, string Value)[] options) => new() { [name] = Map(options) };
}
