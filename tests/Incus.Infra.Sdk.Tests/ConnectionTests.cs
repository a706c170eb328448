using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>
/// How the connection of the collection gets its output from a FAKE incus client, which runs commands here and loses output as
/// the real one does: what a command wrote that ended before the client answered a ping, with success.
/// </summary>
[Category("Slow")]
internal sealed class ConnectionTests : SdkTest
{
    private const string Ours = "incus.infra.incus";

    private const string Collection = "collections/ansible_collections/incus/infra";

    private const string Fake = """
        #!/usr/bin/env bash
        set -u
        [ "$FAKE_INCUS" != refuses ] || { echo 'Error: Instance is not running' >&2; exit 1; }
        if [ "$FAKE_INCUS" = machine ]; then
          [ "$3" != console ] || { printf 'Booting\r\n\033[2Jlogin: \n'; exit; }
          echo >>calls
          [ "$(wc -l <calls)" -ge 3 ] || { echo "Error: VM agent isn't currently running" >&2; exit 255; }
        fi
        [ "$FAKE_INCUS" != loses ] || exec </dev/null
        [ "$FAKE_INCUS" != full ] || ulimit -f 1000
        until [ "$1" = -- ]; do shift; done
        shift
        folder=$(mktemp -d)
        "$@" <&0 >"$folder/1" 2>"$folder/2" &
        command=$!

        # pass_on <stream> <seconds until it answers the ping>
        pass_on() {
          sleep "$2"
          ! kill -0 $command 2>/dev/null || tail --pid=$command --sleep-interval=0.1 --follow --bytes=+1 "$folder/$1"
        }

        [ "$FAKE_INCUS" = loses ] || { pass_on 1 0.2 & pass_on 2 0.4 >&2 & }
        wait $command
        code=$?
        wait
        rm -r "$folder"
        exit $code
        """;

    [SetUp]
    public void UseFake()
    {
        Project.Write("bin/incus", Fake);
        Sandbox.Run("chmod", "+x", "bin/incus").ShouldSucceed();
        Project.Write($"{Collection}/plugins/connection/incus.py",
            File.ReadAllText(Path.Join(Stamp.RepositoryFolder, "plugins", "connection", "incus.py")));
        Sandbox.Set("PATH", $"{Project.At("bin")}:{Environment.GetEnvironmentVariable("PATH")}");
        Sandbox.Set("ANSIBLE_COLLECTIONS_PATH", Project.At("collections"));
    }

    [Test]
    public void All_output_and_the_exit_code_arrive_though_the_client_answers_late() => Play(Ours, "late", """
        - ansible.builtin.raw: echo out; echo err >&2; exit 3
          register: words
          failed_when: words.rc != 3 or words.stdout != "out\n" or words.stderr != "err\n"
        - ansible.builtin.raw: head --bytes=1000000 /dev/zero | tr '\0' x
          register: much
          failed_when: much.stdout != "x" * 1000000
        - name: A command that shows the shell around it
          ansible.builtin.raw: cat /proc/$PPID/cmdline; echo end
          register: listed
          failed_when: not listed.stdout.endswith("end\n")
        - name: A module comes as the input of Python
          ansible.builtin.command: cat
          args: {stdin: "some words"}
          register: module
          failed_when: module.stdout != "some words"
        """).ShouldSucceed();

    [Test]
    public void Files_arrive_whole_in_both_directions_and_the_end_of_file_transfers_by_the_server_does_not_matter() =>
        Play(Ours, "late", """
        - ansible.builtin.command: sh -c 'head --bytes=3000000 /dev/urandom >there; touch nothing'
          delegate_to: localhost
          vars: {ansible_connection: local}
        - ansible.builtin.copy: {src: "{{ playbook_dir }}/{{ item }}", dest: "{{ playbook_dir }}/it's $x {{ item }}", mode: "600"}
          loop: [there, nothing]
        - ansible.builtin.fetch: {src: "{{ playbook_dir }}/it's $x there", dest: "{{ playbook_dir }}/back", flat: true}
        - ansible.builtin.raw: cmp there "it's \$x there"; cmp there back; cmp nothing "it's \$x nothing"; echo compared
          register: compared
          failed_when: compared.stdout != "compared\n" or compared.stderr != ""
        """).ShouldSucceed();

    [Test]
    public void A_file_that_does_not_get_into_the_machine_is_an_error_that_names_it() => Play(Ours, "full", """
        - ansible.builtin.copy: {content: "{{ 'x' * 2000000 }}", dest: "{{ playbook_dir }}/large", mode: "600"}
        """).Output.ShouldMatch("machine could not write .*/[.]source");

    [Test]
    public void A_task_whose_output_is_lost_nevertheless_fails_and_says_so() =>
        Play(Ours, "loses", "- ansible.builtin.raw: echo out").Output.ShouldMatch(
            "FAILED.*incus exec in machine ended with 0 and lost output of the command, so that its result is not known");

    [Test]
    public void What_the_client_says_when_Incus_refuses_is_said() =>
        Play(Ours, "refuses", "- ansible.builtin.setup:").Output.ShouldMatch(
            "UNREACHABLE.*incus exec in machine ended with 1 before the command did: Error: Instance is not running");

    [Test]
    public void A_virtual_machine_that_starts_is_waited_for_until_its_agent_answers()
    {
        Play(Ours, "machine", "- ansible.builtin.raw: echo out").ShouldSucceed();
        Project.Read("calls").Length.ShouldBe(3);
    }

    [Test]
    public void A_virtual_machine_whose_agent_does_not_start_is_named_with_the_end_of_its_console() =>
        Play(Ours, "machine", "- {ansible.builtin.raw: echo out, vars: {ansible_incus_agent_timeout: 0}}").Output.ShouldMatch(
            "UNREACHABLE.*the agent of the virtual machine machine did not start within 0 s.*Booting.*login:");

    /// <summary>Else the fake shows nothing, or the connection is no longer needed.</summary>
    [Test]
    public void The_connection_of_the_community_loses_output_of_the_fake() => Play("community.general.incus", "late", """
        - ansible.builtin.raw: echo out
          register: words
          failed_when: words.rc != 0 or words.stdout != ""
        """).ShouldSucceed();

    private CommandResult Play(string connection, string fake, string tasks)
    {
        Project.Write("play.yml", $"""
            - hosts: machine
              gather_facts: false
              vars:
                ansible_connection: {connection}
                ansible_python_interpreter: /usr/bin/python3
                ansible_pipelining: true
              tasks:
            {string.Join('\n', tasks.Split('\n').Select(line => "    " + line))}
            """);
        Sandbox.Set("FAKE_INCUS", fake);
        return Sandbox.Run("ansible-playbook", "--inventory=machine,", "play.yml");
    }
}
