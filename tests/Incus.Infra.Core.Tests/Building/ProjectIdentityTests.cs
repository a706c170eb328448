using Incus.Infra.Core.Building;

namespace Incus.Infra.Core.Tests.Building;

/// <summary>Whose objects are the project's, whatever state its files are in.</summary>
internal sealed class ProjectIdentityTests
{
    private const string Id = "3f0c7e52-7f0b-4b6a-9a39-2f4c3f2e7a11";
    private const string Infra = "project_name: lab\ndomains: {home: {}, work: {}}\n";
    private const string Lock = $"version: 1\nid: {Id}\ndomains: {{gone: {{machines: {{web: 1}}}}}}\n";

    private TestProject _project = null!;

    [SetUp]
    public void SetUp() => _project = new TestProject();

    [TearDown]
    public void TearDown() => _project.Dispose();

    [TestCase(Infra, "lab", "gone,home,work")]
    [TestCase(Infra + "unknown: 1\n", "lab", "gone,home,work", Description = "an error of the language")]
    [TestCase("domains: [", "", "gone", Description = "no YAML")]
    [TestCase(null, "", "gone", Description = "no file")]
    public void The_lock_file_is_enough_and_infra_yml_adds_what_can_be_read(string? infra, string name, string domains)
    {
        Write("infra.yml", infra);
        Write("infra.lock.yml", Lock);

        Read().ShouldSatisfyAllConditions(
            identity => identity.Id.ShouldBe(Id),
            identity => identity.ProjectName.ShouldBe(name),
            identity => string.Join(',', identity.Domains.Order()).ShouldBe(domains));
    }

    [TestCase(null)]
    [TestCase("version: 1\ndomains: {}\n")]
    public void Without_an_id_the_name_remains(string? lockFile)
    {
        Write("infra.yml", Infra);
        Write("infra.lock.yml", lockFile);

        Read().ShouldSatisfyAllConditions(
            identity => identity.Id.ShouldBeNull(),
            identity => identity.ProjectName.ShouldBe("lab"));
    }

    [Test]
    public void A_lock_file_with_an_error_tells_nothing()
    {
        Write("infra.lock.yml", Lock.Replace(Id, "lab", StringComparison.Ordinal));

        _project.Build.ReadIdentity(out var faults).ShouldBeNull();

        faults.ShouldHaveSingleItem().Location.File.ShouldBe("infra.lock.yml");
    }

    private ProjectIdentity Read()
    {
        var identity = _project.Build.ReadIdentity(out var faults);
        faults.ShouldBeEmpty();
        return identity!;
    }

    private void Write(string file, string? content)
    {
        File.Delete(_project.PathOf(file));
        if (content is not null)
        {
            _project.Write(file, content);
        }
    }
}
