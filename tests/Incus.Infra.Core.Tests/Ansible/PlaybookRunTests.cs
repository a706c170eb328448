using Incus.Infra.Core.Ansible;

namespace Incus.Infra.Core.Tests.Ansible;

/// <summary>
/// The lines are recorded from ansible-core 2.19.11 with the callback plugin of the collection; only paths are ours.
/// </summary>
internal sealed class PlaybookRunTests
{
    private const string RecordSeparator = "\u001e";

    private const string Infra = Compiling.Head + """
          home:
            subnet_id: 1
            machines:
              web:
                roles: [base_system, incus_provision]
                storage_volumes: {data: {path: /data}}
                provision:
                  - apt: {packages: [nginx]}
                  - script: {inline: "true", version: "1"}
            profiles:
              small: {}

        """;

    [Test]
    public void A_machine_that_does_not_run_and_need_not_is_told_and_no_failure()
    {
        var run = new PlaybookRun("/lab", "/lab", Places);

        run.ReadOutput(RecordSeparator + """{"record": "resting", "host": "web", "reason": "it is stopped"}""")
            .ShouldBe("web: nothing is done in it, as it is stopped");

        run.End(exitCode: 0).ShouldBeEmpty();
        VerifyTable.Of(run).ShouldBe("0 of 0 steps are as declared\nweb    not looked at: it is stopped");
    }

    private static readonly InfraPlaces Places = new("infra.yml", () => Compiling.Compile(Infra).Infrastructure);

