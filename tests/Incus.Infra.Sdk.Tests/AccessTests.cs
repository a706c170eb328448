using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>Cards for those who get into a domain, with the packed SDK.</summary>
internal sealed class AccessTests : IncusTest
{
    [Test]
    public void A_card_has_a_token_that_is_in_no_log_and_in_a_file_that_only_its_owner_reads()
    {
        Incus.Client("config", "set", "core.https_address", "127.0.0.1:8443");
        Project.Edit("infra.yml", "  work:\n", "  work:\n    access: {incus: own}\n");
        Sandbox.Build("-t:Access", "-p:AccessFile=cards.txt").ShouldFailWith("INFRA4135");
        Sandbox.Build("-t:Apply").ShouldSucceed();
        Sandbox.Build("-t:Access").ShouldSucceed().Output.ShouldContain("incus: not joined; AccessFile=<file> writes a token");
        var file = Path.Join(Project.Path, "cards.txt");
        File.Exists(file).ShouldBeFalse();

        var log = Sandbox.Build("-t:Access", "-p:AccessFile=cards.txt", "-v:diagnostic", "-bl:access.binlog")
            .ShouldSucceed().Output;
        var cards = File.ReadAllText(file);
        var token = Regex.Match(cards, "incus remote add work ([A-Za-z0-9+/=]{100,}) --project work").Groups[1].Value;
        var decoded = Encoding.UTF8.GetString(Convert.FromBase64String(token));
        var secret = Regex.Match(decoded, "\"secret\":\"([0-9a-f]{64})").Groups[1].Value;
        secret.ShouldNotBeEmpty();
        using var gzip = new GZipStream(File.OpenRead(Path.Join(Project.Path, "access.binlog")), CompressionMode.Decompress);
        using var binary = new MemoryStream();
        gzip.CopyTo(binary);
        foreach (var text in new[] { log, Encoding.Latin1.GetString(binary.ToArray()) })
        {
            text.ShouldContain("cards.txt");
            text.ShouldNotContain(token);
            text.ShouldNotContain(secret);
        }

        Sandbox.Run("stat", "--format=%a", file).ShouldSucceed().Output.ShouldContain("600");
        Sandbox.Build("-t:Access", "-p:AccessFile=cards.txt").ShouldSucceed();
        File.ReadAllText(file).ShouldBe(cards);

        // What the project does not allow is not what the other commands need.
        Sandbox.Build("-t:Snap", "-p:Domain=work", "-p:Snapshot=mine").ShouldSucceed();
        Sandbox.Build("-t:Apply").ShouldSucceed().Output.ShouldContain("infra -> nothing to change in Incus");
    }

    [Test]
    public void Wrong_use_is_an_error_with_a_code()
    {
        Access().ShouldFailWith("INFRA5050");
        Project.Edit("infra.yml", "  work:\n", "  work:\n    access: {incus: own}\n");
        Access("-p:Domain=home").ShouldFailWith("INFRA5050");
        Access("-p:Domain=wrk").ShouldFailWith("INFRA5012");
        Access("-p:Limit=work").ShouldFailWith("INFRA5014");
        Access("-p:Renew=true").ShouldFailWith("INFRA5010");

        CommandResult Access(params string[] arguments) => Sandbox.Build(["-t:Access", .. arguments]);
    }
}
