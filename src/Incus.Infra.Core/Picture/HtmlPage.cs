using System.Text;
using static Incus.Infra.Core.Picture.Markup;

namespace Incus.Infra.Core.Picture;

/// <summary>The picture as a page, with everything that it only shows on hovering as tables below.</summary>
internal static class HtmlPage
{
    /// <summary>The elements of the page; it asks for nothing else, and a browser lets nothing on it run.</summary>
    public static string Of(Diagram diagram, string svg)
    {
        var text = new StringBuilder($$"""
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{Xml(diagram.Title)}}</title>
            <style>
            :root { color-scheme: light dark }
            body { margin: 16px; font: 14px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif }
            .picture { overflow: auto }
            table { border-collapse: collapse; margin-bottom: 24px }
            caption { font-weight: 600; padding: 4px 0; text-align: left }
            th, td { border: 1px solid #8c959f; padding: 4px 8px; text-align: left; vertical-align: top }
            </style>
            </head>
            <body>
            <div class="picture">
            {{svg}}</div>

            """);
        foreach (var domain in diagram.Domains)
        {
            Table(text, string.Join("; ", domain.Details), ["Machine", "Address", "Details"], domain.Machines.Select(m =>
                new[] { m.Name, m.Address, string.Join('\n', m.Details) }));
        }

        Table(text, "What policies allow", ["From", "To", "Connections"], diagram.Arrows.Select(a =>
            new[] { a.From.Name, a.To.Name, string.Join('\n', a.Details) }));
        return text.Append("</body>\n</html>\n").ToString();
    }

    private static void Table(StringBuilder text, string caption, string[] heads, IEnumerable<string[]> rows)
    {
        text.Append("<table>\n<caption>").Append(Xml(caption)).Append("</caption>\n<tr>");
        text.AppendJoin("", heads.Select(h => $"<th>{h}</th>")).Append("</tr>\n");
        foreach (var row in rows)
        {
            text.Append("<tr>");
            text.AppendJoin("", row.Select(cell => $"<td>{Xml(cell).Replace("\n", "<br>", StringComparison.Ordinal)}</td>"));
            text.Append("</tr>\n");
        }

        text.Append("</table>\n");
    }
}
