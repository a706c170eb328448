namespace Incus.Infra.Core.Tests.Building;

internal sealed class SourceTests
{
    private TestProject _project = null!;

    [SetUp]
    public void SetUp() => _project = new TestProject();

    [TearDown]
    public void TearDown() => _project.Dispose();

    [Test]
    public void A_missing_infra_yml_is_INFRA1001()
    {
        File.Delete(_project.PathOf("infra.yml"));

        Codes().ShouldBe(["INFRA1001"]);
    }

    [Test]
    public void A_missing_infra_yml_names_the_file_with_the_other_ending()
    {
        File.Move(_project.PathOf("infra.yml"), _project.PathOf("infra.yaml"));

        _project.Build.Validate().Diagnostics.ShouldHaveSingleItem().Message
            .ShouldBe("'infra.yml' does not exist, but 'infra.yaml' does. Rename that, or set InfraFile to it.");
    }

    [Test]
    public void A_missing_lock_is_fine() => Codes().ShouldBeEmpty();

    [TestCase("infra.yml")]
    [TestCase("infra.lock.yml")]
    public void A_folder_in_place_of_a_source_is_INFRA1002(string path)
    {
        File.Delete(_project.PathOf(path));
        Directory.CreateDirectory(_project.PathOf(path));

        Codes().ShouldBe(["INFRA1002"]);
    }

    [TestCase("infra.yml")]
    [TestCase("infra.lock.yml")]
    public void A_pipe_in_place_of_a_source_is_INFRA1002_and_does_not_hang(string path)
    {
        File.Delete(_project.PathOf(path));
        _project.Run("mkfifo", _project.PathOf(path));

        Codes().ShouldBe(["INFRA1002"]);
    }

    [TestCase("infra.yml")]
    [TestCase("infra.lock.yml")]
    public void A_device_in_place_of_a_source_is_INFRA1002_and_does_not_hang(string path)
    {
        File.Delete(_project.PathOf(path));
        _project.Link(path, "/dev/zero");

        Codes().ShouldBe(["INFRA1002"]);
    }

    [Test]
    public void An_empty_lock_is_INFRA1002_because_its_addresses_would_be_given_out_anew()
    {
        _project.Write("infra.lock.yml", "");

        Codes().ShouldBe(["INFRA1002"]);
    }

    [TestCase("infra.yml")]
    [TestCase("infra.lock.yml")]
    public void A_source_above_32_MiB_is_INFRA1003_and_is_not_read(string path)
    {
        using (var file = File.Create(_project.PathOf(path)))
        {
            file.SetLength((32 << 20) + 1);
        }

        Codes().ShouldBe(["INFRA1003"]);
    }

    [Test]
    public void The_faults_of_both_sources_are_told_in_one_run()
    {
        File.Delete(_project.PathOf("infra.yml"));
        Directory.CreateDirectory(_project.PathOf("infra.lock.yml"));

        Codes().ShouldBe(["INFRA1002", "INFRA1001"]);
    }

    [Test]
    public void Every_verb_tells_a_missing_source()
    {
        File.Delete(_project.PathOf("infra.yml"));

        _project.Sync().Succeeded.ShouldBeFalse();
        _project.Build.SyncDry().Succeeded.ShouldBeFalse();
        _project.Build.CleanOrphans(force: false, CancellationToken.None).Succeeded.ShouldBeFalse();
    }

    private IEnumerable<string> Codes() => _project.Build.Validate().Diagnostics.Select(d => d.Code);
}
