using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Incus.Infra.Tasks.Tests;

internal sealed class TaskLogTests
{
    private readonly RecordingBuildEngine _engine = new();

    private TaskLoggingHelper Log => new(_engine, "AnyTask");

    [Test]
    public void An_error_carries_its_code_its_place_and_a_link_to_its_explanation()
    {
        var diagnostic = new Diagnostic(
            "INFRA1203", Severity.Error, new SourceLocation("infra.yml", 12, 9), "IP {0} is taken.");

        Log.LogDiagnostics([diagnostic]);

        var error = _engine.Errors.ShouldHaveSingleItem();
        error.Code.ShouldBe("INFRA1203");
        error.File.ShouldBe("infra.yml");
        (error.LineNumber, error.ColumnNumber).ShouldBe((12, 9));
        error.HelpLink.ShouldBe(diagnostic.HelpLink);
        error.Message.ShouldBe("IP {0} is taken.", "braces are the user's text, not a format");
    }

    [Test]
    public void A_warning_carries_its_code_its_place_and_a_link_to_its_explanation()
    {
        var diagnostic = new Diagnostic(
            "INFRA1301", Severity.Warning, new SourceLocation("infra.yml", 3, 5), "Unknown key.");

        Log.LogDiagnostics([diagnostic]);

        _engine.Errors.ShouldBeEmpty();
        var warning = _engine.Warnings.ShouldHaveSingleItem();
        warning.Code.ShouldBe("INFRA1301");
        warning.File.ShouldBe("infra.yml");
        (warning.LineNumber, warning.ColumnNumber).ShouldBe((3, 5));
        warning.HelpLink.ShouldBe(diagnostic.HelpLink);
    }

    [Test]
    public void A_summary_has_the_one_form_that_the_terminal_logger_shows()
    {
        Log.LogSummary("/home/me/home-lab.proj", "2 files written, 3 unchanged");

        var message = _engine.Messages.ShouldHaveSingleItem();
        message.Importance.ShouldBe(MessageImportance.High);
        message.Message.ShouldBe("home-lab -> 2 files written, 3 unchanged");
    }
}
