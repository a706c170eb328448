using System.Text.Json;
using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>
/// What the collection asks of the Reconciler, by a fake that keeps it, with the machine's Ansible and the newest.
/// </summary>
[TestFixture(false)]
[TestFixture(true)]
[Category("Slow")]
internal sealed class RequestTests(bool newest) : SdkTest
{
    private const string All = "networks projects profiles storage instances";

    private string Requests => Path.Join(Sandbox.Home, "requests");

    [SetUp]
    public void UseFake()
    {
        Sandbox.Set("INCUS_INFRA_RECONCILER", Path.Join(Sandbox.Fakes, "reconciler"));
        Sandbox.Set("FAKE_RECONCILER_REQUESTS", Requests);
        Sandbox.Set("ANSIBLE_COLLECTIONS_PATH", TestRun.UnpackedSdk);
        if (newest)
        {
            NewestAnsible.Use(Sandbox);
        }
    }

    [Test]
    public void The_kinds_that_tags_leave_are_one_request()
    {
        Sandbox.Build().ShouldSucceed();
        Project.Write("tagged.yml", "- import_playbook: site.yml\n  tags: [mine]\n");

        Kinds("site.yml").ShouldBe(All);
        Kinds("site.yml", "--tags=tagged").ShouldBe(All);
        Kinds("site.yml", "--tags=untagged").ShouldBe("");
        Kinds("site.yml", "--tags=networks").ShouldBe("networks");
        Kinds("site.yml", "--tags=instances,provision,networks").ShouldBe("networks instances");
        Kinds("site.yml", "--tags=infra,networks", "--skip-tags=storage").ShouldBe("networks projects profiles instances");
        Kinds("site.yml", "--skip-tags=infra").ShouldBe("");
        Kinds("site.yml", $"--skip-tags={All.Replace(' ', ',')}").ShouldBe("");
        Kinds("site.yml", "--start-at-task=Bring Incus to what infra.yml says").ShouldBe(All);
        Kinds("tagged.yml", "--tags=mine", "--skip-tags=networks").ShouldBe("projects profiles storage instances");
    }

    [Test]
    public void A_role_in_a_play_of_the_user_asks_for_its_kind_alone()
    {
        Sandbox.Build().ShouldSucceed();
        Project.Write("own.yml", """
            - hosts: localhost
              gather_facts: false
              roles: [incus.infra.incus_networks, incus.infra.incus_projects]
              tasks: [{ansible.builtin.include_role: {name: incus.infra.incus_infra}}]
            """);

        Kinds("own.yml").ShouldBe($"networks/projects/{All}");
    }

    [Test]
    public void A_value_below_a_managed_section_counts_for_declared_snapshots_from_the_build_and_from_Ansible_alike()
    {
        Sandbox.Build().ShouldSucceed();
        Project.Write("group_vars/home.yml", Project.Read("group_vars/home.yml") + "instance_snapshots_keep: 5\n");

        Sandbox.Build("-t:Snapshots").ShouldSucceed();
        Sandbox.Run("ansible-playbook", "snapshot.yml").ShouldSucceed();

        var asked = Asked("domains");
        asked.Count.ShouldBe(2);
        asked[0].ShouldContain("\"instance_snapshots_keep\": 5");
        asked[0].ShouldBe(asked[1]);
    }

    /// <summary>The kinds of each request that a run sends, apart by a slash.</summary>
    private string Kinds(string playbook, params string[] arguments)
    {
        File.WriteAllText(Requests, "");
        Sandbox.Run("ansible-playbook", [playbook, .. arguments]).ShouldSucceed();
        return string.Join('/', Asked("kinds").Select(kinds => string.Join(' ', JsonSerializer.Deserialize<string[]>(kinds)!)));
    }

    /// <summary>A member of each request, as JSON.</summary>
    private List<string> Asked(string member) => [.. File.ReadAllLines(Requests).Select(line =>
    {
        using var request = JsonDocument.Parse(line);
        return request.RootElement.GetProperty(member).GetRawText();
    })];
}
