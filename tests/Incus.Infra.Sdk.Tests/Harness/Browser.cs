using Incus.Infra.Testing;
using PuppeteerSharp;

namespace Incus.Infra.Sdk.Tests.Harness;

/// <summary>Debian's Chromium without a window, on the host of an embedded Incus, where the networks of its machines are.</summary>
internal static class Browser
{
    /// <summary>Starts one.</summary>
    public static async Task<IBrowser> StartAsync(EmbeddedIncus incus, Sandbox sandbox)
    {
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
            UserDataDir = Path.Join(sandbox.Home, "profile"),
            Args = ["--no-sandbox", "--no-proxy-server"], // Chromium's own sandbox does not run as root.
            DefaultViewport = new ViewPortOptions { Width = 760, Height = 420 },
        });
    }
}
