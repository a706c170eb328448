using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>The sample with a page before a database, as a user would apply it to an empty host.</summary>
[Category("Slow")]
internal sealed class WebStackTests() : IncusTest("debian")
{
    private static readonly string s_sample = Path.Join(AppContext.BaseDirectory, "Samples", "web-stack");

    [Test]
    public void One_Apply_makes_a_page_with_what_is_in_the_database_and_a_second_one_changes_nothing()
    {
        foreach (var file in Directory.EnumerateFiles(s_sample, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".proj")))
        {
            Project.Write(Path.GetRelativePath(s_sample, file), File.ReadAllText(file));
        }

        Project.Edit("infra.yml", "images:debian/13", "debian");

        Sandbox.Build("-t:Apply").ShouldSucceed();

        Page().ShouldContain("<li>A pot of honey: 7.50 EUR</li>");
        var row = "INSERT INTO article VALUES ('A candle', 3)";
        Sandbox.Run("incus", "exec", "--project=shop", "db", "--", "runuser", "--user=postgres", "--", "psql", "--dbname=shop", $"--command={row}")
            .ShouldSucceed();
        Page().ShouldContain("<li>A candle: 3.00 EUR</li>");

        var again = Sandbox.Build("-t:Apply").ShouldSucceed();
        again.Output.Split('\n').Where(line => line.StartsWith("  infra -> "))
            .ShouldBe(["  infra -> up to date", "  infra -> nothing to change in Incus"]);
        Sandbox.Build("-t:Verify").ShouldSucceed().Summary.ShouldContain("3 of 3 steps are as declared");
    }

    /// <summary>As a browser on the host of Incus gets it.</summary>
    private string Page() => Incus.Exec(
        "python3", "-c", "import urllib.request as r; print(r.urlopen('http://10.100.0.1/', timeout=10).read().decode())");
}
