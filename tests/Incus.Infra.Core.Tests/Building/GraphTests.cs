using Incus.Infra.Core.Building;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Picture;

namespace Incus.Infra.Core.Tests.Building;

/// <summary>The files of the picture in a project.</summary>
internal sealed class GraphTests
{
    private static readonly string[] PictureFiles = ["infra.html", "infra.mmd", "infra.svg"];

    private TestProject _project = null!;

    [SetUp]
    public void SetUp()
    {
        _project = new TestProject();
        _project.Write("infra.yml", Compiling.Head + "  home: {subnet_id: 0, machines: {web: {}}}\n");
    }

    [TearDown]
    public void TearDown() => _project.Dispose();

    [Test]
    public void Only_what_changed_is_written()
    {
        Graph().Written.ShouldBe(PictureFiles);
        var before = _project.Snapshot();

        Graph().Written.ShouldBeEmpty();
        _project.Snapshot().ShouldBe(before);

        var states = new Dictionary<string, MachineState> { ["home/web"] = new("Running", null) };
        Graph(Marks.None with { States = states }).Written.ShouldBe(PictureFiles);
    }

    [Test]
    public void A_file_of_the_users_own_is_left_alone_and_nothing_is_written()
    {
        _project.Write("infra.html", "<p>Mine</p>\n");

        var result = Graph();

        result.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("INFRA3080");
        result.Written.ShouldBeEmpty();
        _project.Read("infra.html").ShouldBe("<p>Mine</p>\n");
        File.Exists(_project.PathOf("infra.svg")).ShouldBeFalse();
    }

    [Test]
    public void A_picture_never_leaves_the_project()
    {
        using var outside = new TemporaryFolder();
        _project.Link("infra.svg", outside.Combine("x.svg"));

        Graph().Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("INFRA3004");
    }

    [Test]
    public void As_part_of_each_build_it_is_one_of_the_files_of_the_tree()
    {
        Graph();
        var build = Build(makesPicture: true);
        var first = build.Sync(null, CancellationToken.None);
        var before = _project.Snapshot();

        PictureFiles.ShouldBeSubsetOf(first.Files);
        first.Written.Select(w => w.Path).Intersect(PictureFiles).ShouldBeEmpty("the target draws the same");
        build.Sync(null, CancellationToken.None).UpToDate.ShouldBeTrue();
        _project.Snapshot().ShouldBe(before);

        _project.Write("infra.svg", _project.Read("infra.svg").Replace("web", "wbe", StringComparison.Ordinal));
        build.Sync(null, CancellationToken.None).Written.Select(w => w.Path).ShouldBe(["infra.svg"]);
    }

    private GraphResult Graph(Marks? marks = null) =>
        Build(makesPicture: false).Graph(marks ?? Marks.None, CancellationToken.None);

    private InfraBuild Build(bool makesPicture) => new(
        new BuildOptions { ProjectDirectory = _project.Root, Fingerprint = "test", MakesPicture = makesPicture },
        InfraCompiler.Compile);
}
