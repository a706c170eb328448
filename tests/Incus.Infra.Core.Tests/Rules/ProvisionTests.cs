using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

internal sealed class ProvisionTests
{
    [TestCase("apt: {packages: [nginx, libc6:amd64, nginx=1.26.3-3, python3=3.13*, g++]}")]
    [TestCase("apt: {repositories: [{name: a, uris: [https://a.example/], suites: [stable/], key: keys/a.asc}]}")]
    [TestCase(
        "pip: {venv: /srv/v, packages: [flask, \"flask[async]>=3.0,<4; python_version > '3.11'\"], no_index: true, "
        + "find_links: /srv/wheels}")]
    [TestCase("pip: {venv: /srv/v, requirements: app/requirements.txt, index_url: \"https://pypi.example/simple\"}")]
    [TestCase("git: {repo: \"git@example.org:a/b.git\", dest: /srv/b, version: v1, update: false}")]
    [TestCase("script: {file: a b/setup.sh, creates: /srv/done, environment: {A: x, B_2: \"{{ secret }}\"}}")]
    [TestCase("script: {inline: \"echo a\\necho b\\n\", version: \"2\"}, name: two lines")]
    public void A_step_of_each_method_is_accepted(string step) => Codes(Machine($"provision: [{{{step}}}]")).ShouldBeEmpty();

    [TestCase("apt: {packages: [\"--force\"]}")]
    [TestCase("apt: {packages: [\"a b\"]}")]
    [TestCase("apt: {packages: []}")]
    [TestCase("apt: {repositories: [{name: ../a, uris: [x], suites: [s], key: k}]}")]
    [TestCase("apt: {repositories: [{name: a, uris: [\"x\\nTrusted: yes\"], suites: [s], key: k}]}")]
    [TestCase("pip: {venv: srv/v, packages: [a]}")]
    [TestCase("pip: {venv: /srv/v, packages: [\"--pre\"]}")]
    [TestCase("pip: {venv: /srv/v, packages: [a], index_url: \"-x\"}")]
    [TestCase("git: {repo: \"--upload-pack=x\", dest: /srv}")]
    [TestCase("git: {repo: a, dest: /srv/../etc}")]
    [TestCase("git: {repo: a, dest: /srv, version: \"--orphan\"}")]
    [TestCase("script: {file: ../x.sh, creates: /x}")]
    [TestCase("script: {file: /etc/passwd, creates: /x}")]
    [TestCase("script: {file: a/../../x.sh, creates: /x}")]
    [TestCase("script: {file: ~/x.sh, creates: /x}")]
    [TestCase("script: {file: a/, creates: /x}")]
    public void A_value_that_would_be_an_option_or_lead_elsewhere_is_INFRA1052(string step) =>
        Fault(Machine($"provision: [{{{step}}}]")).Code.ShouldBe("INFRA1052");

    [Test]
    public void An_environment_variable_must_have_the_name_of_one() =>
        Fault(Machine("provision: [{script: {inline: x, creates: /x, environment: {\"A-B\": x}}}]")).Code.ShouldBe("INFRA2001");

    [TestCase("{name: a, apt: {packages: [a1]}}, {name: a, apt: {packages: [a2]}}", 60)]
    [TestCase("{script: {file: x.sh, version: \"1\"}}, {script: {file: x.sh, version: \"2\"}}", 73)]
    [TestCase("{script: {inline: x, version: \"1\"}}, {script: {inline: x, version: \"2\"}}", 74)]
    public void Two_steps_that_the_machine_could_not_tell_apart_are_INFRA2321(string steps, int column) =>
        Codes(Machine($"provision: [{steps}]")).ShouldBe([$"INFRA2321 7:{column}"]);

    [Test]
    public void Two_repositories_of_one_machine_with_one_name_are_INFRA2322()
    {
        const string Step = "{apt: {repositories: [{name: a, uris: [x], suites: [s], key: k}]}}";
        Fault(Machine($"provision: [{Step}, {Step}]")).Code.ShouldBe("INFRA2322");
    }

    [Test]
    public void A_secret_outside_of_vars_is_told_where_it_belongs()
    {
        var fault = Fault(Machine("provision: [{script: {inline: x, creates: /x, environment: {A: !vault x}}}]"));
        fault.Code.ShouldBe("INFRA1018");
        fault.Message.ShouldContain(
            "Put it under the machine's vars, or below the managed section of a file in host_vars or group_vars");
    }

    [Test]
    public void The_steps_reach_host_vars_as_they_are_written_without_what_is_not_known_and_without_evaluation() =>
        File("host_vars/web.yml", Head + """
              lab:
                subnet_id: 1
                machines:
                  web:
                    vars:
                      token: !vault |
                        $ANSIBLE_VAULT;1.1;AES256
                        6231
                    provision:
                      - name: "packages for {{ everyone }}"
                        x-note: mine
                        apt:
                          packages: [git, curl=8.*]
                          repositories:
                            - name: pgdg
                              uris: [https://apt.example/]
                              suites: [trixie-pgdg]
                              components: [main]
                              key: keys/pgdg.asc
                      - pip: { venv: /srv/venv, packages: ["flask>=3"], no_index: false }
                      - script:
                          inline: |
                            #!/bin/bash
                            docker ps --format '{{ .Names }}'

                            # === END MANAGED ===
                            echo "ä"
                          version: "1"
                          environment: { TOKEN: "{{ token }}" }
                      - script:
                          inline: "set -e\n  date"
                          creates: /srv/done

            """).ShouldEndWith("""
            instance_roles: []
            instance_provision:
              - name: !unsafe "packages for {{ everyone }}"
                apt:
                  packages:
                    - git
                    - "curl=8.*"
                  repositories:
                    - name: pgdg
                      uris:
                        - https://apt.example/
                      suites:
                        - trixie-pgdg
                      components:
                        - main
                      key: keys/pgdg.asc
              - pip:
                  venv: /srv/venv
                  packages:
                    - "flask>=3"
                  no_index: false
              - script:
                  inline: !unsafe "#!/bin/bash\ndocker ps --format '{{ .Names }}'\n\n# === END MANAGED ===\necho \"ä\"\n"
                  version: "1"
                  environment:
                    TOKEN: "{{ token }}"
              - script:
                  inline: |-
                    set -e
                      date
                  creates: /srv/done
            token: !vault |
              $ANSIBLE_VAULT;1.1;AES256
              6231

            """);
}
