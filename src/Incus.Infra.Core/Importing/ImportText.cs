using System.Text.RegularExpressions;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Importing;

/// <summary>
/// Domains as the text of infra.yml: in the order in which people write it, and without what is a default anyway.
/// </summary>
/// <param name="remarks">What comments say.</param>
/// <param name="refused">What infra.yml cannot have, with the reason.</param>
internal sealed partial class ImportText(ILookup<YamlPlace, string> remarks, IReadOnlyDictionary<YamlPlace, string> refused)
{
    private const string Head = """
        ---
        # yaml-language-server: $schema=https://github.com/incus-infra/incus-infra-sdk/raw/main/docs/infra.schema.json
        # Written by -t:Import from what Incus had. What is not here stays unchanged in Incus. -t:Plan shows what the first Apply
        # adds: its marks, descriptions where there are none, and what closes each domain (an ACL on its bridge, filters on its
        # cards). From then on, only network_policies let others reach its machines.
        # A machine with ephemeral: true has no deletion protection in Incus; without that line, Apply gives it one.

        """;

    private readonly YamlWriter _yaml = new();

    /// <summary>The text.</summary>
    /// <param name="projectName">For people.</param>
    /// <param name="global">Its section global.</param>
    /// <param name="domains">The domains in their order.</param>
    /// <param name="others">A sentence about each project that is not here.</param>
    public string Write(
        string projectName, GlobalSettings global, IReadOnlyCollection<Domain> domains, IReadOnlyCollection<string> others)
    {
        _yaml.Node("project_name", Text(projectName));
        _yaml.Blank();
        _yaml.Open("global");
        if (global.BaseSubnet is { Value: var prefix })
        {
            _yaml.Quoted("base_subnet", prefix);
        }
        else
        {
            _yaml.Open("addressing");
            _yaml.Integer("zone_base", global.Addressing!.Value.Value.ZoneBase);
            _yaml.Close();
        }

        _yaml.Node("default_os_image", Text(global.DefaultOsImage!.Value.Value));
        if (global.GpuIsShared)
        {
            _yaml.Plain("gpu_policy", "shared");
        }

        _yaml.Close();
        _yaml.Blank();
        if (domains.Count == 0)
        {
            _yaml.Plain("domains", "{}");
        }
        else
        {
            _yaml.Open("domains");
            foreach (var domain in domains)
            {
                _yaml.Blank();
                Write(domain, global.DefaultOsImage!.Value.Value);
            }

            _yaml.Close();
        }

        foreach (var other in others)
        {
            _yaml.Blank();
            _yaml.Comment(other);
        }

        return Head + _yaml;
    }

    private void Write(Domain domain, string image)
    {
        var place = new YamlPlace(domain.Name.Value);
        var body = new List<Action>();
        Add(body, place, "description", domain.Description);
        if (domain.TrustLevel is { Value: var level })
        {
            body.Add(() => _yaml.Plain("trust_level", level));
        }

        body.Add(() => _yaml.Integer("subnet_id", domain.SubnetId!.Value.Value));
        if (domain.Access is { OwnAt: not null })
        {
            body.Add(() => WriteUnlessRefused(place.Of("access"), "access", () => _yaml.Plain("access", "{incus: own}")));
        }

        Add(body, place, "profiles", domain.Profiles, p => p.Name, (p, at) => Write(p, at, domain.Name.Value));
        Add(body, place, "machines", domain.Machines, m => m.Name, (m, at) => Write(m, at, domain.Name.Value, image));
        Write(domain.Name.Value, place, body);
    }

    private void Write(Profile profile, YamlPlace place, string domain)
    {
        var body = new List<Action>();
        Add(body, place, "description", profile.Description);
        Add(body, place, "config", profile.Config, s => s.Key, (s, _) => Write(s));
        Add(body, place, "devices", profile.Devices, d => d.Name, (d, _) => Write(d, domain));
        Write(profile.Name.Value, place, body);
    }

