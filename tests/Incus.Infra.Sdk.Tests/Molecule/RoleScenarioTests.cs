using System.Text.Json;
using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests.Molecule;

/// <summary>The Molecule scenario of each role, on an Incus of its own.</summary>
[Category("Slow")]
internal sealed class RoleScenarioTests() : IncusTest("busybox", "debian", "debian-python")
{
    private static readonly string[] Lists =
    [
        "instances", "projects", "networks", "profiles", "images", "storage-pools/default/volumes/custom",
    ];

    public static IEnumerable<string> Roles => Directory
        .EnumerateDirectories(Path.Join(Stamp.RepositoryFolder, "roles"))
        .Select(folder => Path.GetFileName(folder)!)
        .Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Roles))]
    public void A_role_does_in_a_real_Incus_what_its_scenario_verifies_and_a_second_run_changes_nothing(string role) =>
        Test(Path.Join(Stamp.RepositoryFolder, "roles", role, "molecule", "default"));

    [Test]
    public void A_scenario_that_leaves_something_in_Incus_fails()
    {
        Project.Write("molecule/default/molecule.yml", "platforms: [{name: none}]\nscenario: {test_sequence: [converge]}\n");
        Project.Write("molecule/default/converge.yml", """
            - hosts: localhost
              gather_facts: false
              tasks: [{ansible.builtin.command: incus project create left}]
            """);

        Should.Throw<ShouldAssertException>(() => Test(Project.At("molecule/default")))
            .Message.ShouldContain("/1.0/projects/left");
    }

    private void Test(string folder)
    {
        var before = Everything();
        var scenario = new Scenario(folder, Path.Join(Sandbox.Home, "molecule"), new Dictionary<string, string>
        {
            // Getting Python into a machine takes apt ten seconds, and two of the roles are about that.
            ["INCUS_TEST_IMAGE"] = folder.Contains("/roles/base_system/") || folder.Contains("/roles/incus_provision/")
                ? "debian"
                : "debian-python",
            ["INCUS_TEST_SMALL_IMAGE"] = "busybox",
        });

        new ScenarioRun(scenario, Sandbox).Test();

        Everything().ShouldBe(before);
    }

    private List<string> Everything() =>
    [
        .. Lists
            .SelectMany(list =>
                JsonSerializer.Deserialize<string[]>(Incus.Client("query", $"/1.0/{list}?all-projects=true"))!)
            .Order(StringComparer.Ordinal),
    ];
}
