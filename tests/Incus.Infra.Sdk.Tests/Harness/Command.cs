using System.Diagnostics;
using System.Text;
using Incus.Infra.Testing;

namespace Incus.Infra.Sdk.Tests.Harness;

/// <summary>A running process whose output is kept; disposing it ends the process and its children.</summary>
internal sealed class Command : IDisposable
{
    private readonly Process _process;
    private readonly string _line;
    private readonly StringBuilder _output = new();

    private Command(ProcessStartInfo start, string line)
    {
        _line = line;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a process with this environment and nothing else, so that no variable of a CI leaks in.</summary>
    public static Command Start(
        string folder, IReadOnlyDictionary<string, string> environment, string program, IEnumerable<string> arguments)
    {
        string[] command = [program, .. arguments];
        // Tests that a shell runs in its background ignore Ctrl+C, and hand that down.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", .. command])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new Command(start, string.Join(' ', command));
    }

    /// <summary>Waits for the end, and fails the test when it does not come.</summary>
    public CommandResult Wait()
    {
        if (!_process.WaitForExit(Tool.Patience))
        {
            Kill();
            Assert.Fail($"The command did not end in {Tool.Patience}:\n{Output()}");
        }

        // Without a time limit, the wait includes the end of the output.
        _process.WaitForExit();
        return new CommandResult(_process.ExitCode, Output());
    }

    /// <summary>Waits until the output holds a text.</summary>
    public void WaitFor(string text) =>
        SpinWait.SpinUntil(() => Output().Contains(text, StringComparison.Ordinal), Tool.Patience).ShouldBeTrue(Output());

    /// <summary>Does what Ctrl+C does.</summary>
    public void Interrupt()
    {
        using var kill = Process.Start("kill", ["-INT", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Ends the process alone at once, and leaves its children to themselves.</summary>
    public void KillAlone()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Ends the process and its children at once, in the middle of whatever they do.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    /// <summary>The command line, the environment, the output and the exit code, for a reader of a failure.</summary>
    public string Transcript()
    {
        var start = _process.StartInfo;
        var variables = start.Environment.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}={v.Value}");
        return $"""
            {string.Join('\n', variables)}

            $ {_line}
            {Output()}
            {(HasExited ? $"exit code {_process.ExitCode}" : "still running")}

            """;
    }

    public void Dispose()
    {
        if (!HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private string Output()
    {
        lock (_output)
        {
            return _output.ToString();
        }
    }

    private void Keep(object sender, DataReceivedEventArgs e)
    {
        if (e.Data is not null)
        {
            lock (_output)
            {
                _output.Append(e.Data).Append('\n');
            }
        }
    }
}
