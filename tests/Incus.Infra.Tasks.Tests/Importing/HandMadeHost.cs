using System.Collections.Immutable;
using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Incus.Infra.Core.Ansible;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Importing;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Importing;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using Incus.Infra.Incus.Protocol;
using Incus.Infra.Incus.Tests;

namespace Incus.Infra.Tasks.Tests.Importing;

/// <summary>An Incus as people leave it who know nothing of domains, but give each project a bridge of its own.</summary>
internal sealed class HandMadeHost
{
    private const string Id = "00000000-0000-4000-8000-000000000001";

    private readonly Dictionary<ObjectId, ImmutableArray<IPAddress>> _addresses = [];

    public MemoryIncus Incus { get; } = new();

    public List<Image> Images { get; } = [];

    /// <summary>A project with a bridge and the profile that root disk and card are in.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="prefix">First three octets of its subnet.</param>
    /// <param name="bridge">What its bridge has beyond the usual, or otherwise; an empty text is no value.</param>
    /// <param name="config">The same for the project.</param>
    /// <param name="bridgeName">Where it is another name.</param>
    public HandMadeHost Project(
        string name, string prefix, Dictionary<string, string>? bridge = null, Dictionary<string, string>? config = null,
        string? bridgeName = null)
    {
        Incus.Put(ObjectId.OfProject(name), new IncusObject
        {
            Description = "",
            Config = With(
                config, ("features.images", "true"), ("features.profiles", "true"), ("features.storage.volumes", "true")),
        });
        Incus.Put(ObjectId.Network(bridgeName ?? $"net-{name}"), new IncusObject
        {
            Type = "bridge",
            Status = "Created",
            Managed = true,
            Description = "",
            Config = With(
                bridge, ("ipv4.address", $"{prefix}.254/24"), ("ipv4.nat", "true"), ("ipv6.address", "none"),
                ("volatile.network.ipv4", "x")),
        });
        return Profile(name, "default", $"Default Incus profile for project {name}", [], new()
        {
            ["eth0"] = Card(bridgeName ?? $"net-{name}"),
            ["root"] = Disk(),
        });
    }

    public HandMadeHost Profile(
        string project, string name, string description = "", Dictionary<string, string>? config = null,
        Dictionary<string, Dictionary<string, string>>? devices = null)
    {
        Incus.Put(ObjectId.Profile(project, name), new IncusObject
        {
            Description = description,
            Config = config ?? [],
            Devices = devices ?? [],
        });
        return this;
    }

    /// <summary>A running container.</summary>
    /// <param name="project">Its project.</param>
    /// <param name="name">Its name.</param>
    /// <param name="address">That of its card, which is then its own.</param>
    /// <param name="seen">Addresses that it has now.</param>
    /// <param name="config">Of the instance.</param>
    /// <param name="devices">Of the instance.</param>
    /// <param name="edit">What else it is.</param>
    /// <param name="profiles">Its profiles.</param>
    public HandMadeHost Machine(
        string project, string name, string? address = null, string[]? seen = null, Dictionary<string, string>? config = null,
        Dictionary<string, Dictionary<string, string>>? devices = null, Func<IncusObject, IncusObject>? edit = null,
        params string[] profiles)
    {
        var id = ObjectId.Instance(project, name);
        var own = devices ?? [];
        if (address is not null)
        {
            own["eth0"] = new(Card($"net-{project}")) { ["ipv4.address"] = address };
        }

        Incus.Put(id, new IncusObject
        {
            Type = "container",
            Description = "",
            Config = With(
                config, ("image.os", "Debian"), ("image.release", "trixie"), ("volatile.uuid", Guid.NewGuid().ToString())),
            Devices = own,
            Profiles = profiles is [] ? ["default"] : profiles,
            Ephemeral = false,
        });
        Incus.Started(id);
        if (edit is not null)
        {
            Incus.Edit(id, edit);
        }

        _addresses[id] = [.. (seen ?? []).Select(IPAddress.Parse)];
        return this;
    }

    public HandMadeHost Volume(string project, string name, string pool = "default", string description = "", string? size = null)
    {
        Incus.Put(ObjectId.Volume(project, pool, name), new IncusObject
        {
            Type = "custom",
            Description = description,
            Config = size is null ? [] : new() { ["size"] = size },
            Rest = new() { ["content_type"] = JsonSerializer.SerializeToElement("filesystem") },
        });
        return this;
    }

    public HandMadeHost Acl(string name)
    {
        Incus.Put(ObjectId.Acl(name), new IncusObject { Config = [], Ingress = [], Egress = [] });
        return this;
    }

    /// <summary>What Apply makes of a sample, as if it had been made by hand.</summary>
    public static HandMadeHost Of(string sample)
    {
        var folder = Path.Join(SamplesFolder, sample);
        var host = new HandMadeHost();
        host.Incus.GpuCards.Add(new GpuCard { Drm = new GpuDrm(0) });
        host.Incus.With(RequestOf(
            File.ReadAllText(Path.Join(folder, "infra.yml")),
            File.ReadAllText(Path.Join(folder, "infra.lock.yml")),
            Directory.GetFiles(folder, "*.csv").ToDictionary(
                f => Path.GetFileName(f), f => new ReadOnlyMemory<byte>(File.ReadAllBytes(f)))));
        foreach (var id in host.Incus.Objects.Keys.ToList())
        {
            host.Incus.Edit(id, o => o with
            {
                Config = o.Config!.Where(c => !c.Key.StartsWith("user.infra.", StringComparison.Ordinal)).ToDictionary(),
            });
        }

        return host;
    }

