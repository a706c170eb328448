using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;

namespace Incus.Infra.Core.Isolation;

/// <summary>A connection that was tried.</summary>
/// <param name="Expected">What should happen.</param>
/// <param name="IsOpen">What did; null where it could not be tried.</param>
internal sealed record ProbedFlow(ExpectedFlow Expected, bool? IsOpen)
{
    /// <summary>Whether it was tried and was as expected.</summary>
    public bool IsRight => IsOpen == Expected.IsOpen;

    public bool IsWrong => IsOpen is not null && !IsRight;
}

/// <summary>What the packets of a proof showed.</summary>
/// <param name="flows">All connections, whether tried or not.</param>
/// <param name="silent">Machines that could not be asked, each with the reason.</param>
internal sealed class FlowReport(IReadOnlyList<ProbedFlow> flows, IReadOnlyList<(FlowEnd Machine, string Reason)> silent)
{
    // People read the file, too.
    private static readonly FlowJson Json = new(
        new JsonSerializerOptions(FlowJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>
    /// Errors for what is open or closed and should not be, and a warning for each machine that was not asked and is to run.
    /// </summary>
    public IEnumerable<Diagnostic> Diagnostics =>
    [
        .. flows.Where(f => f is { IsWrong: true, IsOpen: true })
            .GroupBy(f => (f.Expected.From, f.Expected.To))
            .Select(pair => AnsibleDiagnostics.FlowOpen(
                pair.Key.From.Domain.Name.At, pair.Key.From.Name, pair.Key.To.Name, pair.Select(f => f.Expected.Traffic))),
        .. flows.Where(f => f is { IsWrong: true, IsOpen: false })
            .GroupBy(f => (f.Expected.From, f.Expected.To, f.Expected.Policy))
            .Select(pair => AnsibleDiagnostics.FlowClosed(
                pair.Key.Policy?.At ?? pair.Key.From.Domain.Name.At,
                pair.Key.From.Name,
                pair.Key.To.Name,
                pair.Select(f => f.Expected.Traffic))),
        .. silent.Where(s => s.Machine.Machine!.State == InfraDialect.Running)
            .Select(s => AnsibleDiagnostics.NotProbed(s.Machine.Machine!.Name.At, s.Machine.Name, s.Reason)),
    ];

    /// <summary>A line for each two ends with a policy or a fault, below a line that counts all.</summary>
    public string ToText()
    {
        if (flows.Count == 0)
        {
            return "no connections to try";
        }

        var pairs = flows.GroupBy(f => (From: f.Expected.From.Name, To: f.Expected.To.Name)).ToList();
        var shown = pairs.Where(p => p.Any(f => f.Expected.Policy is not null || f.IsWrong)).ToList();
        var (from, to) = (shown.Max(p => (int?)p.Key.From.Length) ?? 0, shown.Max(p => (int?)p.Key.To.Length) ?? 0);
        var closed = pairs.Except(shown).Count(p => p.All(f => f.IsOpen == false));
        var untried = flows.Count(f => f.IsOpen is null);
        return string.Join('\n',
        [
            $"{flows.Count(f => f.IsRight)} of {flows.Count} connections are as declared"
                + (untried == 0 ? "" : $", {untried} not probed"),
            .. shown.Select(p => $"{p.Key.From.PadRight(from)} -> {p.Key.To.PadRight(to)}  {Found(p)}".TrimEnd()),
            .. closed == 0 ? (string[])[] : [$"{closed} other pairs are closed"],
        ]);
    }

    /// <summary>All of it for other programs.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new FlowDocument(1, flows.All(f => f.IsRight), [.. flows.Select(Entry)]), Json.FlowDocument) + "\n";

    private static string Found(IEnumerable<ProbedFlow> pair) => string.Join("; ", pair
        .GroupBy(f => f switch
        {
            { IsOpen: null } => "not probed",
            { IsOpen: true, IsRight: true } => "open",
            { IsOpen: true } => "OPEN, AND NO POLICY ALLOWS IT",
            { IsRight: true } => "closed",
            _ => "CLOSED, AND A POLICY ALLOWS IT",
        })
        .Select(group => $"{group.Key}: {string.Join(", ", group.Select(f => f.Expected.Traffic))}"));

    private static FlowEntry Entry(ProbedFlow flow)
    {
        var (from, to, protocol, port, policy, isOpen) = flow.Expected;
        return new FlowEntry(
            from.Name,
            to.Name,
            protocol,
            protocol == "icmp" ? null : port,
            isOpen ? "open" : "closed",
            flow.IsOpen switch { true => "open", false => "closed", _ => "not probed" },
            policy?.At.Line);
    }
}

/// <summary>The form of <c>FlowsFile</c>.</summary>
/// <param name="Version">Of this format.</param>
/// <param name="AsDeclared">Whether all were tried and are as declared.</param>
internal sealed record FlowDocument(int Version, bool AsDeclared, IReadOnlyList<FlowEntry> Flows);

/// <summary>A connection.</summary>
/// <param name="From">A machine.</param>
/// <param name="To">A machine, or <c>gateway of</c> a domain.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>icmp</c>.</param>
/// <param name="Port">Null for <c>icmp</c>.</param>
/// <param name="Expected"><c>open</c> or <c>closed</c>.</param>
/// <param name="Found">The same, or <c>not probed</c>.</param>
/// <param name="PolicyLine">Line in infra.yml of the policy that allows it, or null.</param>
internal sealed record FlowEntry(
    string From, string To, string Protocol, int? Port, string Expected, string Found, int? PolicyLine);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(FlowDocument))]
internal sealed partial class FlowJson : JsonSerializerContext;
