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
    private readonly Task<string> _progress;

    private Reconciler(string request)
    {
        var program = typeof(Session).Assembly.Location;
        _process = System.Diagnostics.Process.Start(new ProcessStartInfo("dotnet", [program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _progress = _process.StandardError.ReadToEndAsync();
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

    /// <summary>Waits for its end.</summary>
    public async Task<(ExitCode Code, JsonElement Result, string Progress)> EndAsync()
    {
        await _process.WaitForExitAsync();
        return ((ExitCode)_process.ExitCode, JsonDocument.Parse(await _output).RootElement, await _progress);
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
