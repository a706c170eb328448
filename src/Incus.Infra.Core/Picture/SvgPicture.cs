using System.Globalization;
using System.Text;
using static Incus.Infra.Core.Picture.Markup;

namespace Incus.Infra.Core.Picture;

/// <summary>
/// A diagram as SVG. It needs no script: what more there is to know are titles, which viewers show on hovering.
/// </summary>
internal sealed class SvgPicture
{
    private const int Radius = 5;
    private const int LegendLine = 20;

    private readonly Diagram _diagram;
    private readonly Page _page;
    private readonly StringBuilder _text = new();

    private SvgPicture(Diagram diagram, Page page) => (_diagram, _page) = (diagram, page);

    /// <summary>One element, with the lines below each other and LF at their ends.</summary>
    public static string Of(Diagram diagram) => new SvgPicture(diagram, PageLayout.Of(diagram)).Write();

    private string Write()
    {
        var notes = _page.Height + (2 * LegendLine);
        var height = notes + (_diagram.Notes.Count * Sizes.MachineLine) + 8;
        Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{_page.Width}\" height=\"{height}\" "
            + $"viewBox=\"0 0 {_page.Width} {height}\" role=\"img\" aria-labelledby=\"picture-title picture-summary\">");
        Line($"<title id=\"picture-title\">{Xml(_diagram.Title)}</title>");
        Line($"<desc id=\"picture-summary\">{Xml(_diagram.Summary)}</desc>");
        Line($"<style>\n{SvgStyle.Text}\n</style>");
        Line($"<rect class=\"page\" width=\"{_page.Width}\" height=\"{height}\"/>");
        Text("title", 16, 24, _diagram.Title, _page.Width - 32, 11);
        Text("muted", 16, 44, _diagram.Summary, _page.Width - 32, Sizes.SmallCharacter);
        Rectangle("frame", _page.Frame, 10);
        foreach (var border in _diagram.Outside.Append(_diagram.Host))
        {
            Border(border);
        }

        foreach (var domain in _diagram.Domains)
        {
            Domain(domain);
        }

        foreach (var arrow in _page.Arrows)
        {
            Arrow(arrow);
        }

        foreach (var label in _page.Labels)
        {
            Label(label);
        }

        Legend(_page.Height);
        foreach (var (number, note) in _diagram.Notes.Index())
        {
            Text("", 16, notes + (number * Sizes.MachineLine), note, _page.Width - 32, Sizes.SmallCharacter);
        }

