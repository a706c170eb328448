using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Incus.Infra.Incus.Protocol;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>
/// An incus client of its own, with a certificate of its own, to which the shared Incus is the remote <c>far</c> over HTTPS; it
/// speaks from within the network of that Incus.
/// </summary>
internal sealed class FarClient : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("infra-").FullName;

    /// <param name="projects">What the server restricts it to; null for everything.</param>
    public FarClient(IReadOnlyList<string>? projects = null)
    {
        var address = SharedIncus.Daemon.Listen();
        using var key = ECDsa.Create();
        using var certificate = new CertificateRequest("CN=far", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
        Write("client.crt", certificate.ExportCertificatePem());
        Write("client.key", key.ExportPkcs8PrivateKeyPem());
        Write("config.yml", $"remotes:\n  far:\n    addr: https://{address}\n    protocol: incus\n");
        using var server = JsonDocument.Parse(SharedIncus.Daemon.Client("query", "/1.0"));
        Write("servercerts/far.crt", server.RootElement.GetProperty("environment").GetProperty("certificate").GetString()!);
        SharedIncus.Daemon.Client(
        [
            "config", "trust", "add-certificate", PathOf("client.crt"),
            .. projects is null ? Array.Empty<string>() : ["--restricted", "--projects", string.Join(',', projects)],
        ]);
    }

    /// <summary>Of its certificate.</summary>
    public string Fingerprint { get; }

    public string PathOf(string file) => Path.Join(_folder, file);

    /// <summary>Has the Reconciler do something on the server.</summary>
    public JsonElement Run(Request request)
    {
        request.Target = new RequestTarget { Remote = "far" };
        Write("request.json", JsonSerializer.Serialize(request, ProtocolJson.Default.Request));
        var program = Path.Join(AppContext.BaseDirectory, "Incus.Infra.Reconciler.dll");
        var output = SharedIncus.Daemon.Exec(
            "env", $"INCUS_CONF={_folder}", "sh", "-c", $"dotnet '{program}' <'{PathOf("request.json")}' 2>/dev/null || true");
        return JsonDocument.Parse(output).RootElement;
    }

    public void Dispose()
    {
        SharedIncus.Daemon.Client("config", "trust", "remove", Fingerprint);
        Directory.Delete(_folder, recursive: true);
    }

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        File.WriteAllText(PathOf(file), text);
    }
}
