using System.Text.Json;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>An alias of the shared Incus with two images: which one it stands for, a test decides.</summary>
internal sealed class NewerImage : IDisposable
{
    private static int LastNumber;

    private readonly string[] _fingerprints;

    public NewerImage()
    {
        Alias = $"follow{Interlocked.Increment(ref LastNumber)}";
        _fingerprints = [.. Enumerable.Range(0, 2).Select(Publish)];
        Is(0);
    }

    /// <summary>A name of its own.</summary>
    public string Alias { get; }

    /// <summary>Makes it stand for the image whose machines have a file <c>/version</c> with this number.</summary>
    public void Is(int version) => Query(
        version == 0 && !Query("/1.0/images/aliases").Contains($"/{Alias}\"", StringComparison.Ordinal)
            ? ["--request", "POST", "/1.0/images/aliases", "--data", Json(("name", Alias), ("target", _fingerprints[0]))]
            : ["--request", "PUT", $"/1.0/images/aliases/{Alias}", "--data", Json(("target", _fingerprints[version]))]);

    public void Dispose()
    {
        foreach (var fingerprint in _fingerprints)
        {
            SharedIncus.Daemon.Client("image", "delete", fingerprint);
        }
    }

    private string Publish(int version)
    {
        var (seed, alias) = ($"{Alias}-seed{version}", $"{Alias}-{version}");
        SharedIncus.Daemon.Client("init", "busybox", seed);
        var file = Path.Join(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(file, $"{version}\n");
        SharedIncus.Daemon.Client("file", "push", file, $"{seed}/version");
        File.Delete(file);
        SharedIncus.Daemon.Client("publish", seed, "--alias", alias);
        SharedIncus.Daemon.Client("delete", seed);
        using var found = JsonDocument.Parse(Query($"/1.0/images/aliases/{alias}"));
        return found.RootElement.GetProperty("target").GetString()!;
    }

    private static string Query(params string[] arguments) => SharedIncus.Daemon.Client(["query", .. arguments]);

    private static string Json(params (string Name, string Value)[] members) =>
        JsonSerializer.Serialize(members.ToDictionary(m => m.Name, m => m.Value));
}
