using System.Text.RegularExpressions;
using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

internal sealed class TerminalTests : SdkTest
{
    [TestCase("")]
    [TestCase("-t:SyncDry")]
    [TestCase("-t:SyncDry -p:FailOnChange=true")]
    [TestCase("-t:Validate")]
    [TestCase("-t:CleanOrphans")]
    public void A_terminal_and_a_pipe_show_the_same_summary(string arguments)
    {
        var piped = Sandbox.Run(Sandbox.Dotnet, ["build", .. Words(arguments)]);
        Restart();
        Sandbox.Set("TERM", "xterm-256color");
        var shown = Sandbox.Run("script", "-qec", $"{Sandbox.Dotnet} build -tl:on {arguments}", "/dev/null");

        shown.ExitCode.ShouldBe(piped.ExitCode, shown.Output);
        Lines(shown.Summary).ShouldNotBeEmpty(shown.Output);
        Lines(shown.Summary).ShouldBe(Lines(piped.Summary));
    }

    /// <summary>The first run must not make the second one up to date.</summary>
    private void Restart()
    {
        foreach (var file in Project.Tree().Keys)
        {
            Project.Delete(file);
        }

        Sandbox.Run(Sandbox.Dotnet, "build", "-t:Clean");
    }

    /// <summary>
    /// A pipe shows the lines of a project indented, a terminal does not.
    /// Before the first build each preview has an id of its own.
    /// </summary>
    private static string[] Lines(string text) => Regex.Replace(text, "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "id")
        .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