    private static readonly TestCaseData[] Failures =
    [
        Case(
            "A task that fails is an error at its line",
            exitCode: 2,
            output: """
                {"record": "failed", "host": "localhost", "task": "Slow", "file": "/lab/site.yml", "line": 6,
                  "message": "err", "actions": [], "error": null}
                {"record": "ended", "changed": 0, "machines": []}
                """,
            expected: "site.yml(6,1): error INFRA4041: Task 'Slow' failed on host 'localhost': err"),
        Case(
            "A task of a role that is not the project's is told where infra.yml asks for the role",
            exitCode: 2,
            output: """
                {"record": "failed", "host": "web", "task": "incus.infra.base_system : Install",
                  "file": "/sdk/roles/base_system/tasks/main.yml", "line": 2, "role": "incus.infra.base_system",
                  "step": null, "message": "No package", "actions": [], "error": null}
                {"record": "failed", "host": "web", "task": "needed : Install",
                  "file": "/usr/share/ansible/roles/needed/tasks/main.yml", "line": 2, "role": "needed",
                  "step": null, "message": "No package", "actions": [], "error": null}
                """,
            expected:
                "infra.yml(8,17): error INFRA4041: Task 'incus.infra.base_system : Install' failed on host 'web': No package\n"
                + "infra.yml(7,7): error INFRA4041: Task 'needed : Install' failed on host 'web': No package"),
        Case(
            "A task that stands in no file is told at its machine",
            exitCode: 2,
            output: """
                {"record": "failed", "host": "web", "task": "Gathering Facts", "file": "", "line": 0,
                  "role": null, "step": null, "message": "no", "actions": [], "error": null}
                {"record": "failed", "host": "localhost", "task": "Gathering Facts", "file": "", "line": 0,
                  "role": null, "step": null, "message": "no", "actions": [], "error": null}
                """,
            expected: "infra.yml(7,7): error INFRA4041: Task 'Gathering Facts' failed on host 'web': no\n"
                + "infra.yml: error INFRA4041: Task 'Gathering Facts' failed on host 'localhost': no"),
        Case(
            "A step that fails is told where it was typed",
            exitCode: 2,
            output: """
                {"record": "failed", "host": "web", "task": "Run step 2 (script)",
                  "file": "/sdk/roles/incus_provision/tasks/script.yml", "line": 2, "role": "incus.infra.incus_provision",
                  "step": 2, "message": "no", "actions": [], "error": null}
                """,
            expected: "infra.yml(12,13): error INFRA4041: Task 'Run step 2 (script)' failed on host 'web': no"),
        Case(
            "A task outside of the project for no machine keeps its full path",
            exitCode: 2,
            output: """
                {"record": "failed", "host": "localhost", "task": "other : Install",
                  "file": "/usr/share/ansible/roles/other/tasks/main.yml", "line": 2, "role": "other",
                  "step": null, "message": "No package", "actions": [], "error": null}
                """,
            expected: "/usr/share/ansible/roles/other/tasks/main.yml(2,1): error INFRA4041: "
                + "Task 'other : Install' failed on host 'localhost': No package"),
        Case(
            "What a step lacks is told where it was typed",
            exitCode: 0,
            output: """
                {"record": "verified", "host": "web", "steps": [{"number": 1, "method": "apt", "label": "1 (apt)",
                  "missing": ["package nginx is not installed"]}]}
                """,
            expected: "infra.yml(11,13): error INFRA4048: Machine 'web', step 1 (apt): package nginx is not installed. "
                + "Apply repeats the step."),
        Case(
            "Exit code 4 can be a host that cannot be reached",
            exitCode: 4,
            output: """
                {"record": "unreachable", "host": "web", "task": "Command inside", "file": "/lab/site.yml", "line": 8,
                  "role": null, "step": null, "message": "Task failed: Failed to create temporary directory."}
                {"record": "ended", "changed": 0, "machines": []}
                """,
            expected: "infra.yml(7,7): error INFRA4042: Host 'web' cannot be reached by task 'Command inside': "
                + "Task failed: Failed to create temporary directory. "
                + "Check that the machine exists and runs; Apply creates and starts it, unless Tags exclude that."),
        Case(
            "Exit code 4 can be a playbook that is not understood",
            exitCode: 4,
            error: """
                [ERROR]: conflicting action statements: command, bogus
                Origin: /lab/site.yml:6:7

                4   gather_facts: false
                5   tasks:
                6     - name: Bad command
                        ^ column 7

                """,
            expected: "site.yml(6,7): error INFRA4043: Ansible says: conflicting action statements: command, bogus"),
        Case(
            "A file that is not YAML is an error at its place",
            exitCode: 4,
            error: """
                [ERROR]: YAML parsing failed: While parsing a flow node did not find expected node content.
                Origin: /lab/group_vars/all.yml:2:1

                (source not shown: file truncated)

                """,
            expected: "group_vars/all.yml(2,1): error INFRA4043: Ansible says: "
                + "YAML parsing failed: While parsing a flow node did not find expected node content."),
        Case(
            "A role that is missing is found while the play runs",
            exitCode: 2,
            output: """
                {"record": "ended", "changed": 1, "machines": []}
                """,
            error: """
                [ERROR]: the role 'missing' was not found in /lab/roles:/lab
                Origin: /lab/site.yml:12:14

                10       ansible.builtin.include_role:
                11         name: "{{ item }}"
                12       loop: [missing]
                                ^ column 14

                """,
            expected: "site.yml(12,14): error INFRA4043: Ansible says: the role 'missing' was not found in /lab/roles:/lab"),
        Case(
            "A limit without a machine is the user's to mend",
            exitCode: 1,
            error: """
                [WARNING]: Could not match supplied host pattern, ignoring: nope
                [ERROR]: Specified inventory, host pattern and/or --limit leaves us with no hosts to target.
                """,
            expected: "infra.yml: error INFRA4044: No machine matches Limit=home,wbe. Known: home, web."),
        Case(
            "A failed reconciliation is an error for each object, with its own code",
            exitCode: 2,
            output: """
                {"record": "failed", "host": "localhost",
                  "task": "incus.infra.incus_networks : Bring the networks to what infra.yml says",
                  "file": "/sdk/tasks/main.yml", "line": 2, "message": "1 of 2 actions failed:",
                  "actions": [{"kind": "network", "project": "default", "name": "net-home", "action": "create", "changes": [],
                  "reason": "", "status": "done"},
                  {"kind": "instance", "project": "home", "name": "web", "action": "create", "changes": [], "reason": "",
                  "status": "failed", "error": {"code": "INFRA4024", "message": "There is no image.", "help": ""}}],
                  "error": null}
                """,
            expected: "infra.yml(7,7): error INFRA4024: There is no image."),
        Case(
            "Whatever fails in Incus is told where it was typed",
            exitCode: 2,
            output: string.Concat(
                """
                {"record": "failed", "host": "localhost", "task": "t", "file": "/sdk/tasks/main.yml", "line": 2,
                  "role": "incus.infra.incus_networks", "step": null, "message": "5 of 6 actions failed:",
                  "error": null, "actions": [
                """,
                Failed("network", "default", "net-home"), ", ", Failed("project", "home", "home"), ", ",
                Failed("profile", "home", "default"), ", ", Failed("profile", "home", "small"), ", ",
                Failed("volume", "home", "web-data"), ", ", Failed("instance", "gone", "old"), "]}"),
            expected: """
                infra.yml(4,3): error INFRA4021: network net-home
                infra.yml(4,3): error INFRA4021: project home
                infra.yml(4,3): error INFRA4021: profile default
                infra.yml(14,7): error INFRA4021: profile small
                infra.yml(9,27): error INFRA4021: volume web-data
                infra.yml: error INFRA4021: instance old
                """),
        Case(
            "Incus that cannot be reached keeps the code of the engine",
            exitCode: 2,
            output: """
                {"record": "failed", "host": "localhost",
                  "task": "incus.infra.incus_networks : Bring the networks to what infra.yml says",
                  "file": "/sdk/tasks/main.yml", "line": 2, "message": "Incus is not running.", "actions": [],
                  "error": {"code": "INFRA4002", "message": "Incus is not running.", "help": ""}}
                """,
            expected: "infra.yml: error INFRA4002: Incus is not running."),
        Case(
            "An end that nobody explains shows the last words",
            exitCode: 2,
            error: """
                usage: ansible-playbook [-h] [--version] [-v] playbook [playbook ...]
                ansible-playbook: error: unrecognized arguments: --bogus
                """,
            expected: "infra.yml: error INFRA4045: ansible-playbook failed with exit code 2. "
                + "usage: ansible-playbook [-h] [--version] [-v] playbook [playbook ...] "
                + "ansible-playbook: error: unrecognized arguments: --bogus"),
        Case(
            "A machine on a member that does not answer is an error of a run that goes on",
            exitCode: 0,
            output: """
                {"record": "reconciled", "actions": [{"kind": "instance", "project": "home", "name": "web",
                  "action": "unreachable", "changes": [], "reason": "", "status": "unreachable",
                  "error": {"code": "INFRA4100", "message": "Away.", "help": ""}}]}
                {"record": "ended", "changed": 3, "machines": []}
                """,
            expected: "infra.yml(7,7): error INFRA4100: Away."),
        Case(
            "A good end has no fault",
            exitCode: 0,
            output: """{"record": "ended", "changed": 3, "machines": []}""",
            expected: ""),
    ];

