namespace Incus.Infra.Core.Tests.Editor;

/// <summary>What users see while they write infra.yml in an editor with yaml-language-server.</summary>
[Category("Slow")]
internal sealed class EditorTests
{
    private const string Machine =
        """
        project_name: home
        global:
          base_subnet: "10.100"
        domains:
          lab:
            subnet_id: 1
            machines:
              web:
                os_image: images:debian/13

        """;

    private LanguageServer _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await LanguageServer.StartAsync();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task A_good_file_has_no_squiggle() => (await _server.SquigglesAsync(Machine)).ShouldBeEmpty();

    [Test]
    public async Task The_beginning_of_a_key_is_completed() =>
        (await _server.CompletionsAsync(Machine + "        boot_‸")).ShouldContain("boot_autostart");

    [Test]
    public async Task Keys_that_have_no_meaning_here_are_not_offered()
    {
        var offered = await _server.CompletionsAsync(Machine + "        ‸");

        offered.ShouldContain("storage_volumes");
        offered.ShouldNotContain("export_apps");
        offered.ShouldNotContain("os_image", "it is there already");
    }

    [Test]
    public async Task The_words_of_a_choice_are_offered() =>
        (await _server.CompletionsAsync(Machine + "        type: ‸")).ShouldBe(["lxc", "vm"], ignoreOrder: true);

    [Test]
    public async Task Hovering_over_a_key_shows_what_it_means() =>
        (await _server.HoverAsync(Machine + "        boot_pri‸ority: 5\n"))
            .ShouldContain("Machines with a higher value start first (boot.autostart.priority).");

    [Test]
    public async Task A_wrong_value_is_underlined_where_it_stands() =>
        (await _server.SquigglesAsync(Machine + "        boot_priority: 101\n"))
            .ShouldHaveSingleItem().ShouldBe(new Squiggle(10, 24, "Value is above the maximum of 100."));

    [Test]
    public async Task A_value_of_the_wrong_form_is_explained_in_words() =>
        (await _server.SquigglesAsync(Machine + "        snapshots_expiry: 3 days\n")).ShouldHaveSingleItem().ShouldBe(
            new Squiggle(
                10, 27, "Must be a duration of at most 99999w, in minutes, hours, days or weeks, such as 60m, 24h, 30d or 2w."));

    [Test]
    public async Task An_unknown_key_is_underlined_where_it_stands() =>
        (await _server.SquigglesAsync(Machine + "        boot_autostrat: true\n"))
            .ShouldHaveSingleItem().ShouldBe(new Squiggle(10, 9, "Property boot_autostrat is not allowed."));

    [Test]
    public async Task A_key_of_ones_own_is_not_underlined() =>
        (await _server.SquigglesAsync(Machine + "        x-note: mine\n")).ShouldBeEmpty();

    [Test]
    public async Task A_key_of_AnKLuMe_that_is_not_read_is_underlined_as_such() =>
        (await _server.SquigglesAsync(Machine + "        export_apps: [firefox]\n"))
            .ShouldHaveSingleItem().Message.ShouldBe("A key of AnKLuMe that is ignored.");
}
