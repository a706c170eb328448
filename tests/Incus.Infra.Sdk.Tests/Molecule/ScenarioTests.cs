using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests.Molecule;

/// <summary>That the tests read a molecule.yml as Molecule does, and refuse what it refuses.</summary>
internal sealed class ScenarioTests : SdkTest
{
    [TestCaseSource(typeof(RoleScenarioTests), nameof(RoleScenarioTests.Roles))]
    public void Molecule_takes_the_scenario_of_a_role(string role) => Should.NotThrow(() =>
        new Scenario(Path.Join(Stamp.RepositoryFolder, "roles", role, "molecule", "default"), Sandbox.Home, Nothing));

    [TestCaseSource(typeof(RoleScenarioTests), nameof(RoleScenarioTests.Roles))]
    public void Who_runs_a_scenario_can_log_in_to_the_machines_that_Molecule_starts(string role)
    {
        var driver = ScenarioYaml.Parse(File.ReadAllText(
            Path.Join(Stamp.RepositoryFolder, "roles", role, "molecule", "default", "molecule.yml"))).At("driver", "options");
        var project = driver?.At("ansible_connection_options", "ansible_incus_project");

        $"{driver?.At("login_cmd_template")}"
            .ShouldBe(project is null ? "" : $"incus exec --project={project} {{instance}} -- bash");
    }

    [TestCase("prerun: false", "platforms")]
    [TestCase("driver: {options: {ansible_connection_options: {ansible_pipelining: true}}}", "ansible_pipelining")]
    [TestCase("driver: {options: {ansible_connection_options: {ansible_port: 22}}}", "ansible_port")]
    [TestCase("driver: {options: {ansible_connection_options: {ansible_user: }}}", "ansible_user")]
    [TestCase("driver: {options: {ansible_connection_options: {ansible_password: 2026-01-01}}}", "ansible_password")]
    [TestCase("driver: {options: {managed: 'no'}}", "managed")]
    [TestCase("driver: {options: {login: bash}}", "login")]
    [TestCase("driver: {options: }", "options")]
    [TestCase("driver: {name: incus}", "name")]
    [TestCase("platforms: {name: bee}", "platforms")]
    [TestCase("platforms: [{name: 1}]", "platforms/0/name")]
    [TestCase("platforms: [{groups: [a]}]", "platforms/0/name")]
    [TestCase("platforms: [{name: a, groups: [b, 1]}]", "platforms/0/groups/1")]
    [TestCase("prerun: never", "prerun")]
    [TestCase("scenario: {test_sequence: [konverge]}", "test_sequence/0")]
    [TestCase("verifier: {name: testinfra}", "verifier/name")]
    [TestCase("dependency: {command: a}", "dependency/name")]
    [TestCase("provisioner: {inventory: {group_vars: []}}", "group_vars")]
    [TestCase("provisioner: {inventory: {links: {group_vars: ../../vars}}}", "provisioner/inventory/links")]
    [TestCase("verifier: {name: $HOME}", "$HOME")]
    [TestCase("verifier: {name: ansible} # Costs $5.", "$5")]
    [TestCase("verifier: {name: '${HOME}'}", "${HOME}")]
    [TestCase("verifier: {name: '${NAME:-$HOME}'}", "$")]
    public void What_Molecule_refuses_or_reads_otherwise_is_refused(string text, string named) =>
        Should.Throw<ShouldAssertException>(() => Read(text)).Message.ShouldContain(named);

    [Test]
    public void Two_dollar_signs_are_one() =>
        Read("{platforms: [{name: bee}], provisioner: {env: {PRICE: '$$5 and $${HOME}'}}}")
            .Environment["PRICE"].ShouldBe("$5 and ${HOME}");

    [Test]
    public void Who_has_not_packed_the_roles_is_told_how()
    {
        var packed = Project.At("tests/molecule/packed");
        Sandbox.Run("install", "-D", Path.Join(Stamp.RepositoryFolder, "tests", "molecule", "packed"), packed);

        var before = Sandbox.Run(packed);
        Project.Write("artifacts/stage/ansible_collections/incus/infra/roles/mine/tasks/main.yml", "");

        before.ExitCode.ShouldBe(1);
        before.Output.ShouldContain("dotnet build build.proj -t:PackSdk");
        Sandbox.Run(packed).ShouldSucceed().Output.ShouldBeEmpty();
    }

    private Scenario Read(string text)
    {
        Project.Write("molecule/default/molecule.yml", text);
        return new Scenario(Project.At("molecule/default"), Sandbox.Home, Nothing);
    }

    private static Dictionary<string, string> Nothing => [];
}
