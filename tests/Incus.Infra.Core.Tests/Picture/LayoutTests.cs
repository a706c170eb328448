using Incus.Infra.Core.Picture;

namespace Incus.Infra.Core.Tests.Picture;

/// <summary>Where things are on the page, at sizes up to those of a large infrastructure.</summary>
[TestFixture(10)]
[TestFixture(50)]
[TestFixture(200)]
internal sealed class LayoutTests
{
    private readonly Diagram _diagram;
    private readonly Page _page;

    public LayoutTests(int machines)
    {
        _diagram = Pictures.Diagram(Pictures.Large(machines));
        _page = PageLayout.Of(_diagram);
    }

    private IEnumerable<Place> Blocks => [.. _diagram.Outside, .. _diagram.Domains, _diagram.Host];

    [Test]
    public void No_two_boxes_overlap_and_machines_are_in_their_domain()
    {
        Overlaps([.. Blocks.Select(b => _page.Boxes[b.Id])]).ShouldBeEmpty();
        foreach (var domain in _diagram.Domains)
        {
            Box[] boxes = [.. domain.Machines.Select(m => _page.Boxes[m.Id])];
            Overlaps(boxes).ShouldBeEmpty();
            boxes.ShouldAllBe(b => Contains(_page.Boxes[domain.Id], b));
        }
    }

    [Test]
    public void Everything_is_on_the_page()
    {
        var page = new Box(0, 0, _page.Width, _page.Height);

        _page.Boxes.Values.Append(_page.Frame).ShouldAllBe(b => Contains(page, b));
        _page.Arrows.SelectMany(a => a.Points).ShouldAllBe(p => Contains(page, new Box(p.X, p.Y, 0, 0)));
    }

    [Test]
    public void Every_policy_has_an_arrow_from_border_to_border()
    {
        _page.Arrows.Select(a => a.Arrow).ShouldBe(_diagram.Arrows);
        foreach (var (arrow, points) in _page.Arrows)
        {
            IsOnBorder(_page.Boxes[arrow.From.Id], points[0]).ShouldBeTrue(arrow.Details[0]);
            IsOnBorder(_page.Boxes[arrow.To.Id], points[^1]).ShouldBeTrue(arrow.Details[0]);
        }
    }

    [Test]
    public void Lines_are_upright_or_level_and_cross_no_machine_and_no_strange_domain()
    {
        Box[] inside = [.. _diagram.Domains.SelectMany(d => d.Machines).Select(m => _page.Boxes[m.Id])];
        foreach (var (arrow, points) in _page.Arrows)
        {
            Place[] strangers = [.. Blocks.Where(b => !IsOf(b, arrow.From) && !IsOf(b, arrow.To))];
            foreach (var (a, b) in points.Zip(points.Skip(1)))
            {
                (a.X == b.X || a.Y == b.Y).ShouldBeTrue();
                inside.Concat(strangers.Select(s => _page.Boxes[s.Id])).ShouldNotContain(box => Crosses(box, a, b));
            }
        }
    }

    [Test]
    public void Lines_that_say_different_things_never_run_in_each_other()
    {
        var lines = _page.Arrows
            .SelectMany(a => a.Points.Zip(a.Points.Skip(1), (from, to) => (Key: KeyOf(a.Arrow), From: from, To: to)))
            .Where(l => l.From != l.To)
            .ToList();
        foreach (var same in lines.Where(l => l.From.X == l.To.X).GroupBy(l => l.From.X)
            .Select(g => g.Select(l => (l.Key, Low: Math.Min(l.From.Y, l.To.Y), High: Math.Max(l.From.Y, l.To.Y))))
            .Concat(lines.Where(l => l.From.Y == l.To.Y).GroupBy(l => l.From.Y)
                .Select(g => g.Select(l => (l.Key, Low: Math.Min(l.From.X, l.To.X), High: Math.Max(l.From.X, l.To.X))))))
        {
            var ordered = same.OrderBy(l => l.Low).ToList();
            ordered.SelectMany((a, i) => ordered.Skip(i + 1).Where(b => a.Key != b.Key && b.Low < a.High).Select(b => (a, b)))
                .ShouldBeEmpty();
        }
    }

    [Test]
    public void Each_arrow_or_bundle_of_arrows_has_its_text_in_the_box_that_it_leads_to()
    {
        _page.Labels.Select(l => KeyOf(l.Arrow)).Distinct().Order()
            .ShouldBe(_diagram.Arrows.Select(KeyOf).Distinct().Order());
        foreach (var label in _page.Labels)
        {
            var box = _page.Boxes[Blocks.Single(b => IsOf(b, label.Place)).Id];
            var width = Sizes.WidthOf(Sizes.LabelOf(label.Arrow), Sizes.SmallCharacter);
            Contains(box, new Box(label.At.X - (label.Ends ? width : 0), label.At.Y - 6, width, 12)).ShouldBeTrue();
        }
    }

    private static string KeyOf(Arrow arrow) =>
        $"{(arrow.BothWays ? arrow.From.Id : "")} {arrow.To.Id} {arrow.Label} {arrow.HasEffect}";

    private static bool IsOf(Place block, Place end) =>
        block == end || (block is DomainPlace domain && domain.Machines.Any(m => m == end));

    private static IEnumerable<(Box, Box)> Overlaps(IReadOnlyList<Box> boxes) => boxes.SelectMany((a, i) => boxes.Skip(i + 1)
        .Where(b => a.X < b.Right && b.X < a.Right && a.Y < b.Bottom && b.Y < a.Bottom).Select(b => (a, b)));

    private static bool Contains(Box outer, Box inner) =>
        inner.X >= outer.X && inner.Right <= outer.Right && inner.Y >= outer.Y && inner.Bottom <= outer.Bottom;

    private static bool IsOnBorder(Box box, Spot point) =>
        (point.Y == box.Y && point.X > box.X && point.X < box.Right)
        || ((point.X == box.X || point.X == box.Right) && point.Y > box.Y && point.Y < box.Bottom);

    // Without its border.
    private static bool Crosses(Box box, Spot a, Spot b) =>
        Math.Max(a.X, b.X) > box.X && Math.Min(a.X, b.X) < box.Right
        && Math.Max(a.Y, b.Y) > box.Y && Math.Min(a.Y, b.Y) < box.Bottom;
}
