using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Rendering;

/// <summary>The managed section of group_vars/all.yml.</summary>
internal static class GlobalVariables
{
    /// <summary>group_vars/all.yml.</summary>
    public static string Of(Infrastructure infra, IReadOnlyList<Domain> domains, AddressLock addressLock)
    {
        var yaml = new YamlWriter();
        var global = infra.Global;
        yaml.Text("project_name", infra.ProjectName);
        // In quotes whatever it begins with, so that all trees look alike.
        yaml.Quoted("infra_id", addressLock.Id!);
        if (global.Addressing is { Value: var addressing })
        {
            yaml.Open("addressing");
            yaml.Integer("base_octet", InfraDialect.BaseOctet);
            yaml.Integer("zone_base", addressing.ZoneBase);
            yaml.Integer("zone_step", InfraDialect.ZoneStep);
            yaml.Close();
        }
        else
        {
            yaml.Quoted("base_subnet", global.BaseSubnet?.Value ?? AddressAllocator.DefaultBase);
        }

        yaml.OptionalText("default_os_image", global.DefaultOsImage?.Value);
        yaml.OptionalText("default_connection", global.DefaultConnection);
        yaml.OptionalText("default_user", global.DefaultUser);
        if (infra.NetworkPolicies.Count > 0)
        {
            yaml.Mappings("network_policies", [.. infra.NetworkPolicies.Select(Policy)]);
        }

        if (global.ResourcePolicy is { } policy)
        {
            ResourcePolicy(yaml, policy);
        }

        yaml.List("infra_domains", [.. domains.Select(d => d.Name.Value)]);
        yaml.List("infra_disabled_domains", [.. infra.Disabled]);
        if (infra.Images.Count > 0)
        {
            yaml.Mappings("infra_images", [.. infra.Images.Select(Image)]);
        }

        yaml.List("incus_all_images",
        [
            .. domains.SelectMany(d => d.Machines)
                .Select(m => (m.OsImage ?? global.DefaultOsImage)?.Value)
                .OfType<string>()
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ]);
        return yaml.ToString();
    }

    /// <summary>How machines share what their servers have.</summary>
    public static void ResourcePolicy(IVariableWriter yaml, ResourcePolicy policy)
    {
        yaml.Open("infra_resource_policy");
        yaml.Open("host_reserve");
        yaml.Quoted("cpu", policy.ReservedCpu);
        yaml.Quoted("memory", policy.ReservedMemory);
        yaml.Close();
        yaml.Word("mode", policy.Mode);
        yaml.Word("cpu_mode", policy.CpuMode);
        yaml.Word("memory_enforce", policy.MemoryEnforce);
        yaml.Boolean("overcommit", policy.Overcommit);
        yaml.Close();
    }

    // With its defaults, for roles.
    private static IEnumerable<(string Key, string Text, string Yaml)> Policy(NetworkPolicy policy)
    {
        if (policy.Description is { } description)
        {
            yield return ("description", description, YamlText.QuotedLiteral(description));
        }

        var (from, to) = (policy.From!.Value.Value, policy.To!.Value.Value);
        yield return ("from", from, YamlText.Literal(from));
        yield return ("to", to, YamlText.Literal(to));
        yield return Word("ports", policy.Traffic.Ports is { } ports ? $"[{string.Join(", ", ports)}]" : "all");
        if (policy.Traffic.Protocol is { } protocol)
        {
            yield return Word("protocol", protocol);
        }

        yield return Word("bidirectional", policy.BidirectionalAt is null ? "false" : "true");

        static (string Key, string Text, string Yaml) Word(string key, string word) => (key, word, word);
    }

    private static IEnumerable<(string Key, string Text, string Yaml)> Image(OwnImage image)
    {
        yield return ("name", image.Name.Value, YamlText.Literal(image.Name.Value));
        yield return ("type", MachineVariables.TypeOf(image.Builder), MachineVariables.TypeOf(image.Builder));
    }
}
