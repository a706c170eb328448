using System.Diagnostics;
using System.Text.Json;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Protocol;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>The program as the collection starts it.</summary>
internal sealed class Reconciler : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task _progressEnd;
    private readonly List<string> _progress = [];
    private readonly Dictionary<string, TaskCompletionSource> _awaited = [];

    private Reconciler(string request)
    {
        var program = Path.Join(AppContext.BaseDirectory, "Incus.Infra.Reconciler.dll");
        // Tests that a shell runs in its background ignore Ctrl+C, and hand that down.
        _process = System.Diagnostics.Process.Start(new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _progressEnd = ReadProgressAsync();
        _process.StandardInput.Write(request);
        _process.StandardInput.Close();
    }

    public Process Process => _process;

    public static Reconciler Apply(Lab lab, RequestOptions options, params DomainSpec[] domains) => new(JsonSerializer.Serialize(
        new Request
        {
            Version = 1,
            Action = "apply",
            Project = lab.Project,
            Options = options,
            Target = new RequestTarget { Socket = lab.Target.Path },
            Domains = domains,
        },
        ProtocolJson.Default.Request));

    /// <summary>Waits until the first object of a kind begins or ends, or the program.</summary>
    /// <param name="what"><c>begin</c> or <c>end</c>.</param>
    /// <param name="kind">Such as <c>instance</c>.</param>
    public Task FirstAsync(string what, string kind)
    {
        var text = $"\"{what}\",\"kind\":\"{kind}\"";
        lock (_progress)
        {
            _awaited[text] = new();
            Tell(text, _progress);
            return Task.WhenAny(_awaited[text].Task, _progressEnd);
        }
    }

    /// <summary>Waits for its end.</summary>
    public async Task<(ExitCode Code, JsonElement Result, string Progress)> EndAsync()
    {
        await _process.WaitForExitAsync();
        await _progressEnd;
        return ((ExitCode)_process.ExitCode, JsonDocument.Parse(await _output).RootElement, string.Join('\n', _progress));
    }

    private async Task ReadProgressAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_progress)
            {
                _progress.Add(line);
                foreach (var text in _awaited.Keys)
                {
                    Tell(text, [line]);
                }
            }
        }
    }

    private void Tell(string text, IEnumerable<string> lines)
    {
        if (lines.Any(line => line.Contains(text, StringComparison.Ordinal)))
        {
            _awaited[text].TrySetResult();
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