    public static Dictionary<string, string> Card(string bridge) =>
        new() { ["type"] = "nic", ["name"] = "eth0", ["network"] = bridge };

    public static Dictionary<string, string> Disk(string pool = "default") =>
        new() { ["type"] = "disk", ["path"] = "/", ["pool"] = pool };

    /// <summary>The files that Import writes.</summary>
    public ImportedFiles Import(params string[] projects)
    {
        var host = new LiveHost(Read(), _addresses, Images);
        var found = new Survey(host, ImportedModel.Form).Run(projects is [] ? null : projects.ToHashSet());
        return new ImportDraft(ImportedModel.Of("test", found)).Compile("infra.yml", "infra.lock.yml", Id);
    }

    /// <summary>Asserts that Apply of the files adds marks and what closes domains, and a second one nothing.</summary>
    public void ShouldBeKeptBy(ImportedFiles files)
    {
        var request = RequestOf(files.Infra, files.Lock);
        var before = Read().Objects;
        Incus.Plan(request)
            .Where(r => r.Error is not null
                || (r.Action is not (ActionKind.Update or ActionKind.Start) && r.Id.Kind != ObjectKind.Acl))
            .Select(r => $"{r.Action} {r.Id} {r.Error}").ShouldBeEmpty(files.Infra);
        Incus.With(request);

        var after = Read().Objects;
        after.Keys.Except(before.Keys).ShouldAllBe(id => id.Kind == ObjectKind.Acl);
        before.Keys.Except(after.Keys).ShouldBeEmpty();
        foreach (var (id, old) in before.Where(o => o.Key.Kind != ObjectKind.Acl))
        {
            Changes(id, old, after[id]).Where(c => !IsMeant(id, c)).Select(c => $"{id}: {c.Property}: {c.Old} -> {c.New}")
                .ShouldBeEmpty(files.Infra);
            (after[id].LastUsedAt == old.LastUsedAt || !old.IsUp).ShouldBeTrue($"{id} was restarted");
        }

        Incus.Plan(request).Select(r => $"{r.Action} {r.Id}").ShouldBeEmpty();
    }

    private static EngineRequest RequestOf(
        string infra, string addressLock, IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? tables = null)
    {
        var sources = new Sources(
            "infra.yml", Encoding.UTF8.GetBytes(infra), "infra.lock.yml", Encoding.UTF8.GetBytes(addressLock), Id);
        var compilation = InfraCompiler.Compile(tables is null ? sources : sources with { Tables = tables });
        compilation.Succeeded.ShouldBeTrue(infra + string.Join('\n', compilation.Diagnostics));
        return Request
            .Parse(new DirectRequest(
                new DirectOptions { IsPlan = true }, compilation.Infrastructure!, compilation.Addresses!).ToJson())
            .ToEngineRequest();
    }

    private static string SamplesFolder => typeof(HandMadeHost).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == nameof(SamplesFolder)).Value!;

    private LiveState Read() =>
        Incus.ReadAsync(KindTraits.Kinds.ToHashSet(), new HashSet<ObjectId>(), default).GetAwaiter().GetResult();

    // A machine does not see whether a device is its own or that of a profile.
    private static IEnumerable<PropertyChange> Changes(ObjectId id, IncusObject before, IncusObject after) =>
        ThreeWayDiff.Between(Properties.Of(before), Properties.Of(after))
            .Where(c => id.Kind != ObjectKind.Instance || c.Property.Section != Section.Devices)
            .Concat(id.Kind == ObjectKind.Instance
                ? ThreeWayDiff.Between(Properties.Expanded(before), Properties.Expanded(after))
                : []);

    private static bool IsMeant(ObjectId id, PropertyChange change) => change.Property switch
    {
        { Section: Section.Config, Key: var key } when key.StartsWith("user.infra.", StringComparison.Ordinal) => true,
        { Section: Section.Description } => change.Old?.StartsWith("Default Incus profile", StringComparison.Ordinal) != false,
        { Section: Section.Config, Key: var key } => id.Kind switch
        {
            ObjectKind.Network => key == "ipv4.dhcp.ranges" || key.StartsWith("security.acls", StringComparison.Ordinal),
            ObjectKind.Project => key == "features.networks" && change.Old is null,
            _ => false,
        },
        { Section: Section.Devices, Key: var key } => change.Old is null
            && (id.IsDefaultProfile || key is "security.mac_filtering" or "security.ipv4_filtering"),
        _ => false,
    };

    private static Dictionary<string, string> With(Dictionary<string, string>? own, params (string Key, string Value)[] usual)
    {
        var all = usual.ToDictionary(u => u.Key, u => u.Value);
        foreach (var (key, value) in own ?? [])
        {
            all[key] = value;
        }

        return all.Where(a => a.Value.Length > 0).ToDictionary();
    }
}
