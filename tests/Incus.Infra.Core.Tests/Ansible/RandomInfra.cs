using System.Text.Json.Nodes;

namespace Incus.Infra.Core.Tests.Ansible;

/// <summary>Makes infrastructures at random of all that has a part in what the engine is asked.</summary>
/// <param name="random">The same gives the same.</param>
internal sealed class RandomInfra(Random random)
{
    private static readonly string[] Texts =
    [
        "", "plain", "yes", "no", "null", "~", "1.10", "0x1f", "1e3", "010", "a: b", "- x", "#not a comment", "{{ no_template }}",
        "{% raw %}", "#jinja2: x", "quotes \" ' \\", "two\nlines\n", " blanks ", "é 漢字 🎉", "!unsafe x",
        "&a *b", "%d", "@daily", "=", "{{ copy_name }}", "no {{ copy_index }}: {{ x }}",
    ];

    private static readonly string[] Schedules = ["@daily", "0 3 * * *", "*/5 1-3 * * MON"];

    private int _machines;
    private bool _isCopied;

    /// <summary>The names of the machines and enabled domains with machines.</summary>
    public List<string> Names { get; } = [];

    /// <summary>infra.yml, in JSON, which is YAML.</summary>
    public string Make()
    {
        var domains = new JsonObject();
        for (var i = random.Next(3, 12); i > 0; i--)
        {
            Domain(domains, i);
        }

        var infra = new JsonObject
        {
            ["project_name"] = Text() is { Length: > 0 } name && name.Trim() == name ? name : "p",
            ["global"] = new JsonObject
            {
                ["addressing"] = new JsonObject { ["zone_base"] = random.Next(20, 100) },
                ["default_os_image"] = "images:debian/13",
                ["gpu_policy"] = "shared",
            },
            ["domains"] = domains,
            ["network_policies"] = new JsonArray([.. Enumerable.Range(0, random.Next(5)).Select(_ => Policy())]),
        };
        return infra.ToJsonString();
    }

    private void Domain(JsonObject domains, int number)
    {
        var name = Either($"domain-{number}", $"d{number}", $"a-very-long-domain-name-{number}");
        var machines = new JsonObject();
        var domain = new JsonObject { ["machines"] = machines };
        _isCopied = random.Next(3) == 0;
        domains.Add(name, domain);
        Maybe(domain, "description", () => Text());
        Maybe(domain, "ephemeral", () => Bool());
        Maybe(domain, "outside", () => Either("all", "internet", "none"));
        Maybe(domain, "trust_level", () => Either("admin", "trusted", "semi-trusted", "untrusted", "disposable"));
        Maybe(domain, "remote", () => Either("far", "yes", "1.10"));
        Maybe(domain, "snapshots", Snapshots);
        string[] profiles = random.Next(2) == 0 ? [] : ["small", "big.one"];
        if (profiles.Length > 0)
        {
            domain.Add("profiles", new JsonObject(profiles.Select(p => KeyValuePair.Create(p, (JsonNode?)new JsonObject
            {
                ["description"] = Text(),
                ["config"] = Config(),
                ["devices"] = random.Next(2) == 0 || _isCopied ? new JsonObject() : Proxy(),
            }))));
        }

        var isEnabled = random.Next(6) > 0;
        if (!isEnabled)
        {
            domain.Add("enabled", false);
        }

        for (var i = _isCopied ? random.Next(1, 4) : random.Next(9); i > 0; i--)
        {
            var machine = $"m{++_machines}-x";
            machines.Add(machine, Machine(profiles));
            if (isEnabled)
            {
                Names.AddRange(_isCopied ? [$"{name}-01", $"{name}-01-{machine}", name] : [machine, name]);
            }
        }

        if (_isCopied)
        {
            domain.Add("copies", random.Next(2) == 0 ? random.Next(1, 5) : new JsonArray("01", "yes", "null", "z"));
            if (machines.Count == 1)
            {
                domain.Add("network", Either("own", "shared"));
            }
        }
    }

