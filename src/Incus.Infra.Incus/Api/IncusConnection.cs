using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Incus.Infra.Incus.Diagnostics;

namespace Incus.Infra.Incus.Api;

/// <summary>
/// One HTTP connection to a target, for one request at a time. A pool of <see cref="HttpClient"/> opens connections in
/// advance and leaves some silent, and a silent connection stops incusd (6.0.4) from accepting any other: it waits for
/// the first byte, which might be the start of TLS, before it accepts the next one.
/// </summary>
internal sealed class IncusConnection : IDisposable
{
    // How long one of several addresses may take.
    private static readonly TimeSpan OneAddress = TimeSpan.FromSeconds(5);

    private readonly IncusTarget _target;
    private readonly SocketsHttpHandler _handler = new() { UseCookies = false, MaxConnectionsPerServer = 1 };
    private readonly X509Certificate2? _client;
    private readonly X509Certificate2? _server;
    private readonly X509Certificate2Collection _authorities = [];
    private readonly HttpClient _http;

    /// <summary>Opens nothing yet.</summary>
    public IncusConnection(IncusTarget target)
    {
        _target = target;
        if (target is RemoteTarget remote)
        {
            _client = remote.Client is var (certificate, key) ? X509Certificate2.CreateFromPem(certificate, key) : null;
            _server = remote.Server is { } pem ? X509Certificate2.CreateFromPem(pem) : null;
            if (remote.Authorities is { } authorities)
            {
                _authorities.ImportFromPem(authorities);
            }

            _handler.SslOptions = Tls();
            if (remote.Addresses.Count > 1)
            {
                _handler.ConnectCallback = (context, ct) => ConnectAsync(context.DnsEndPoint, remote.Addresses, ct);
            }

            _http = new HttpClient(_handler) { BaseAddress = remote.Addresses[0] };
        }
        else
        {
            _handler.UseProxy = false;
            _handler.ConnectCallback = (_, ct) => ConnectAsync(new UnixDomainSocketEndPoint(target.Name), ct);
            _http = new HttpClient(_handler) { BaseAddress = new Uri("http://incus") };
        }

        // Every request brings a limit of its own.
        _http.Timeout = Timeout.InfiniteTimeSpan;
    }

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
        _client?.Dispose();
        _server?.Dispose();
        foreach (var authority in _authorities)
        {
            authority.Dispose();
        }
    }

    /// <summary>Sends a request and reads the whole reply.</summary>
    /// <exception cref="ConnectionFaultException">The connection failed or broke.</exception>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct) =>
        SendAsync(request, HttpCompletionOption.ResponseContentRead, ct);

    /// <summary>Sends a request; the reply may be read later, as one that is too large for the memory must be.</summary>
    /// <inheritdoc cref="SendAsync(HttpRequestMessage, CancellationToken)"/>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, HttpCompletionOption completion, CancellationToken ct)
    {
        try
        {
            return await _http.SendAsync(request, completion, ct);
        }
        catch (HttpRequestException e)
        {
            throw Fault(e);
        }
    }

    private ConnectionFaultException Fault(HttpRequestException e) => new(
        (_target, e.InnerException) switch
        {
            (SocketTarget { Path: var path }, SocketException socket) => SocketFault(path, socket.SocketErrorCode),
            (_, { } inner) => ToolDiagnostics.Unreachable(_target.Name, inner.Message.TrimEnd('.')),
            _ => ToolDiagnostics.Unreachable(_target.Name, e.Message.TrimEnd('.')),
        },
        e);

    private static Diagnostic SocketFault(string path, SocketError error) =>
        error == SocketError.AccessDenied ? ToolDiagnostics.NoPermission(path)
        : Path.Exists(path) || DaemonIsInstalled() ? ToolDiagnostics.NotRunning(path)
        : ToolDiagnostics.NotInstalled(path);

    // A socket that is there is of an Incus that has ended. Its folder may be of any program, and packages make it late.
    private static bool DaemonIsInstalled() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Concat(["/usr/libexec/incus", "/usr/lib/incus", "/opt/incus/bin"])
        .Any(folder => File.Exists(Path.Join(folder, "incusd")));

    // The certificate is that of all addresses.
    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint wanted, IReadOnlyList<Uri> addresses, CancellationToken ct)
    {
        // Else a proxy of the user's stands between, and that one is to be connected to.
        var isServer = wanted.Host == addresses[0].IdnHost && wanted.Port == addresses[0].Port;
        List<DnsEndPoint> ends = isServer ? [.. addresses.Select(a => new DnsEndPoint(a.IdnHost, a.Port))] : [wanted];
        foreach (var end in ends[..^1])
        {
            if (await TryConnectAsync(end, ct) is { } stream)
            {
                return stream;
            }
        }

        return await ConnectAsync(ends[^1], ct);
    }

    private static async Task<Stream?> TryConnectAsync(EndPoint end, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(OneAddress);
        try
        {
            return await ConnectAsync(end, limit.Token);
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null; // Nobody answers there; the next one may.
        }
    }

    private static async ValueTask<Stream> ConnectAsync(EndPoint end, CancellationToken ct)
    {
        Socket? socket = end is UnixDomainSocketEndPoint
            ? new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(end, ct);
            var stream = new NetworkStream(socket, ownsSocket: true);
            socket = null;
            return stream;
        }
        finally
        {
            socket?.Dispose();
        }
    }

    // A certificate that the user accepted with 'incus remote add' counts, and then no other does but those of own authorities.
    private SslClientAuthenticationOptions Tls()
    {
        var options = new SslClientAuthenticationOptions();
        if (_client is not null)
        {
            options.ClientCertificates = [_client];
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => _client;
        }

        if (_authorities.Count > 0)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(_authorities);
        }

        if (_server is not null)
        {
            options.RemoteCertificateValidationCallback = (_, shown, _, errors) =>
                (errors == SslPolicyErrors.None && _authorities.Count > 0)
                || shown?.GetRawCertData().AsSpan().SequenceEqual(_server.RawDataMemory.Span) == true;
        }

        return options;
    }
}
