using Incus.Infra.Core.Ansible;

namespace Incus.Infra.Core.Tests.Ansible;

internal sealed class LimitCheckTests
{
    private const string Infra = """
        project_name: lab
        global: {base_subnet: "10.100", default_os_image: "images:debian/12"}
        domains:
          work: {subnet_id: 1, machines: {dev: {}}}
          off: {subnet_id: 2, enabled: false, machines: {web: {}}}
          seat: {copies: 2, machines: {desk: {}}}
        """;

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [TestCase("work:dev", "")]
    [TestCase("work,dev", "")]
    [TestCase("all:localhost", "")]
    [TestCase("seat:seat-02:seat-01-desk", "", Description = "all copies, one, and a machine of one")]
    [TestCase("work:dve:nobody:seat-03:desk", "dve nobody seat-03 desk")]
    [TestCase("off", "off")]
    [TestCase("wor*:!dev", "", Description = "a pattern is Ansible's to understand")]
    public void A_name_that_nobody_has_is_an_error_however_many_others_there_are(string limit, string unknown) =>
        Check(limit).ShouldBe(unknown.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Test]
    public void A_host_of_the_users_own_is_known_and_part_of_its_name_is_not()
    {
        Write("inventory/office.yml", "printers: {hosts: {laser.lan: {}}}\n");

        Check("laser.lan:printers:laser").ShouldBe(["laser"]);
    }

    [TestCase("inventory/office.ini", "[printers]\nprinter[1:9]\n")]
    [TestCase("inventory/cloud.yml", "plugin: community.general.incus\n")]
    [TestCase("ansible.cfg", "[defaults]\ninventory = elsewhere\n")]
    public void Where_only_Ansible_knows_the_hosts_it_is_asked(string file, string text)
    {
        Write(file, text);

        Check("printer3").ShouldBeEmpty();
    }

    private IEnumerable<string> Check(string limit)
    {
        var places = new InfraPlaces("infra.yml", () => Compiling.Compile(Infra).Infrastructure);
        return LimitCheck.Check(places, _folder.Path, limit).Select(d => d.Message.Split('\'')[1]);
    }

    private void Write(string file, string text)
    {
        var path = Path.Join(_folder.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
