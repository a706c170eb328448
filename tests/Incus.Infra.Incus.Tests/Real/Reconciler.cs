using System.Diagnostics;
using System.Text.Json;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Reconciler;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>The program as the collection starts it.</summary>
internal sealed class Reconciler : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task _progressEnd;
    private readonly List<string> _progress = [];
    private readonly TaskCompletionSource _firstInstance = new();

    private Reconciler(string request)
    {
        var program = typeof(Session).Assembly.Location;
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
        ReconcilerJson.Default.Request));

    /// <summary>Ends when the first instance is made, or with the program.</summary>
    public Task FirstInstanceAsync() => Task.WhenAny(_firstInstance.Task, _progressEnd);

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
            _progress.Add(line);
            if (line.Contains("\"end\",\"kind\":\"instance\"", StringComparison.Ordinal))
            {
                _firstInstance.TrySetResult();
            }
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
