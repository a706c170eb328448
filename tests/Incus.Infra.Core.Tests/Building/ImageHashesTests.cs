using Incus.Infra.Core.Building;
using Incus.Infra.Core.Sections;

namespace Incus.Infra.Core.Tests.Building;

/// <summary>An image is built anew when what it is made of changes, and only then.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ImageHashesTests : IDisposable
{
    private const string Text = """
        project_name: test
        global: { base_subnet: "10.1" }
        images:
          base:
            from: images:debian/13
            roles: [mine, base_system]
            provision: [{ files: [{ dest: /etc/motd, source: motd }] }]
          seat: { from: base, vars: { a: 1 } }
        domains: {}
        """;

    private readonly TemporaryFolder _folder = new();

    public ImageHashesTests()
    {
        Write("roles/mine/tasks/main.yml", "[]");
        Write("motd", "first");
    }

    public void Dispose() => _folder.Dispose();

    [Test]
    public void What_is_the_same_has_the_same_hashes()
    {
        Of(Text)["base"].Keys.ShouldBe(["file motd", "from", "provision", "role mine", "roles", "type"]);
        Of(Text)["base"].ShouldBe(Of(Text)["base"]);
        Changed(Text.Replace("base:\n", "base:\n    description: x\n    keep: 5\n", StringComparison.Ordinal)).ShouldBeEmpty();
        Changed(Text.Replace("domains: {}", "domains: { home: { subnet_id: 0 } }", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [TestCase("debian/13", "debian/12", "base from", "seat from")]
    [TestCase("/etc/motd", "/etc/other", "base provision", "seat from")]
    [TestCase("a: 1", "a: 2", "seat vars")]
    [TestCase("from: base", "from: images:debian/13, type: vm", "seat from", "seat type")]
    public void What_infra_yml_says_counts_for_the_image_and_those_made_of_it(
        string text, string other, params string[] changed) =>
        Changed(Text.Replace(text, other, StringComparison.Ordinal)).ShouldBe(changed);

    [TestCase("motd", "base file motd", "seat from")]
    [TestCase("roles/mine/files/new", "base role mine", "seat from")]
    [TestCase("host_vars/seat.yml", "seat host_vars/seat.yml")]
    [TestCase("group_vars/images.yml", "base group_vars/images.yml", "seat from", "seat group_vars/images.yml")]
    public void What_Ansible_reads_counts(string file, params string[] changed) =>
        Changed(Text, () => Write(file, "a: 1\n")).ShouldBe(changed);

    [Test]
    public void Of_a_generated_file_only_what_the_user_wrote_counts()
    {
        var generated = System.Text.Encoding.UTF8.GetString(ManagedSection.NewFile("a: 1\n"));
        Changed(Text, () => Write("group_vars/all.yml", generated)).ShouldBeEmpty();
        Changed(Text, () => File.AppendAllText(Path.Join(_folder.Path, "group_vars/all.yml"), "mine: 1\n"))
            .ShouldBe(["base group_vars/all.yml", "seat from", "seat group_vars/all.yml"]);
    }

    [Test]
    public void Roles_of_collections_count_by_their_files()
    {
        Write("sdk/ansible_collections/incus/infra/roles/base_system/tasks/main.yml", "[]");
        Changed(Text, () => Write("sdk/ansible_collections/incus/infra/roles/base_system/tasks/main.yml", "[1]"))
            .ShouldBe(["base role base_system", "seat from"]);
    }

    private List<string> Changed(string text, Action? change = null)
    {
        var before = Of(Text);
        change?.Invoke();
        var after = Of(text);
        return
        [
            .. after.SelectMany(image => before[image.Key].Keys.Union(image.Value.Keys)
                .Where(part => before[image.Key].GetValueOrDefault(part) != image.Value.GetValueOrDefault(part))
                .Select(part => $"{image.Key} {part}")).Order(StringComparer.Ordinal),
        ];
    }

    private Core.Model.ImageInputs Of(string text)
    {
        var faults = new DiagnosticBag();
        var inputs = new ImageHashes(_folder.Path, [Path.Join(_folder.Path, "sdk")], faults)
            .Of(Compiling.Compile(text).Infrastructure!);
        faults.ShouldBeEmpty();
        return inputs;
    }

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(_folder.Path, path))!);
        File.WriteAllText(Path.Join(_folder.Path, path), text);
    }
}