    [TestCaseSource(nameof(Failures))]
    public void What_Ansible_says_becomes_diagnostics(int exitCode, string output, string error, string expected)
    {
        var run = new PlaybookRun("/lab", "/lab", Places, limit: "home,wbe");
        foreach (var line in Lines(output))
        {
            run.ReadOutput(RecordSeparator + line).ShouldBeNull();
        }

        foreach (var line in Lines(error))
        {
            run.ReadError(line);
        }

        string.Join('\n', run.End(exitCode)).ShouldBe(expected);
    }

    [Test]
    public void Text_for_people_is_shown_and_an_error_only_once()
    {
        var run = new PlaybookRun("/lab", "/lab", Places);

        run.ReadOutput("[1/5] network net-home: create").ShouldBe("[1/5] network net-home: create");
        run.ReadError("[WARNING]: Could not match supplied host pattern, ignoring: nope").ShouldNotBeNull();
        run.ReadError("[ERROR]: the role 'missing' was not found").ShouldBeNull();
        run.ReadError("Origin: /lab/site.yml:12:14").ShouldBeNull();
        run.ReadError("10       ansible.builtin.include_role:").ShouldBeNull();
        run.ReadError("[DEPRECATION WARNING]: Some day.").ShouldNotBeNull();
    }

    [Test]
    public void A_place_in_a_preview_of_the_tree_is_told_in_the_project()
    {
        var run = new PlaybookRun("/lab", "/tmp/preview", Places);
        run.ReadError("[ERROR]: conflicting action statements");
        run.ReadError("Origin: /tmp/preview/site.yml:6:7");

        run.End(4).Single().Location.File.ShouldBe("site.yml");
    }

    [Test]
    public void A_run_whose_tags_leave_all_comparisons_out_does_not_say_that_nothing_is_to_change()
    {
        var run = new PlaybookRun("/lab", "/lab", Places);
        run.ReadOutput(RecordSeparator + """{"record": "ended", "changed": 2, "machines": []}""");

        Summary.Of(run).ShouldBe("nothing in Incus was compared");

        run.ReadOutput(RecordSeparator + """{"record": "reconciled", "actions": []}""");
        Summary.Of(run).ShouldBe("nothing to change in Incus");
    }

    private static string Failed(string kind, string project, string name) => $$$"""
        {"kind": "{{{kind}}}", "project": "{{{project}}}", "name": "{{{name}}}", "action": "create", "changes": [],
          "reason": "", "status": "failed",
          "error": {"code": "INFRA4021", "message": "{{{kind}}} {{{name}}}", "help": ""}}
        """;

    // A record is one line of output; here it goes on in the lines that are indented.
    private static TestCaseData Case(string name, int exitCode, string expected, string output = "", string error = "") =>
        new TestCaseData(exitCode, output.Replace("\n  ", " "), error, expected).SetName(name.Replace(' ', '_'));

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.Split('\n');

    [Test]
    public void Machines_that_a_run_never_came_to_are_told_with_what_they_need()
    {
        var places = new InfraPlaces("infra.yml", () => Compiling.Compile(Compiling.Head + """
              shop:
                subnet_id: 1
                machines:
                  front: { needs: [web], roles: [base_system] }
                  web: { needs: [cache, db], roles: [base_system] }
                  plain: { needs: [db] }
                  cache: { roles: [base_system] }
                  db: { roles: [base_system] }
                  other: { needs: [cache], roles: [base_system] }
            """).Infrastructure);

        places.LeftOut([new("db", "Install"), new("cache", null), new("other", null)])
            .ShouldBe([("web", "db"), ("front", "web")]);
    }
}
