using System.Text;
using static Incus.Infra.Core.Picture.Markup;

namespace Incus.Infra.Core.Picture;

/// <summary>A diagram as a flow chart of Mermaid, which forges draw from its text.</summary>
internal static class MermaidPicture
{
    public static string Of(Diagram diagram)
    {
        var text = new StringBuilder("flowchart TB\n");
        foreach (var place in diagram.Outside)
        {
            Node(text, "  ", place.Id, "([", [place.Name], "])");
        }

        foreach (var domain in diagram.Domains)
        {
            var title = string.Join(", ", new[]
            {
                domain.Name,
                domain.Subnet,
                domain.Whereabouts.Length == 0 ? null : $"on {domain.Whereabouts}",
                domain.TrustLevel,
                domain.Enabled ? null : "disabled",
                domain.Outside.Length == 0 ? null : $"opens {domain.Outside}", domain.Mark?.Text,
            }.OfType<string>());
            text.Append("  subgraph ").Append(domain.Id).Append("[\"").Append(Mermaid(title)).Append("\"]\n");
            foreach (var machine in domain.Machines)
            {
                Node(text, "    ", machine.Id, "[", LinesOf(machine), "]");
            }

            text.Append("  end\n");
        }

        Node(text, "  ", diagram.Host.Id, "([", [diagram.Host.Name], "])");
        foreach (var arrow in diagram.Arrows)
        {
            var line = (arrow.BothWays, arrow is { HasEffect: true, IsNeed: false }) switch
            {
                (true, true) => "<-->",
                (true, false) => "<-.->",
                (false, true) => "-->",
                _ => "-.->",
            };
            text.Append("  ").Append(arrow.From.Id).Append(' ').Append(line).Append("|\"")
                .Append(Mermaid(Sizes.LabelOf(arrow))).Append("\"| ").Append(arrow.To.Id).Append('\n');
        }

        foreach (var domains in diagram.Domains.GroupBy(TrustColors.Of))
        {
            var (name, ground, line, _, _) = domains.Key;
            text.Append("  classDef ").Append(name).Append(" fill:").Append(ground).Append(",stroke:").Append(line)
                .Append(",color:#1f2328\n")
                .Append("  class ").AppendJoin(',', domains.Select(d => d.Id)).Append(' ').Append(name).Append('\n');
        }

        foreach (var note in diagram.Notes)
        {
            text.Append("  %% ").Append(Mermaid(note)).Append('\n');
        }

        return text.ToString();
    }

    private static string[] LinesOf(MachinePlace machine) =>
    [
        string.Join(' ', new[] { machine.Name, machine.IsVirtualMachine ? "(VM)" : null, machine.HasGpu ? "(GPU)" : null }
            .OfType<string>()),
        machine.Address,
        machine.Image,
        machine.Roles,
        machine.State ?? "",
        machine.Mark?.Text ?? "",
    ];

    private static void Node(StringBuilder text, string indent, string id, string open, string[] lines, string close) => text
        .Append(indent).Append(id).Append(open).Append('"')
        .AppendJoin("<br/>", lines.Where(l => l.Length > 0).Select(Mermaid))
        .Append('"').Append(close).Append('\n');
}