    private JsonObject Machine(string[] profiles)
    {
        var machine = new JsonObject();
        Maybe(machine, "description", () => Text());
        Maybe(machine, "type", () => Either("lxc", "vm"));
        Maybe(machine, "os_image", () => Either("images:alpine/edge", "debian", "images:debian/12"));
        Maybe(machine, "ephemeral", () => Bool());
        Maybe(machine, "state", () => Either("running", "stopped", "any"));
        if (!_isCopied)
        {
            Maybe(machine, "was", () => $"w{_machines}");
        }

        Maybe(machine, "gpu", () => Bool());
        Maybe(machine, "profiles", () => new JsonArray([.. profiles.Prepend("default").Select(p => JsonValue.Create(p))]));
        Maybe(machine, "config", Config);
        Maybe(machine, "devices", () => _isCopied ? new JsonObject() : Proxy());
        Maybe(machine, "storage_volumes", () => new JsonObject
        {
            ["data"] = new JsonObject { ["path"] = "/srv/data", ["size"] = "1GiB" },
            ["yes"] = new JsonObject { ["path"] = "/srv/yes", ["pool"] = "fast" },
        });
        Maybe(machine, "boot_autostart", () => random.Next(3) switch { 0 => true, 1 => false, _ => "last-state" });
        Maybe(machine, "boot_priority", () => random.Next(100));
        Maybe(machine, "snapshots", Snapshots);
        Maybe(machine, "vars", () => new JsonObject { ["mine"] = Text(), ["list"] = new JsonArray(1, 2.5, "x") });
        return machine;
    }

    private JsonObject Snapshots()
    {
        var snapshots = new JsonObject();
        Maybe(snapshots, "schedule", () => Schedules[random.Next(Schedules.Length)]);
        Maybe(snapshots, "expiry", () => Either("30d", "60m", "2w"));
        Maybe(snapshots, "pattern", () => Either("auto-%d", "at-{{ creation_date|date:'2006-01-02' }}"));
        Maybe(snapshots, "keep", () => random.Next(1, 9));
        Maybe(snapshots, "pre", () => new JsonArray(new JsonArray("echo", Text() + "x")));
        Maybe(snapshots, "post", () => new JsonArray(new JsonArray("true"), new JsonArray("sh", "-c", "{{ x }} $(y)")));
        return snapshots;
    }

    private JsonObject Config() => new(Enumerable.Range(0, random.Next(5))
        .Select(i => KeyValuePair.Create($"{(i % 2 == 0 ? "user.k" : "environment.K")}{i}", Scalar())));

    private JsonNode? Scalar() => random.Next(4) switch
    {
        0 => Bool(),
        1 => random.Next(10_000),
        2 => 1.5,
        _ => Text(),
    };

    private JsonObject Proxy() => new()
    {
        ["web"] = new JsonObject
        {
            ["type"] = "proxy",
            ["listen"] = $"tcp:127.0.0.1:{10_000 + _machines}",
            ["connect"] = "tcp:127.0.0.1:80",
        },
    };

    private JsonObject Policy()
    {
        string End() => Names.Count == 0 ? "host" : Names[random.Next(Names.Count)];
        var policy = new JsonObject { ["from"] = random.Next(4) == 0 ? "192.168.7.0/24" : End(), ["to"] = End() };
        Maybe(policy, "description", () => Text());
        policy.Add("ports", random.Next(2) == 0 ? "all" : new JsonArray(443, 8080 + random.Next(5)));
        Maybe(policy, "bidirectional", () => Bool());
        return policy;
    }

    private void Maybe(JsonObject owner, string key, Func<JsonNode> value)
    {
        if (random.Next(2) == 0)
        {
            owner.Add(key, value());
        }
    }

    private string Text() => Texts[random.Next(Texts.Length)];

    private bool Bool() => random.Next(2) == 0;

    private string Either(params string[] values) => values[random.Next(values.Length)];
}
