using Incus.Infra.Testing;
using PuppeteerSharp;

namespace Incus.Infra.Sdk.Tests.Harness;

/// <summary>
/// Debian's Chromium without a window, on the host of an embedded Incus, where the networks of its machines are.
/// </summary>
internal static class Browser
{
    /// <summary>For what a page and the browser do, in milliseconds; Puppeteer's own is less than a busy machine needs.</summary>
    public static int Patience { get; } = (int)Tool.Patience.TotalMilliseconds;

    /// <summary>Starts one, or ends the test as skipped.</summary>
    public static async Task<IBrowser> StartAsync(EmbeddedIncus incus, Sandbox sandbox)
    {
        if (File.ReadAllText("/etc/os-release").Contains("VERSION_CODENAME=noble", StringComparison.Ordinal))
        {
            Assert.Ignore("Chromium of Ubuntu 24.04 is a snap, which does not run here. All before the browser passed.");
        }

        // The namespaces have a loopback of their own, so that only a pipe leads to the browser.
        var start = Path.Join(sandbox.Home, "chromium");
        await File.WriteAllTextAsync(start, $"""
            #!/bin/sh
            exec {string.Join(' ', incus.ExecPrefix)} chromium "$@"
            """);
        sandbox.Run("chmod", "700", start).ShouldSucceed();
        return await Puppeteer.LaunchAsync(new LaunchOptions
        {
            ExecutablePath = start,
            Pipe = true,
            Timeout = Patience,
            ProtocolTimeout = Patience,
            UserDataDir = Path.Join(sandbox.Home, "profile"),
            Args = ["--no-sandbox", "--no-proxy-server"], // Chromium's own sandbox does not run as root.
            DefaultViewport = new ViewPortOptions { Width = 760, Height = 420 },
        });
    }
}
