using System.Diagnostics;
using System.Reflection;

namespace Incus.Infra.Testing;

/// <summary>Runs programs for tests: to their end, and only their success is a result.</summary>
public static class Tool
{
    private static readonly string ScriptsFolder = Path.GetFullPath(
        typeof(Tool).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ScriptsFolder").Value!);

    /// <summary>The one limit of time: it ends what hangs, and nothing that a machine is slow at which others load.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(30);

    /// <summary>The path of a script in <c>.build</c>.</summary>
    public static string Script(string name) => Path.Join(ScriptsFolder, name);

    /// <summary>Runs a program and returns what it printed, without the last line's end.</summary>
    /// <param name="environment">Added to this process's; null takes a variable away.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <exception cref="InvalidOperationException">
    /// The program failed, or hung and was killed; the message has both its outputs.
    /// </exception>
    public static string Run(IReadOnlyDictionary<string, string?> environment, params ReadOnlySpan<string> command)
    {
        var start = new ProcessStartInfo(command[0], command[1..].ToArray())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var line = string.Join(' ', command);
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"'{line}' was not done after {Patience}:\n{output.Result}{error.Result}");
        }

        return process.ExitCode == 0
            ? output.Result.TrimEnd('\n')
            : throw new InvalidOperationException($"'{line}' failed with {process.ExitCode}:\n{output.Result}{error.Result}");
    }
}
