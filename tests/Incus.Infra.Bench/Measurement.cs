using System.Diagnostics;
using System.Globalization;

namespace Incus.Infra.Bench;

/// <summary>One run of what a row measures.</summary>
/// <param name="Time">From start to end.</param>
/// <param name="PeakBytes">Peak resident memory of the process, where it is measured.</param>
/// <param name="Requests">Requests to Incus, where they are counted.</param>
/// <param name="Processes">Processes that it started, itself included, where they are counted.</param>
internal sealed record Measurement(TimeSpan Time, long PeakBytes = 0, int Requests = 0, int Processes = 0)
{
    private static readonly TimeSpan MemorySampling = TimeSpan.FromMilliseconds(5);

    /// <summary>Builds the project in <paramref name="folder"/>.</summary>
    /// <param name="folder">The project folder.</param>
    /// <param name="packageCache">Where MSBuild finds the SDK.</param>
    /// <param name="arguments">Further arguments of <c>dotnet build</c>.</param>
    /// <exception cref="InvalidOperationException">The build failed.</exception>
    public static Measurement OfBuild(string folder, string packageCache, params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        var peak = 0L;
        Run(folder, packageCache, arguments, process =>
        {
            while (!process.WaitForExit(MemorySampling))
            {
                peak = Math.Max(peak, PeakOf(process.Id));
            }

            watch.Stop();
        });
        return new Measurement(watch.Elapsed, peak);
    }

    /// <summary>How many processes a build has; counting them takes time of its own, so this measures nothing else.</summary>
    /// <param name="folder">The project folder.</param>
    /// <param name="packageCache">Where MSBuild finds the SDK.</param>
    /// <param name="arguments">Further arguments of <c>dotnet build</c>.</param>
    public static int ProcessesOf(string folder, string packageCache, params string[] arguments)
    {
        var count = 0;
        Run(folder, packageCache, arguments, process => count = ProcessTree.Count(process));
        return count;
    }

    private static void Run(string folder, string packageCache, string[] arguments, Action<Process> follow)
    {
        var start = new ProcessStartInfo("dotnet", ["build", "infra.proj", "-nologo", .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            Environment =
            {
                ["NUGET_PACKAGES"] = packageCache,
                ["MSBUILDDISABLENODEREUSE"] = "1",
                ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
            },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        follow(process);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"dotnet build failed in {folder}:\n{output.Result}");
        }
    }

    // The kernel's own high-water mark; it only grows, so the last sample before the end is the peak.
    private static long PeakOf(int processId)
    {
        try
        {
            var line = File.ReadLines($"/proc/{processId}/status")
                .FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ')[^2], CultureInfo.InvariantCulture) * 1024;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0; // The process ended between two samples.
        }
    }
}
