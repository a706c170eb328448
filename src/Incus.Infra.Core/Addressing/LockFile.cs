using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Addressing;

/// <summary>Reads and writes infra.lock.yml.</summary>
internal static partial class LockFile
{
    private static readonly ObjectShape Shape = new(
        new Field("version", new IntegerShape(1, 1), "Version of the lock file's format.") { Required = true },
        new Field("domains", new MapShape(Forms.DomainName, "Domain name", new ObjectShape(
            new Field("trust_level", new ChoiceShape([.. InfraDialect.TrustLevels.Keys]), "Zone of the subnet."),
            new Field("subnet_id", new IntegerShape(0, 254), "Third octet."),
            new Field("machines", new MapShape(Forms.MachineName, "Machine name",
                new IntegerShape(HostRange.FirstMachine, HostRange.LastOfShared)), "Last octets by machine."))),
            "What was given out.")
        { Required = true },
        new Field("ports", new MapShape(Forms.MachineName, "Machine name",
            new MapShape(Forms.PortName, "Port name", new IntegerShape(PortAllocator.First, PortAllocator.Last))),
            "Ports of the host by machine and name."),
        new Field("id", new TextShape(IdPattern(), "a UUID"), "Distinguishes the infrastructure from others of the same name."));

    /// <summary>The lock in a file; faults are diagnostics.</summary>
    /// <param name="path">Relative to the project folder.</param>
    /// <param name="content">Null when there is no such file yet: the lock is empty then.</param>
    /// <param name="diagnostics">Takes the faults.</param>
    public static AddressLock Read(string path, ReadOnlyMemory<byte>? content, DiagnosticBag diagnostics)
    {
        if (content is not { } bytes || YamlReader.Read(path, bytes.Span, diagnostics) is not { } root)
        {
            return AddressLock.Empty;
        }

        new ShapeChecker(diagnostics).Check(root, Shape, path);
        var result = AddressLock.Empty with { Id = (root as YamlMapping)?.Text("id")?.Value };
        foreach (var (name, body) in (root as YamlMapping)?.Children("domains") ?? [])
        {
            result.Domains[name.Value] = ReadDomain(name.At, body, diagnostics);
        }

        foreach (var (machine, ports) in (root as YamlMapping)?.Children("ports") ?? [])
        {
            result.Ports[machine.Value] = ReadPorts(ports);
        }

        RefuseSharedSubnets(result, diagnostics);
        RefuseSharedPorts(result, diagnostics);
        return result;
    }

    public static string Write(AddressLock addressLock)
    {
        var text = new StringBuilder("""
            ---
            # What the build has chosen: the identity and the addresses of this infrastructure. Commit this file, so that
            # every machine keeps its address. A line stays when its machine is removed, so that no other machine gets the
            # address; remove the line to free it. To copy this folder as a new infrastructure, start the copy without
            # this file.
            version: 1

            """);
        if (addressLock.Id is { } id)
        {
            text.Append(CultureInfo.InvariantCulture, $"id: {id}\n");
        }

        text.Append(addressLock.Domains.Count == 0 ? "domains: {}\n" : "domains:\n");
        foreach (var (name, domain) in addressLock.Domains)
        {
            WriteDomain(text, name, domain);
        }

        text.Append(addressLock.Ports.Count == 0 ? "" : "ports:\n");
        foreach (var (machine, ports) in addressLock.Ports)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {YamlText.Scalar(machine)}:\n");
            WriteNumbers(text, "    ", ports);
        }

        return text.ToString();
    }

    [GeneratedRegex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    private static partial Regex IdPattern();

    private static void WriteDomain(StringBuilder text, string name, LockedDomain domain)
    {
        text.Append(CultureInfo.InvariantCulture, $"  {YamlText.Scalar(name)}:\n");
        if (domain.Subnet is { } subnet)
        {
            text.Append(subnet.TrustLevel is { } level ? $"    trust_level: {level}\n" : "");
            text.Append(CultureInfo.InvariantCulture, $"    subnet_id: {subnet.Id.Value}\n");
        }

        if (domain.Machines.Count > 0)
        {
            text.Append("    machines:\n");
            WriteNumbers(text, "      ", domain.Machines);
        }
    }

    private static void WriteNumbers(StringBuilder text, string indent, SortedDictionary<string, Located<int>> numbers)
    {
        foreach (var (name, number) in numbers)
        {
            text.Append(CultureInfo.InvariantCulture, $"{indent}{YamlText.Scalar(name)}: {number.Value}\n");
        }
    }

    private static LockedDomain ReadDomain(SourceLocation at, YamlMapping body, DiagnosticBag diagnostics)
    {
        var subnet = body.Integer("subnet_id") is { } id ? new LockedSubnet(body.Text("trust_level")?.Value, id) : null;
        var machines = new SortedDictionary<string, Located<int>>(StringComparer.Ordinal);
        var holders = new Dictionary<int, (string Name, int Line)>();
        foreach (var (key, value) in body.Entries("machines"))
        {
            if (value is not YamlScalar { Type: ScalarType.Integer } scalar
                || !ShapeChecker.TryInteger(scalar.Text, out var host))
            {
                continue;
            }

            if (!holders.TryAdd(host, (key.Text, key.Location.Line)))
            {
                diagnostics.Add(RuleDiagnostics.LockedTwice(
                    value.Location, $"address .{host}", key.Text, holders[host].Name, holders[host].Line));
            }

            machines[key.Text] = new(host, value.Location);
        }

        return new LockedDomain(at, subnet, machines);
    }

    private static SortedDictionary<string, Located<int>> ReadPorts(YamlMapping body)
    {
        var ports = new SortedDictionary<string, Located<int>>(StringComparer.Ordinal);
        foreach (var name in body.Entries.Select(e => e.Key.Text))
        {
            if (body.Integer(name) is { } number)
            {
                ports[name] = number;
            }
        }

        return ports;
    }

    private static void RefuseSharedPorts(AddressLock addressLock, DiagnosticBag diagnostics)
    {
        var holders = new Dictionary<int, (string Name, int Line)>();
        foreach (var (machine, ports) in addressLock.Ports)
        {
            foreach (var (name, number) in ports)
            {
                if (!holders.TryAdd(number.Value, ($"{machine}/{name}", number.At.Line)))
                {
                    var holder = holders[number.Value];
                    diagnostics.Add(RuleDiagnostics.LockedTwice(
                        number.At, $"port {number.Value}", $"{machine}/{name}", holder.Name, holder.Line));
                }
            }
        }
    }

    private static void RefuseSharedSubnets(AddressLock addressLock, DiagnosticBag diagnostics)
    {
        var holders = new Dictionary<(string?, int), (string Name, int Line)>();
        foreach (var (name, domain) in addressLock.Domains)
        {
            if (domain.Subnet is { } subnet
                && !holders.TryAdd((subnet.TrustLevel, subnet.Id.Value), (name, subnet.Id.At.Line)))
            {
                var holder = holders[(subnet.TrustLevel, subnet.Id.Value)];
                diagnostics.Add(RuleDiagnostics.LockedTwice(
                    subnet.Id.At,
                    $"subnet {subnet.Id.Value} of {subnet.TrustLevel ?? "base_subnet"}",
                    name,
                    holder.Name,
                    holder.Line));
            }
        }
    }
}
