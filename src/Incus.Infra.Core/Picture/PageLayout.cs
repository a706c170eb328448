namespace Incus.Infra.Core.Picture;

/// <summary>
/// Gives everything in a diagram its place: first the blocks, then for each arrow the way through the gaps between them, then
/// the room that the lines need. All in whole pixels and in a fixed order, so that a diagram has one page.
/// </summary>
internal sealed class PageLayout
{
    private const int Top = 52;

    // As if a line that others are in already were longer, and so were one with more corners.
    private const int Crowd = 6;
    private const int Corner = 12;

    private readonly Diagram _diagram;
    private readonly Grid _grid;
    private readonly Dictionary<string, (Block Block, int? Machine)> _ends = new(StringComparer.Ordinal);
    private readonly List<Route> _routes = [];
    private readonly Dictionary<string, List<string>> _ports = new(StringComparer.Ordinal);

    private PageLayout(Diagram diagram)
    {
        _diagram = diagram;
        // Roles have a line of their own where there are any.
        var lines = diagram.Domains.Any(d => d.Machines.Any(m => m.Roles.Length > 0)) ? 4 : 3;
        List<List<Block>> rows =
        [
            diagram.Outside.Count == 0 ? [] : [.. diagram.Outside.Select(b => new Block(b))],
            .. Packing.Rows([.. diagram.Domains.Select(d => new Block(d, (lines * Sizes.MachineLine) + 12))]),
            [new Block(diagram.Host)],
        ];
        _grid = new Grid([.. rows.Where(r => r.Count > 0)]);
        foreach (var block in _grid.Blocks)
        {
            _ends.Add(block.Place.Id, (block, null));
            foreach (var (number, machine) in block.Machines.Index())
            {
                _ends.Add(machine.Id, (block, number));
            }
        }
    }

    public static Page Of(Diagram diagram) => new PageLayout(diagram).Place();

    private Page Place()
    {
        _grid.PlaceAcross();
        _grid.PlaceDown(Top);
        foreach (var arrow in _diagram.Arrows)
        {
            var route = Find(arrow);
            _routes.Add(route);
            foreach (var leg in route.Legs)
            {
                _grid.AddToGap(leg.Row, leg.Gap, route.Key);
            }
        }

        var byKey = _routes.ToLookup(r => r.Key);
        _grid.OrderGaps((row, gap, key) => byKey[key].SelectMany(r => Pulls(r, row, gap)).Average());
        _grid.PlaceAcross();
        AddPorts();
        AddLines();
        _grid.PlaceDown(Top);
        return new Page(
            _grid.Width,
            _grid.Height,
            _ends.ToDictionary(
                e => e.Key, e => e.Value.Machine is { } machine ? e.Value.Block.BoxOf(machine) : e.Value.Block.Box),
            [.. _routes.Select(r => new PlacedArrow(r.Arrow, PointsOf(r)))],
            Labels(),
            Frame());
    }

    /// <summary>The shortest way, by the first sides where several are as short.</summary>
    private Route Find(Arrow arrow)
    {
        var ways =
            from start in Sides(_ends[arrow.From.Id])
            from target in Sides(_ends[arrow.To.Id])
            from legs in Ways(start, target)
            select new Route(arrow, start, legs, target);
        return ways.MinBy(LengthOf)!;
    }

    private static IEnumerable<RouteEnd> Sides((Block Block, int? Machine) end) =>
    [
        new(end.Block, end.Machine, end.Block.Index),
        new(end.Block, end.Machine, end.Block.Index + 1),
    ];

    private IEnumerable<IReadOnlyList<Leg>> Ways(RouteEnd start, RouteEnd target)
    {
        var (row, last) = (start.Block.Row, target.Block.Row);
        var first = new Leg(row, start.Gap, null);
        if (row == last)
        {
            return start.Gap == target.Gap
                ? [[first]]
                : new[] { row, row + 1 }.Select(channel => new[] { first, new Leg(row, target.Gap, channel) });
        }

        List<Leg> legs = [first];
        var step = Math.Sign(last - row);
        while (row != last)
        {
            var x = _grid.MiddleOf(row, legs[^1].Gap);
            var channel = step > 0 ? row + 1 : row;
            row += step;
            legs.Add(new Leg(row, row == last ? target.Gap : Nearest(row, x, _grid.MiddleOf(last, target.Gap)), channel));
        }

        return [legs];
    }

    private int Nearest(int row, int x, int target) => Enumerable.Range(0, _grid.GapsOf(row))
        .MinBy(gap => Math.Abs(_grid.MiddleOf(row, gap) - x) + Math.Abs(_grid.MiddleOf(row, gap) - target)
            + (_grid.LinesIn(row, gap) * Crowd));

    private int LengthOf(Route route)
    {
        List<Spot> points = [new(MiddleOf(route.Start), route.Start.Block.MiddleOf(route.Start.Strip))];
        foreach (var leg in route.Legs)
        {
            var x = _grid.MiddleOf(leg.Row, leg.Gap);
            if (leg.Channel is { } channel)
            {
                points.Add(new(points[^1].X, _grid.MiddleOf(channel)));
                points.Add(new(x, points[^1].Y));
            }
            else
            {
                points.Add(new(x, points[^1].Y));
            }
        }

        points.Add(new(points[^1].X, route.Target.Block.MiddleOf(route.Target.Strip)));
        points.Add(new(MiddleOf(route.Target), points[^1].Y));
        return points.Zip(points.Skip(1), (a, b) => Math.Abs(a.X - b.X) + Math.Abs(a.Y - b.Y)).Sum()
            + (points.Count * Corner)
            + (route.Legs.Sum(l => _grid.LinesIn(l.Row, l.Gap)) * Crowd);
    }

