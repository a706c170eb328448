namespace Incus.Infra.Core.Picture;

/// <summary>Parallel lines side by side: each key gets a lane, and no two in a lane meet.</summary>
internal sealed class Lanes
{
    private const int Distance = 6;

    private readonly Dictionary<string, (int From, int To)> _spans = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _lanes = new(StringComparer.Ordinal);

    public int Count { get; private set; }

    /// <summary>Has a key extend over a span, in either direction; what it was given before stays part of it.</summary>
    public void Add(string key, int from, int to)
    {
        var (low, high) = (Math.Min(from, to), Math.Max(from, to));
        _spans[key] = _spans.TryGetValue(key, out var span) ? (Math.Min(span.From, low), Math.Max(span.To, high)) : (low, high);
    }

    /// <summary>Shares the lanes out, the shortest line first: so it is the one nearest to where all of them turn.</summary>
    public void Assign()
    {
        List<List<(int From, int To)>> lanes = [];
        foreach (var (key, span) in _spans
            .OrderBy(s => s.Value.To - s.Value.From).ThenBy(s => s.Key, StringComparer.Ordinal))
        {
            var lane = lanes.FindIndex(taken =>
                taken.TrueForAll(t => t.To + Distance < span.From || span.To + Distance < t.From));
            if (lane < 0)
            {
                lane = lanes.Count;
                lanes.Add([]);
            }

            lanes[lane].Add(span);
            _lanes.Add(key, lane);
        }

        Count = lanes.Count;
    }

    public int Of(string key) => _lanes[key];
}
