using Incus.Infra.Core.Model;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Rendering;

/// <summary>What the variables of domains and machines have in common; what is not declared is not written.</summary>
internal static class VariableForms
{
    public static void OptionalText(this IVariableWriter yaml, string key, string? value)
    {
        if (value is not null)
        {
            yaml.Text(key, value);
        }
    }

    public static void OptionalInteger(this IVariableWriter yaml, string key, int? value)
    {
        if (value is { } number)
        {
            yaml.Integer(key, number);
        }
    }

    public static void OptionalList(this IVariableWriter yaml, string key, IReadOnlyList<string>? values)
    {
        if (values is { Count: > 0 })
        {
            yaml.List(key, values);
        }
    }

    public static void Settings(this IVariableWriter yaml, string key, IReadOnlyList<Setting> settings)
    {
        if (settings.Count == 0)
        {
            yaml.Empty(key);
            return;
        }

        yaml.Open(key);
        foreach (var (name, value) in settings)
        {
            yaml.Quoted(name.Value, value.Value);
        }

        yaml.Close();
    }

    public static void Devices(this IVariableWriter yaml, string key, IReadOnlyList<Device> devices)
    {
        if (devices.Count == 0)
        {
            yaml.Empty(key);
            return;
        }

        yaml.Open(key);
        foreach (var device in devices)
        {
            yaml.Settings(device.Name.Value, device.Options);
        }

        yaml.Close();
    }

    public static void Hosts(this IVariableWriter yaml, IReadOnlyDictionary<string, string> addresses)
    {
        if (addresses.Count == 0)
        {
            return;
        }

        yaml.Open("instance_hosts");
        foreach (var (name, address) in addresses)
        {
            yaml.Quoted(name, address);
        }

        yaml.Close();
    }

    public static void Snapshots(this IVariableWriter yaml, SnapshotPolicy? policy)
    {
        if (policy?.Schedule is { } schedule)
        {
            yaml.Quoted("instance_snapshots_schedule", schedule.Value);
        }

        if (policy?.IncusExpiry is { } expiry)
        {
            yaml.Quoted("instance_snapshots_expiry", expiry);
        }

        if (policy?.Pattern is { } pattern)
        {
            yaml.Quoted("instance_snapshots_pattern", pattern);
        }

        yaml.OptionalInteger("instance_snapshots_keep", policy?.Keep);
        if (policy?.Pre is { } pre)
        {
            yaml.Lists("instance_snapshots_pre", pre);
        }

        if (policy?.Post is { } post)
        {
            yaml.Lists("instance_snapshots_post", post);
        }
    }
}