    private static int MiddleOf(RouteEnd end) =>
        end.Machine is { } machine ? end.Block.BoxOf(machine).X + (Sizes.Machine / 2) : end.Edge;

    /// <summary>Where the parts before and after draw a line in a gap, so that lines cross little.</summary>
    private IEnumerable<double> Pulls(Route route, int row, int gap)
    {
        int[] stops =
            [MiddleOf(route.Start), .. route.Legs.Select(l => _grid.MiddleOf(l.Row, l.Gap)), MiddleOf(route.Target)];
        return route.Legs.Index().Where(leg => leg.Item.Row == row && leg.Item.Gap == gap)
            .Select(leg => (stops[leg.Index] + stops[leg.Index + 2]) / 2.0);
    }

    private void AddPorts()
    {
        var ends = _routes.Select(r => (End: r.Start, Place: r.Arrow.From, Key: r.StartKey))
            .Concat(_routes.Select(r => (End: r.Target, Place: r.Arrow.To, Key: r.TargetKey)))
            .OrderBy(e => !e.End.IsLeft).ThenBy(e => e.Key, StringComparer.Ordinal);
        foreach (var (_, place, key) in ends)
        {
            if (!_ports.TryGetValue(place.Id, out var ports))
            {
                _ports.Add(place.Id, ports = []);
            }

            if (!ports.Contains(key))
            {
                ports.Add(key);
            }
        }
    }

    private void AddLines()
    {
        foreach (var route in _routes)
        {
            var (start, target) = (route.Start, route.Target);
            var from = PortOf(start, route.Arrow.From, route.StartKey);
            start.Block.Strips[start.Strip].Add(route.StartKey, start.Edge, from);
            var to = PortOf(target, route.Arrow.To, route.TargetKey);
            target.Block.Strips[target.Strip].Add(route.TargetKey, target.Edge, to);
            foreach (var (end, key, _) in route.Heads)
            {
                var label = Sizes.WidthOf(Sizes.LabelOf(route.Arrow), Sizes.SmallCharacter) + (2 * Sizes.Pad);
                end.Block.Strips[end.Strip].Add(key, end.Edge, end.Edge + (end.IsLeft ? label : -label));
            }

            foreach (var (before, leg) in route.Legs.Zip(route.Legs.Skip(1)))
            {
                _grid.Channels[leg.Channel!.Value].Add(
                    route.Key, _grid.XOf(before.Row, before.Gap, route.Key), _grid.XOf(leg.Row, leg.Gap, route.Key));
            }
        }

        foreach (var lanes in _grid.Blocks.SelectMany(b => b.Strips).Concat(_grid.Channels))
        {
            lanes.Assign();
        }
    }

    /// <summary>Where a line meets the top of a machine, or the side of a block.</summary>
    private int PortOf(RouteEnd end, Place place, string key)
    {
        if (end.Machine is not { } machine)
        {
            return end.Edge;
        }

        var ports = _ports[place.Id];
        return end.Block.BoxOf(machine).X + (Sizes.Machine * (ports.IndexOf(key) + 1) / (ports.Count + 1));
    }

    private List<Spot> PointsOf(Route route)
    {
        var (start, target) = (route.Start, route.Target);
        List<Spot> points = [];
        var x = PortOf(start, route.Arrow.From, route.StartKey);
        var y = start.Block.YOf(start.Strip, route.StartKey, start.IsLeft);
        if (start.Machine is { } first)
        {
            points.Add(new(x, start.Block.BoxOf(first).Y));
        }

        points.Add(new(x, y));
        foreach (var leg in route.Legs)
        {
            if (leg.Channel is { } channel)
            {
                y = _grid.YOf(channel, route.Key);
                points.Add(new(points[^1].X, y));
            }

            points.Add(new(_grid.XOf(leg.Row, leg.Gap, route.Key), y));
        }

        points.Add(new(points[^1].X, target.Block.YOf(target.Strip, route.TargetKey, target.IsLeft)));
        points.Add(new(PortOf(target, route.Arrow.To, route.TargetKey), points[^1].Y));
        if (target.Machine is { } last)
        {
            points.Add(new(points[^1].X, target.Block.BoxOf(last).Y));
        }

        return points;
    }

    private List<PlacedLabel> Labels()
    {
        List<PlacedLabel> labels = [];
        foreach (var route in _routes)
        {
            foreach (var (end, key, place) in route.Heads)
            {
                // On the line to a machine, and beside the head that a block has at its side.
                var above = end.Machine is null ? 0 : (Sizes.TextLane / 2) + 1;
                var inset = end.IsLeft ? Sizes.Pad : -Sizes.Pad;
                var at = new Spot(end.Edge + inset, end.Block.YOf(end.Strip, key, end.IsLeft) - above);
                labels.Add(new(at, !end.IsLeft, route.Arrow, place));
            }
        }

        return [.. labels.DistinctBy(l => l.At)];
    }

    private Box Frame()
    {
        var inside = _grid.Blocks.Where(b => b.Place is DomainPlace || b.Place.Id == _diagram.Host.Id).ToList();
        var top = inside.Min(b => b.Y) - 12;
        return new(8, top, _grid.Width - 16, inside.Max(b => b.Box.Bottom) + 12 - top);
    }
}
