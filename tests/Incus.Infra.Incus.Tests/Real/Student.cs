using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>A request of somebody who has a certificate for one project.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path and query.</param>
/// <param name="Body">A file, where it is a text.</param>
/// <param name="Betrays">What its answer must not show; null where there must be none.</param>
internal sealed record StudentRequest(string Method, string Path, JsonNode? Body = null, string? Betrays = null);

/// <summary>Somebody with a certificate of their own, who speaks HTTPS to the shared Incus from its host.</summary>
internal sealed class Student : IDisposable
{
    /// <summary>Sends requests one after another, and prints the error of each or of its operation, or an empty text.</summary>
    private const string Program = """
        import http.client, json, ssl, sys
        folder = sys.argv[1]
        context = ssl._create_unverified_context()
        context.load_cert_chain(folder + "/client.crt", folder + "/client.key")
        server = http.client.HTTPSConnection(sys.argv[2], context=context, timeout=20)
        def ask(method, path, body=None):
            raw = isinstance(body, str)
            headers = {"X-Incus-type": "file"} if raw else {}
            server.request(method, path, body if raw else json.dumps(body) if body is not None else None, headers)
            reply = server.getresponse()
            text = reply.read()
            try:
                return json.loads(text)
            except ValueError:
                error = "" if reply.status == 200 else str(reply.status)
                return {"type": "raw", "error": error, "metadata": text.decode("latin-1")}
        def outcome(method, path, body, betrays):
            reply = ask(method, path, body)
            if betrays and betrays not in json.dumps(reply):
                return "nothing of it"
            if reply["type"] != "async":
                return reply.get("error") or ""
            end = ask("GET", reply["operation"] + "/wait?timeout=15")
            if end["type"] == "error":
                return end["error"] or "error"
            metadata = end["metadata"]
            code = (metadata.get("metadata") or {}).get("return", 0)
            return metadata["err"] or ("" if code == 0 else "exit code %d" % code)
        requests = json.load(open(folder + "/requests.json"))
        print(json.dumps([outcome(r["Method"], r["Path"], r["Body"], r["Betrays"]) for r in requests]))
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("student-").FullName;

    public Student()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=student", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(Path.Join(_folder, "client.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Join(_folder, "client.key"), key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Uses a token as <c>incus remote add</c> does.</summary>
    /// <returns>Why it is refused, or an empty text.</returns>
    public string Join(string token) =>
        Ask([new("POST", "/1.0/certificates", new JsonObject { ["type"] = "client", ["trust_token"] = token })]).Single();

    /// <summary>Why each request is refused, or an empty text.</summary>
    public IReadOnlyList<string> Ask(IReadOnlyList<StudentRequest> requests)
    {
        File.WriteAllText(Path.Join(_folder, "requests.json"), JsonSerializer.Serialize(requests));
        var output = SharedIncus.Daemon.Exec("python3", "-I", "-c", Program, _folder, SharedIncus.Daemon.Listen());
        return JsonSerializer.Deserialize<string[]>(output)!;
    }
}
