using Incus.Infra.Core.Files;
using Incus.Infra.Core.Importing;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Tests.Importing;

/// <summary>Import writes both files or none, and replaces none unless told to.</summary>
internal sealed class ImportFilesTests
{
    private static readonly ImportedHost Host = new(
        "lab", [new ImportedDomain(new Domain { Name = new("home", default) }, "10.60.1")], [], []);

    private TemporaryFolder _folder = null!;
    private DiagnosticBag _faults = [];

    [SetUp]
    public void Make()
    {
        _folder = new TemporaryFolder();
        _faults = [];
    }

    [TearDown]
    public void Delete() => _folder.Dispose();

    [Test]
    public void Both_files_are_written()
    {
        Files(force: false).Write(Host, _faults, default).ShouldNotBeNull();

        File.ReadAllText(At("infra.yml")).ShouldContain("  home:\n    subnet_id: 1\n");
        File.ReadAllText(At("infra.lock.yml")).ShouldMatch("(?m)^id: [0-9a-f-]{36}$");
        _faults.ShouldBeEmpty();
    }

    [TestCase("infra.yml")]
    [TestCase("infra.lock.yml")]
    public void A_file_that_exists_is_replaced_only_by_force(string name)
    {
        File.WriteAllText(At(name), "mine");

        Files(force: false).Check().ShouldNotBeNull().Code.ShouldBe("INFRA5035");
        Files(force: false).Write(Host, _faults, default).ShouldBeNull();
        File.ReadAllText(At(name)).ShouldBe("mine");
        Directory.GetFiles(_folder.Path).ShouldHaveSingleItem();

        Files(force: true).Check().ShouldBeNull();
        Files(force: true).Write(Host, _faults, default).ShouldNotBeNull();
        File.ReadAllText(At(name)).ShouldNotBe("mine");
    }

    [Test]
    public void Without_a_domain_nothing_is_written_even_by_force()
    {
        File.WriteAllText(At("infra.yml"), "mine");

        Files(force: true).Write(Host with { Domains = [] }, _faults, default)!.Domains.ShouldBeEmpty();

        File.ReadAllText(At("infra.yml")).ShouldBe("mine");
    }

    private ImportFiles Files(bool force) => new(new BuildOptions { ProjectDirectory = _folder.Path, Fingerprint = "" }, force);

    private string At(string name) => Path.Join(_folder.Path, name);
}
