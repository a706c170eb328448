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
            h2 { font-size: 16px; margin: 24px 0 4px }
            p { margin: 4px 0 }
            table { border-collapse: collapse }
            th, td { border: 1px solid #8c959f; padding: 4px 8px; text-align: left; vertical-align: top }
            </style>
            </head>
            <body>
            <div class="picture">
            {{svg}}</div>

            """);
        foreach (var domain in diagram.Domains)
        {
            Section(text, domain.Name, domain.Details, domain.Machines.Select(m => (m.Name, m.Details)));
        }

        Section(
            text, "What policies allow, and what folders share", [],
            diagram.Arrows.Select(a => ($"{a.From.Name} to {a.To.Name}", a.Details)));
        return text.Append("</body>\n</html>\n").ToString();
    }

    private static void Section(
        StringBuilder text,
        string title,
        IReadOnlyList<string> details,
        IEnumerable<(string Name, IReadOnlyList<string> Details)> rows)
    {
        text.Append("<h2>").Append(Xml(title)).Append("</h2>\n<p>").Append(Lines(details)).Append("</p>\n<table>\n");
        foreach (var row in rows)
        {
            text.Append("<tr><th scope=\"row\">").Append(Xml(row.Name)).Append("</th><td>").Append(Lines(row.Details))
                .Append("</td></tr>\n");
        }

        text.Append("</table>\n");
    }

    private static string Lines(IEnumerable<string> lines) => string.Join("<br>", lines.Select(Xml));
}
