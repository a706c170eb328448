using System.Text.Json;
using System.Text.Json.Serialization;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Incus.Protocol;

// Set and not init: the JSON source generator overwrites the default of an init member that is missing in the text.

/// <summary>What is asked of the engine as JSON; docs/reconciler.md explains every member.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record Request
{
    private const int KnownVersion = 1;
    private const int MostFaults = 10;
    private const string Plan = "plan";
    private const string Apply = "apply";
    private const string Snapshot = "snapshot";
    private const string Health = "health";

    private static readonly ILookup<string, ObjectKind> KindsByName =
        KindTraits.Kinds.ToLookup(kind => KindTraits.Of(kind).Plural, StringComparer.Ordinal);

    private static readonly Dictionary<string, SnapshotBefore> SnapshotBeforeByName =
        Enum.GetValues<SnapshotBefore>().ToDictionary(Words.Of, StringComparer.Ordinal);

    public required int Version { get; set; }

    public required string Action { get; set; }

    public IReadOnlyList<string>? Kinds { get; set; }

    public required string Project { get; set; }

    public string? Id { get; set; }

    public IReadOnlyList<string>? Scope { get; set; }

    public IReadOnlyList<string> Keep { get; set; } = [];

    public ResourcePolicySpec? ResourcePolicy { get; set; }

    public RequestOptions Options { get; set; } = new();

    public RequestTarget Target { get; set; } = new();

    public required IReadOnlyList<DomainSpec> Domains { get; set; }

    public IReadOnlyList<ImageSpec> Images { get; set; } = [];

    [JsonIgnore]
    public bool IsApply => Action == Apply;

    [JsonIgnore]
    public bool IsSnapshot => Action == Snapshot;

    [JsonIgnore]
    public bool IsHealth => Action == Health;

    /// <summary>Reads one.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static Request Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, ProtocolJson.Default.Request) ?? throw new JsonException("it is empty.");

    /// <summary>What the engine should do.</summary>
    /// <exception cref="ToolFaultException">INFRA4009: a value is not among those that are allowed.</exception>
    public EngineRequest ToEngineRequest()
    {
        Require(Version == KnownVersion, $"its version is {Version}, and only {KnownVersion} is known.");
        Require(
            Action is Plan or Apply or Snapshot or Health,
            $"its action is '{Action}', and only {Plan}, {Apply}, {Snapshot} and {Health} are known.");
        Require(Options.Parallel > 0, "options.parallel must be at least 1.");
        Require(
            SnapshotBeforeByName.ContainsKey(Options.SnapshotBefore),
            $"options.snapshot_before is '{Options.SnapshotBefore}', "
            + $"and only {string.Join(", ", SnapshotBeforeByName.Keys)} are known.");
        Require(
            !(Kinds ?? []).Concat(Scope ?? []).Concat(Keep).Contains(null),
            "kinds, scope and keep are lists of names, and one of them is null.");
        var known = KindsByName.Select(kinds => kinds.Key).ToList();
        var asked = Kinds ?? known;
        var unknown = asked.FirstOrDefault(k => !known.Contains(k));
        Require(unknown is null, $"there is no kind '{unknown}', only {string.Join(", ", known)}.");
        var faults = SpecCheck.FaultsOf(Domains).Concat(ImageSpec.FaultsOf(Images)).Concat(ResourcePolicy?.Faults() ?? [])
            .Take(MostFaults).ToList();
        Require(faults.Count == 0, string.Join(" ", faults));
        return new EngineRequest
        {
            Project = Project,
            Id = Id ?? Project,
            Domains = Domains,
            Images = Images,
            Kinds = asked.SelectMany(k => KindsByName[k]).ToHashSet(),
            Scope = Scope?.ToHashSet(StringComparer.Ordinal),
            Keep = Keep.ToHashSet(StringComparer.Ordinal),
            ResourcePolicy = ResourcePolicy,
            AllowReplace = Options.AllowReplace,
            AllowMove = Options.AllowMove,
            AutoCleanup = Options.AutoCleanup,
            SnapshotBefore = SnapshotBeforeByName[Options.SnapshotBefore],
            Repair = Options.Repair,
            Parallel = Options.Parallel,
        };
    }

    private static void Require(bool condition, string reason)
    {
        if (!condition)
        {
            throw new ToolFaultException(ToolDiagnostics.BadRequest(reason));
        }
    }
}

/// <summary>The member <c>options</c>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RequestOptions
{
    public bool AllowReplace { get; set; }

    public bool AllowMove { get; set; }

    public bool AutoCleanup { get; set; }

    public string SnapshotBefore { get; set; } = "auto";

    public bool Repair { get; set; }

    public int Parallel { get; set; } = 8;

    public bool LogRequests { get; set; }
}

/// <summary>The member <c>target</c>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RequestTarget
{
    public string? Socket { get; set; }

    public string? Remote { get; set; }
}
