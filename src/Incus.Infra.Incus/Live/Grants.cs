using System.Text.Json;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Live;

/// <summary>What lets somebody into a domain's project: a certificate, or the token that one is got with.</summary>
/// <param name="Id">Of a certificate its fingerprint, of a token its operation.</param>
/// <param name="Domain">The domain.</param>
/// <param name="Token">What the incus client takes, a secret; null for certificates.</param>
internal sealed record Grant(ObjectId Id, string Domain, string? Token);

/// <summary>
/// Certificates and tokens of an infrastructure. Incus keeps nothing of a token in its certificate but the name, so that has
/// whose it is.
/// </summary>
/// <param name="client">The server.</param>
internal sealed class Grants(IncusClient client)
{
    // As many digits as the incus client shows; Incus takes them for the whole.
    private const int Digits = 12;

    /// <summary>All of an infrastructure, those in use and those that wait.</summary>
    public async Task<IReadOnlyList<Grant>> ReadAsync(Infrastructure infrastructure, CancellationToken ct)
    {
        var certificates = await client.GetAsync(Urls.TrustedCertificates, IncusJson.Default.ReplyListCertificate, ct);
        var operations = await client.GetAsync(Urls.Operations, IncusJson.Default.ReplyDictionaryStringListOperation, ct);
        return
        [
            .. from found in certificates.Value
               let domain = DomainOf(infrastructure, found.Name)
               where domain is not null
               let id = Id(ObjectKind.Certificate, domain, found.Projects, found.Fingerprint[..Digits])
               select new Grant(id, domain, Token: null),
            .. from operation in operations.Value.Values.SelectMany(o => o)
               where operation is { Runs: true, Class: "token" }
               let view = View(operation)
               let domain = DomainOf(infrastructure, view?.Request?.Name)
               where domain is not null
               select new Grant(Id(ObjectKind.Token, domain, view!.Request!.Projects, operation.Id), domain, Text(view)),
        ];
    }

    /// <summary>Makes a token for the project of a domain and nothing else.</summary>
    public async Task<Grant> MakeAsync(Infrastructure infrastructure, string domain, string project, CancellationToken ct)
    {
        var request = new TokenRequest { Name = NameOf(infrastructure, domain), Projects = [project] };
        var operation = await client.BeginAsync(Urls.Certificates, request, IncusJson.Default.TokenRequest, ct);
        return new Grant(Id(ObjectKind.Token, domain, request.Projects, operation.Id), domain, Text(View(operation)!));
    }

    public Task DeleteAsync(ObjectId id, CancellationToken ct) => client.DeleteAsync(Urls.Of(id), ct);

    // One whose project is gone belongs to none.
    private static ObjectId Id(ObjectKind kind, string domain, IReadOnlyList<string>? projects, string name) =>
        ObjectId.Of(kind, projects is [var project, ..] ? project : domain, name, pool: "");

    private static string NameOf(Infrastructure infrastructure, string domain) => $"infra-{infrastructure.Id}-{domain}";

    private static string? DomainOf(Infrastructure infrastructure, string? name) =>
        NameOf(infrastructure, "") is var prefix && name?.StartsWith(prefix, StringComparison.Ordinal) == true
            ? name[prefix.Length..]
            : null;

    private static TokenView? View(Operation operation) =>
        operation.Metadata is { ValueKind: JsonValueKind.Object } data && data.TryGetProperty("request", out _)
            ? data.Deserialize(IncusJson.Default.TokenView)
            : null;

    private static string Text(TokenView view) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(
        new ClientToken(view.Request!.Name, view.Fingerprint, view.Addresses, view.Secret!, view.ExpiresAt ?? default),
        IncusJson.Default.ClientToken));
}
