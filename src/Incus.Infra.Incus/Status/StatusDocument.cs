using System.Text.Json;
using System.Text.Json.Serialization;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Status;

/// <summary>A report for programs.</summary>
/// <param name="Version">Of this format.</param>
/// <param name="Differs">Whether anything was changed by hand, is missing or was never applied.</param>
/// <param name="Machines">In the order of infra.yml, orphans last.</param>
/// <param name="Objects">The other objects that are not as applied.</param>
internal sealed record StatusDocument(
    int Version, bool Differs, IReadOnlyList<ListedMachine> Machines, IReadOnlyList<ListedObject> Objects)
{
    public static StatusDocument Of(StatusReport report) => new(
        1,
        report.Differs,
        [
            .. report.Objects.Where(o => o.Id.Kind == ObjectKind.Instance).Select(o => new ListedMachine(
                o.Domain, o.Id.Project, o.Id.Name, o.State, o.Wanted?.ToString(), StatusTable.HealthOf(o), o.HealthAnswer,
                o.Address, o.Ports, o.Image, o.Snapshot, StatusTable.WordOf(o.Mark), o.Drift)),
        ],
        [
            .. report.Objects.Where(o => o.Id.Kind != ObjectKind.Instance && o.Mark != StatusMark.Applied)
                .Select(o => new ListedObject(o.Domain, o.Id.Word, o.Id.Project, o.Id.Name, StatusTable.WordOf(o.Mark), o.Drift)),
        ]);

    /// <summary>With a line's end.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, StatusJson.Default.StatusDocument) + "\n";
}

/// <summary>One machine; what it does not have is null.</summary>
internal sealed record ListedMachine(
    string Domain,
    string Project,
    string Name,
    string? State,
    string? Wanted,
    string? Health,
    string? HealthAnswer,
    string? Address,
    IReadOnlyDictionary<string, string> Ports,
    string? Image,
    DateTimeOffset? Snapshot,
    string Status,
    IReadOnlyList<DriftedValue> Drift);

/// <summary>One object that is no machine.</summary>
internal sealed record ListedObject(
    string Domain, string Kind, string Project, string Name, string Status, IReadOnlyList<DriftedValue> Drift);

/// <summary>Generated at compile time, because reflection would cost more than all else that a build does.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(StatusDocument))]
internal sealed partial class StatusJson : JsonSerializerContext;
