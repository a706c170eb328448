namespace Incus.Infra.Incus.Api;

/// <summary>One request that was answered. Neither bodies nor headers are kept: they can hold secrets.</summary>
/// <param name="Method">Such as <c>GET</c>.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Elapsed">From sending to the last byte of the reply.</param>
internal sealed record RequestRecord(string Method, string Path, int Status, TimeSpan Elapsed);

/// <summary>Counts requests by method, for tests and for the curious.</summary>
/// <param name="observer">Called after each request, or null.</param>
internal sealed class RequestCounter(Action<RequestRecord>? observer = null)
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>How many requests of each method were answered so far.</summary>
    public IReadOnlyDictionary<string, int> Counts
    {
        get
        {
            lock (_counts)
            {
                return new SortedDictionary<string, int>(_counts, StringComparer.Ordinal);
            }
        }
    }

    internal void Add(RequestRecord request)
    {
        lock (_counts)
        {
            _counts[request.Method] = _counts.GetValueOrDefault(request.Method) + 1;
            observer?.Invoke(request);
        }
    }
}
