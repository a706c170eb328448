using Incus.Infra.Core.Ansible;
using Incus.Infra.Core.Model;
using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Ansible;

/// <summary>Where Ansible would look for roles and collections is where Doctor looks.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MissingContentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void What_is_there_is_not_told_wherever_Ansible_finds_it()
    {
        var infra = Infra("acme.web, acme.tools.db, beta.tools.db, gamma.tools.db, incus.infra.base_system");
        Make("project/roles/acme.web");
        Make("project/collections/ansible_collections/acme/tools");
        Make("user/ansible_collections/beta/tools");
        Make("python/ansible_collections/gamma/tools");

        Of(infra, $"""
            ansible-playbook [core 2.19.0]
              ansible python module location = {_folder.Path}/python/ansible
              ansible collection location = {_folder.Path}/none:{_folder.Path}/user
            """).ShouldBeEmpty();
    }

    [Test]
    public void What_is_missing_is_told_with_the_command_that_installs_it()
    {
        Make("project/roles");
        System.IO.File.WriteAllText(
            Path.Join(_folder.Path, "project", "requirements.yml"), "roles: [acme.web, acme.db, acme.other]\n");

        Of(Infra("acme.web, acme.db, acme.tools.db"), "ansible-playbook [core 2.19.0]").ShouldBe(
        [
            "INFRA4176: Not in the folder roles: acme.db, acme.web. Install what requirements.yml requires with "
                + "'ansible-galaxy role install -r requirements.yml -p roles'.",
            "INFRA4177: Ansible does not find the collection acme.tools. "
                + "Install it with 'ansible-galaxy collection install acme.tools'.",
        ]);
    }

    private static Infrastructure Infra(string roles) => Compile(Machine($"roles: [{roles}]")).Infrastructure!;

    private void Make(string folder) => Directory.CreateDirectory(Path.Join(_folder.Path, folder));

    private IEnumerable<string> Of(Infrastructure infra, string version) =>
        MissingContent.Of(infra, Path.Join(_folder.Path, "project"), "infra.proj", version).Select(d => $"{d.Code}: {d.Message}");
}
