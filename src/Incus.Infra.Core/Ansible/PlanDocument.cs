using System.Text.Encodings.Web;
using System.Text.Json;
using Incus.Infra.Core.Picture;

namespace Incus.Infra.Core.Ansible;

/// <summary>A plan for other programs.</summary>
/// <param name="Version">Of this format.</param>
/// <param name="Changed">Whether Apply would change anything.</param>
/// <param name="Actions">One for each object that is not as infra.yml says.</param>
internal sealed record PlanDocument(int Version, bool Changed, IReadOnlyList<ObjectAction> Actions)
{
    // People read the file, too: arrows and umlauts stay as they are.
    private static readonly PlaybookJson Json = new(
        new JsonSerializerOptions(PlaybookJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static PlanDocument Of(PlaybookRun run) => new(1, run.ChangesSomething, run.Actions);

    /// <summary>A plan that <see cref="ToJson"/> wrote.</summary>
    public static PlanDocument Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, Json.PlanDocument)!;

    /// <summary>What a picture shows of it.</summary>
    public IReadOnlyList<PlannedChange> ToMarks() =>
        [.. Actions.Select(a => new PlannedChange(a.Kind, a.Project, a.Name, a.Action))];

    public string ToJson() => JsonSerializer.Serialize(this, Json.PlanDocument) + "\n";
}