        Line("</svg>");
        return _text.ToString();
    }

    private void Border(BorderPlace place)
    {
        var box = _page.Boxes[place.Id];
        Open("", place.Details);
        Rectangle("border", box, 16);
        Text("name", box.X + Sizes.Pad, box.Y + 16, place.Name, box.Width - (2 * Sizes.Pad), Sizes.NameCharacter);
        Line("</g>");
    }

    private void Domain(DomainPlace domain)
    {
        var box = _page.Boxes[domain.Id];
        var colors = TrustColors.Of(domain);
        Open($"{colors.Name}{(domain.Enabled ? "" : " disabled")}", domain.Details);
        if (domain.IsStack)
        {
            Rectangle("ground", box with { X = box.X + Sizes.Stack, Y = box.Y + Sizes.Stack }, 8);
        }

        Rectangle("ground", box, 8);
        var (left, right, room) = (box.X + Sizes.Pad, box.Right - Sizes.Pad, box.Width - (2 * Sizes.Pad));
        var level = domain.Enabled ? domain.TrustLevel ?? "" : "disabled";
        var width = Sizes.WidthOf(level, Sizes.SmallCharacter);
        Text("name own", left, box.Y + 16, domain.Name, room - width - 6, Sizes.NameCharacter);
        Text("own end", right, box.Y + 16, level, width, Sizes.SmallCharacter);
        Text("mono muted", left, box.Y + 33, Placed(domain), room, Sizes.SmallCharacter);
        Text($"end {ClassOf(domain.Mark)}", right, box.Y + 33, domain.Mark?.Text ?? "", room, Sizes.SmallCharacter);
        foreach (var machine in domain.Machines)
        {
            Machine(machine, colors);
        }

        if (domain.Outside.Length > 0)
        {
            var text = $"→ {domain.Outside}";
            var pill = Sizes.WidthOf(text, Sizes.SmallCharacter) + 12;
            Rectangle("pill", new Box(right - pill, box.Bottom - 8, pill, 16), 8);
            Text("own middle", right - (pill / 2), box.Bottom, text, pill, Sizes.SmallCharacter);
        }

        Line("</g>");
    }

    private static string Placed(DomainPlace domain) =>
        domain.Whereabouts.Length == 0 ? domain.Subnet : $"{domain.Subnet} on {domain.Whereabouts}";

    private void Machine(MachinePlace machine, TrustColors colors)
    {
        var box = _page.Boxes[machine.Id];
        Open(colors.Name, machine.Details);
        Rectangle($"machine{(machine.IsEphemeral ? " ephemeral" : "")}", box, 5);
        var (left, right, room) = (box.X + 9, box.Right - 9, box.Width - 18);
        var y = box.Y + 14;
        var tags = $"{(machine.IsVirtualMachine ? "VM" : "")}{(machine.HasGpu ? " GPU" : "")}".Trim();
        Text("own end tag", right, y, tags, room, Sizes.SmallCharacter);
        Text("name", left, y, machine.Name, room - Sizes.WidthOf(tags, Sizes.SmallCharacter), Sizes.NameCharacter);
        Text("mono", left, y + Sizes.MachineLine, machine.Address, room, Sizes.SmallCharacter);
        Text($"end {ClassOf(machine.State)}", right, y + Sizes.MachineLine, machine.State is { } word ? $"● {word}" : "", room,
            Sizes.SmallCharacter);
        var mark = machine.Mark?.Text ?? "";
        var width = Sizes.WidthOf(mark, Sizes.SmallCharacter);
        Text("muted", left, y + (2 * Sizes.MachineLine), machine.Image, room - width, Sizes.SmallCharacter);
        Text($"end {ClassOf(machine.Mark)}", right, y + (2 * Sizes.MachineLine), mark, width, Sizes.SmallCharacter);
        Text("muted", left, y + (3 * Sizes.MachineLine), machine.Roles, room, Sizes.SmallCharacter);
        Line("</g>");
    }

    private static string ClassOf(Mark? mark) => mark?.Grade switch
    {
        MarkGrade.Addition => "addition",
        MarkGrade.Change => "change",
        _ => "risk",
    };

    private static string ClassOf(string? state) => state switch
    {
        "Running" or "Ready" => "up",
        "Stopped" or "Frozen" or DiagramReader.NotThere => "down",
        _ => "fault",
    };

    private void Arrow(PlacedArrow placed)
    {
        var (arrow, points) = (placed.Arrow, placed.Points);
        Open($"arrow{StyleOf(arrow)}", arrow.Details);
        var path = PathOf(points);
        Line($"<path class=\"reach\" d=\"{path}\"/><path class=\"line\" d=\"{path}\"/>");
        Head(points[^2], points[^1]);
        if (arrow.BothWays)
        {
            Head(points[1], points[0]);
        }

        Line("</g>");
    }

    private static string StyleOf(Arrow arrow) => arrow.IsNeed ? " need" : arrow.HasEffect ? "" : " idle";

    private void Head(Spot from, Spot tip)
    {
        var (dx, dy) = (Math.Sign(tip.X - from.X), Math.Sign(tip.Y - from.Y));
        var (x, y) = (tip.X - (7 * dx), tip.Y - (7 * dy));
        Line($"<path class=\"head\" d=\"M{tip.X} {tip.Y}L{x + (4 * dy)} {y + (4 * dx)}L{x - (4 * dy)} {y - (4 * dx)}Z\"/>");
    }

    private void Label(PlacedLabel label)
    {
        var domain = _diagram.Domains.FirstOrDefault(d => d == label.Place || d.Machines.Contains(label.Place));
        var ground = domain is null ? "none" : TrustColors.Of(domain).Name;
        var classes = $"label on-{ground}{StyleOf(label.Arrow)}{(label.Ends ? " end" : "")}";
        Text(classes, label.At.X, label.At.Y, Sizes.LabelOf(label.Arrow), int.MaxValue, Sizes.SmallCharacter);
    }

    private void Legend(int y)
    {
        var x = 16;
        foreach (var colors in TrustColors.All.Where(c => _diagram.Domains.Any(d => TrustColors.Of(d) == c)))
        {
            Line($"<g class=\"{colors.Name}\">");
            Rectangle("ground", new Box(x, y - 5, 16, 11), 2);
            Line("</g>");
            var word = colors.Name == "none" ? "no trust level" : colors.Name;
            Text("muted", x + 22, y, word, _page.Width, Sizes.SmallCharacter);
            x += 22 + Sizes.WidthOf(word, Sizes.SmallCharacter) + 14;
        }

        Text("muted", 16, y + LegendLine,
            $"Arrow: who may reach whom{(_diagram.Arrows.Any(a => a.IsNeed) ? ", dashed: starts after" : "")}. "
                + "→: what is open outside. Dashed box: may be deleted.",
            _page.Width - 32, Sizes.SmallCharacter);
    }

    /// <summary>A line with round corners.</summary>
    private static string PathOf(IReadOnlyList<Spot> corners)
    {
        List<Spot> points = [corners[0], .. corners.Zip(corners.Skip(1)).Where(p => p.First != p.Second).Select(p => p.Second)];
        var path = new StringBuilder($"M{points[0].X} {points[0].Y}");
        for (var i = 1; i < points.Count - 1; i++)
        {
            var (corner, next) = (points[i], points[i + 1]);
            var (before, after) = (Towards(corner, points[i - 1]), Towards(corner, next));
            path.Append(CultureInfo.InvariantCulture, $"L{before.X} {before.Y}Q{corner.X} {corner.Y} {after.X} {after.Y}");
        }

        return path.Append(CultureInfo.InvariantCulture, $"L{points[^1].X} {points[^1].Y}").ToString();
    }

    private static Spot Towards(Spot corner, Spot other)
    {
        var (dx, dy) = (other.X - corner.X, other.Y - corner.Y);
        var length = Math.Min(Radius, (Math.Abs(dx) + Math.Abs(dy)) / 2);
        return new(corner.X + (Math.Sign(dx) * length), corner.Y + (Math.Sign(dy) * length));
    }

    private void Open(string classes, IReadOnlyList<string> details) =>
        Line($"<g{Class(classes)}><title>{Xml(string.Join('\n', details))}</title>");

    private void Rectangle(string classes, Box box, int radius) => Line(
        $"<rect class=\"{classes}\" x=\"{box.X}\" y=\"{box.Y}\" width=\"{box.Width}\" height=\"{box.Height}\" rx=\"{radius}\"/>");

    private void Text(string classes, int x, int y, string text, int width, double character)
    {
        if (text.Length > 0)
        {
            var shown = Xml(Sizes.Fit(text, width, character));
            Line($"<text{Class(classes)} x=\"{x}\" y=\"{y}\">{shown}</text>");
        }
    }

    private static string Class(string classes) => classes.Length == 0 ? "" : $" class=\"{classes}\"";

    private void Line(string line) => _text.Append(line).Append('\n');
}
