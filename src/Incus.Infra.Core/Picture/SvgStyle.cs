namespace Incus.Infra.Core.Picture;

/// <summary>The style sheet of the picture, for light pages and dark ones.</summary>
internal static class SvgStyle
{
    /// <summary>Without variables of CSS, which not every viewer of SVG knows.</summary>
    public static string Text { get; } = $$"""
        text { font: 11px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328; dominant-baseline: central }
        .title { font-size: 18px; font-weight: 600 }
        .name { font-size: 13px; font-weight: 600 }
        .mono { font-family: ui-monospace, "DejaVu Sans Mono", monospace }
        .muted { fill: #4d5761 }
        .end { text-anchor: end }
        .middle { text-anchor: middle }
        .tag { font-size: 9px; font-weight: 700 }
        .label { paint-order: stroke; stroke-width: 3px; stroke-linejoin: round; stroke: #ffffff }
        .page { fill: #ffffff }
        .frame { fill: none; stroke: #8c959f; stroke-dasharray: 2 4 }
        .border { fill: #eef1f5; stroke: #57606a }
        .machine { fill: #ffffff; stroke-width: 1.2 }
        .ephemeral { stroke-dasharray: 5 3 }
        .disabled { opacity: .6 }
        .line { fill: none; stroke: #1f4e9c; stroke-width: 1.5; stroke-linejoin: round }
        .head { fill: #1f4e9c }
        .reach { fill: none; stroke: transparent; stroke-width: 9; pointer-events: stroke }
        .idle .line { stroke: #8c959f; stroke-dasharray: 3 3 }
        .idle .head, .idle.label { fill: #6e7781 }
        .need .line { stroke-dasharray: 6 4 }
        .arrow:hover .line { stroke-width: 3 }
        .pill { fill: #ffffff }
        .addition { fill: #176b30 }
        .change { fill: #805500 }
        .risk { fill: #b3261e; font-weight: 700 }
        .up { fill: #176b30 }
        .down { fill: #4d5761 }
        .fault { fill: #b3261e; font-weight: 700 }
        {{Trust(c => c.Ground, c => c.Line)}}
        @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3 }
        .muted, .down { fill: #a3adba }
        .label { stroke: #0d1117 }
        .page, .machine, .pill { fill: #0d1117 }
        .border { fill: #1b212a; stroke: #a3adba }
        .line { stroke: #7cb0ff }
        .head { fill: #7cb0ff }
        .addition, .up { fill: #5fd381 }
        .change { fill: #e3b341 }
        .risk, .fault { fill: #ff8a80 }
        {{Trust(c => c.DarkGround, c => c.DarkLine)}}
        }
        """;

    private static string Trust(Func<TrustColors, string> ground, Func<TrustColors, string> line) => string.Join(
        '\n', TrustColors.All.Select(c =>
            $".{c.Name} > .ground {{ fill: {ground(c)} }} .{c.Name} > rect {{ stroke: {line(c)} }} "
            + $".{c.Name} > .own {{ fill: {line(c)} }} .label.on-{c.Name} {{ stroke: {ground(c)} }}"));
}