    private void Write(Machine machine, YamlPlace place, string domain, string image)
    {
        var body = new List<Action>();
        Add(body, place, "description", machine.Description);
        Add(body, place, "type", machine.IsVirtualMachine == true ? "vm" : null);
        Add(body, place, "ip", machine.Ip?.Value);
        Add(body, place, "os_image", machine.OsImage?.Value == image ? null : machine.OsImage?.Value);
        if (machine.Ephemeral == true)
        {
            body.Add(() => _yaml.Boolean("ephemeral", true));
        }

        if (machine.Profiles is { } profiles && profiles is not [{ Value: "default" }])
        {
            body.Add(() => _yaml.Plain("profiles", $"[{string.Join(", ", profiles.Select(p => YamlText.Scalar(p.Value)))}]"));
        }

        Add(body, place, "config", machine.Config, s => s.Key, (s, _) => Write(s));
        Add(body, place, "devices", machine.Devices, d => d.Name, (d, _) => Write(d, domain));
        Add(body, place, "storage_volumes", machine.StorageVolumes, v => v.Name, (v, at) => Write(v, at));
        Add(body, place, "ports", machine.Ports, p => p.Name, (p, _) => _yaml.Quoted(p.Name.Value, p.Text));
        if (machine.State != InfraDialect.Running)
        {
            body.Add(() => _yaml.Plain("state", machine.State));
        }

        if (machine.BootAutostart is { } autostart)
        {
            body.Add(() => _yaml.Plain("boot_autostart", autostart.Value));
        }

        if (machine.BootPriority is { } priority)
        {
            body.Add(() => _yaml.Integer("boot_priority", priority));
        }

        if (machine.Snapshots is { } snapshots)
        {
            Setting[] settings =
            [
                .. Given("schedule", snapshots.Schedule?.Value),
                .. Given("expiry", snapshots.Expiry?.Value),
                .. Given("pattern", snapshots.Pattern),
            ];
            Add(body, place, "snapshots", settings, s => s.Key, (s, _) => WriteText(s.Key.Value, s.Value.Value));
        }

        Write(machine.Name.Value, place, body);
    }

    private void Write(StorageVolume volume, YamlPlace place)
    {
        var body = new List<Action>();
        Add(body, place, "path", volume.Path.Value);
        Add(body, place, "size", volume.Size);
        Add(body, place, "pool", volume.Pool == Dialect.InfraDialect.DefaultPool ? null : volume.Pool);
        Write(volume.Name.Value, place, body);
    }

    private void Write(Device device, string domain)
    {
        _yaml.Open(device.Name.Value);
        foreach (var option in GivenDevices.Shorten(device, NetworkName.Of(domain, isLinked: false)).Options)
        {
            Write(option);
        }

        _yaml.Close();
    }

    // Incus has text only, and infra.yml takes any single value for it.
    private void Write(Setting setting)
    {
        var (key, value) = (setting.Key.Value, setting.Value.Value);
        if (value is "true" or "false" || Number().IsMatch(value))
        {
            _yaml.Plain(key, value);
        }
        else
        {
            WriteText(key, value);
        }
    }

    private void WriteText(string key, string value)
    {
        if (SizeOrAddress().IsMatch(value))
        {
            _yaml.Plain(key, value);
        }
        else
        {
            _yaml.Node(key, Text(value));
        }
    }

    private void Write(string key, YamlPlace place, List<Action> body)
    {
        if (body.Count == 0)
        {
            Comment(place);
            _yaml.Plain(key, "{}");
            return;
        }

        _yaml.Open(key);
        Comment(place);
        body.ForEach(write => write());
        _yaml.Close();
    }

    private void Comment(YamlPlace place)
    {
        foreach (var remark in remarks[place])
        {
            _yaml.Comment(remark);
        }
    }

    private void Add(List<Action> body, YamlPlace place, string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            body.Add(() => WriteUnlessRefused(place.Of(key), key, () => WriteText(key, value)));
        }
    }

    private void Add<T>(
        List<Action> body, YamlPlace parent, string key, IReadOnlyCollection<T> items, Func<T, Located<string>> name,
        Action<T, YamlPlace> write)
    {
        if (items.Count == 0)
        {
            return;
        }

        var place = parent.Of(key);
        body.Add(() =>
        {
            foreach (var item in items.Where(i => refused.ContainsKey(place.Of(name(i).Value))))
            {
                WriteUnlessRefused(place.Of(name(item).Value), $"{key} {name(item).Value}", () => { });
            }

            var rest = items.Where(i => !refused.ContainsKey(place.Of(name(i).Value))).ToList();
            if (rest.Count > 0)
            {
                _yaml.Open(key);
                rest.ForEach(item => write(item, place.Of(name(item).Value)));
                _yaml.Close();
            }
        });
    }

    private void WriteUnlessRefused(YamlPlace place, string words, Action write)
    {
        if (refused.TryGetValue(place, out var reason))
        {
            _yaml.Comment($"{words} is left out. {reason}");
        }
        else
        {
            write();
        }
    }

    [GeneratedRegex(@"^(0|[1-9][0-9]{0,8})\z")]
    private static partial Regex Number();

    // What people write without quotes although it begins with a digit.
    [GeneratedRegex(@"^([1-9][0-9]{0,8}([kMGTPE]i?B|[mhdw%])|([0-9]{1,3}\.){3}[0-9]{1,3})\z")]
    private static partial Regex SizeOrAddress();

    private static IEnumerable<Setting> Given(string key, string? value) =>
        value is null ? [] : [new Setting(new(key, default), new(value, default))];

    private static YamlScalar Text(string text) => new(default, text, isPlain: false, tag: null);
}
