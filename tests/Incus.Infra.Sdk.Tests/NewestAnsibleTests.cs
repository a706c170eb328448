using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>From infra.yml to what is in a machine, with the newest ansible-core and the newest Incus.</summary>
[Category("Slow")]
internal sealed class NewestAnsibleTests() : IncusTest("debian-python")
{
    [Test]
    [Category("NewestRelease")]
    public void A_machine_is_made_provisioned_verified_kept_as_a_snapshot_and_rebuilt_from_a_newer_image()
    {
        NewestAnsible.Use(Sandbox);
        Project.Write("infra.yml", """
            project_name: lab
            global: {base_subnet: "10.100", default_os_image: debian-python}
            domains:
              home:
                subnet_id: 0
                machines:
                  app:
                    roles: [mine]
                    snapshots: {keep: 1}
                    provision:
                      - {name: greeter, apt: {packages: [hello]}}
                      - {name: mark, script: {inline: "cp /srv/greeting /srv/mark", creates: /srv/mark}}
            """);
        Project.Write("roles/mine/tasks/main.yml", """
            - name: Greet
              ansible.builtin.copy: {content: hello, dest: /srv/greeting, mode: "0644"}
            """);

        Sandbox.Build("-t:Apply").ShouldSucceed().Output.ShouldContain("app: begin step 1 greeter (apt)");
        Incus.InInstance("home", "app", "cat", "/srv/mark").ShouldBe("hello");
        Sandbox.Build("-t:Apply").ShouldSucceed().Summary.ShouldBe("up to date\n  infra -> nothing to change in Incus");
        Sandbox.Build("-t:Verify").ShouldSucceed().Summary.ShouldContain("2 of 2 steps are as declared");
        Sandbox.Build("-t:Snapshots").ShouldSucceed().Summary.ShouldMatch("1 snapshot 'declared-.*' taken: home/app$");

        Incus.InInstance("home", "app", "rm", "/srv/mark");
        Sandbox.Build("-t:Verify").ShouldFailWith("INFRA4048").Output.ShouldContain("Machine 'app', step 2 mark (script)");

        // Its snapshot goes to the copy, and nothing claims that what was installed is there.
        MakeNewerImage();
        Project.Edit("infra.yml", "      app:\n", "      app:\n        image_policy: follow\n");
        Sandbox.Build("-t:Apply", "-p:AllowReplace=true").ShouldSucceed().Summary.ShouldContain("rebuild 1 object");
        Incus.InInstance("home", "app", "cat", "/srv/mark").ShouldBe("hello");
        Sandbox.Build("-t:Verify").ShouldSucceed().Summary.ShouldContain("2 of 2 steps are as declared");
        List("list", "--project=home", "--columns=sS").ShouldBe(["RUNNING,0", "STOPPED,1"]);
    }

    // The same but for a part without content, which changes its fingerprint.
    private void MakeNewerImage()
    {
        var file = Path.Join(Sandbox.Home, "newer");
        Sandbox.Run("incus", "image", "export", "debian-python", file).ShouldSucceed();
        using (var metadata = new FileStream(file, FileMode.Append))
        {
            metadata.Write([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        }

        Sandbox.Run("incus", "image", "alias", "delete", "debian-python").ShouldSucceed();
        Sandbox.Run("incus", "image", "import", file, $"{file}.root", "--alias=debian-python").ShouldSucceed();
    }
}
