using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using Incus.Infra.Core.Building;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Tests.Documentation;

namespace Incus.Infra.Core.Tests.Rendering;

/// <summary>What the real Ansible loads from the generated tree.</summary>
[Category("Slow")]
public sealed class AnsibleLoadsTests
{
    private const string Awkward =
        "quotes \" ' and \\ back\\slashes\\n, {{ 1 + 1 }} {% raw %} {# no #}, tab\t, é ü 漢字 🎉, # no comment: yes\n"
        + "second line\r\n\u0085\u2028\u00a0\ufeff end ";

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Anything that UTF-8 text may hold, with the characters that YAML and Jinja care about more often than by chance.
    private static readonly Gen<string> Text = Gen.OneOf(
            Gen.OneOf(
                "\"", "'", "\\", "{{", "}}", "{%", "#", ": ", "- ", "\n", "\r", "\t", "&", "*", "!", "|", ">", "%", "@", "`",
                "~", "null", "yes", "0o7", "1e3", "=", "<<"),
            Gen.Int[0x20, 0x10FFFF]
                .Where(c => c is not (0x7F or (>= 0xD800 and <= 0xDFFF) or 0xFFFE or 0xFFFF))
                .Select(char.ConvertFromUtf32))
        .Array[0, 24].Select(string.Concat);

    [Test]
    public void Descriptions_and_values_come_back_unchanged_and_are_not_evaluated()
    {
        var texts = Text.Array[200].Single().Append(Awkward).ToList();
        using var project = new TemporaryFolder();
        var infra = $$"""
            project_name: {{Quoted(Awkward)}}
            global: { base_subnet: "10.1", default_os_image: "images:debian/12" }
            domains:
              a-b:
                subnet_id: 0
                description: {{Quoted(Awkward)}}
                machines:
                  web:
                    description: {{Quoted(Awkward)}}
                    config: { {{string.Join(", ", texts.Select((t, i) => $"user.t{i}: {Quoted(t)}"))}} }
                    vars:
                      types: [1, 2.5, true, null, "1", "true", [], {}, [[x]], { a: { b: c } }]
            """;
        File.WriteAllText(project.Combine("infra.yml"), infra);
        Build(project);

        using var inventory = JsonDocument.Parse(Run(project, "ansible-inventory", "--list"));
        var web = inventory.RootElement.GetProperty("_meta").GetProperty("hostvars").GetProperty("web");
        Plain(web.GetProperty("project_name")).ShouldBe(Awkward);
        Plain(web.GetProperty("domain_description")).ShouldBe(Awkward);
        Plain(web.GetProperty("instance_description")).ShouldBe(Awkward);
        for (var i = 0; i < texts.Count; i++)
        {
            Plain(web.GetProperty("instance_config").GetProperty($"user.t{i}")).ShouldBe(texts[i]);
        }

        web.GetProperty("types").GetRawText().Replace(" ", "", StringComparison.Ordinal).ReplaceLineEndings("")
            .ShouldBe("""[1,2.5,true,null,"1","true",[],{},[["x"]],{"a":{"b":"c"}}]""");
        web.GetProperty("incus_project").GetString().ShouldBe("a-b");
        web.GetProperty("incus_network_acl").GetProperty("egress")[2].GetProperty("destination").GetString().ShouldBe(
            "1.0.0.0-10.0.255.255,10.2.0.0-126.255.255.255,128.0.0.0-223.255.255.255");
    }

    [Test]
    public void Steps_come_back_as_they_are_written_and_only_the_environment_of_scripts_is_a_template()
    {
        using var project = new TemporaryFolder();
        File.WriteAllText(project.Combine("infra.yml"), """
            project_name: p
            global: { base_subnet: "10.1", default_os_image: i }
            domains:
              home:
                subnet_id: 0
                machines:
                  web:
                    vars: { word: secret }
                    provision:
                      - { name: "one {{ word }}", apt: { packages: [git] } }
                      - git: { repo: "https://example.org/a.git", dest: /srv/a, version: "1.10", update: false }
                      - script:
                          inline: |
                            #!/bin/sh
                              echo '{{ word }}'

                            echo "$A"
                          version: "yes"
                          environment: { A: "{{ word }}", B: "1" }
                      - script: { inline: "a:\n  b\n", creates: /x }
            """);
        Build(project);
        File.WriteAllText(project.Combine("show.yml"), """
            - hosts: web
              gather_facts: false
              connection: local
              tasks:
                - copy: { content: "{{ instance_provision | to_json }}", dest: "{{ playbook_dir }}/shown.json" }
            """);

        Run(project, "ansible-playbook", "show.yml");

        using var shown = JsonDocument.Parse(File.ReadAllText(project.Combine("shown.json")));
        JsonSerializer.Serialize(shown.RootElement, Relaxed).ShouldBe(
            """[{"name":"one {{ word }}","apt":{"packages":["git"]}},"""
            + """{"git":{"repo":"https://example.org/a.git","dest":"/srv/a","version":"1.10","update":false}},"""
            + """{"script":{"inline":"#!/bin/sh\n  echo '{{ word }}'\n\necho \"$A\"\n","version":"yes","environment":"""
            + """{"A":"secret","B":"1"}}},"""
            + """{"script":{"inline":"a:\n  b\n","creates":"/x"}}]""");
    }

    [Test]
    public void Templates_work_in_the_variables_of_the_user_and_nowhere_else()
    {
        using var project = new TemporaryFolder();
        File.WriteAllText(project.Combine("infra.yml"), """
            project_name: p
            global: { base_subnet: "10.1", default_os_image: i }
            domains:
              home:
                subnet_id: 0
                description: "{{ undefined_variable }}"
                machines:
                  web:
                    description: "#jinja2: variable_start_string: '[[', variable_end_string: ']]'\n[[ 40 + 2 ]]"
                    vars: { greeting: "hello {{ instance_name }}", literal: !unsafe "{{ x }}" }
            """);
        Build(project);
        File.WriteAllText(project.Combine("show.yml"), """
            - hosts: web
              gather_facts: false
              connection: local
              tasks:
                - ansible.builtin.copy:
                    content: "{{ [greeting, literal, domain_description, instance_description] | to_json }}"
                    dest: "{{ playbook_dir }}/shown.json"
            """);
        Run(project, "ansible-playbook", "show.yml");
        File.ReadAllText(project.Combine("shown.json"))
            .ShouldBe("""["hello web", "{{ x }}", "{{ undefined_variable }}", "#jinja2: """
                + """variable_start_string: '[[', variable_end_string: ']]'\n[[ 40 + 2 ]]"]""");
    }

    [Test]
    public void The_generated_playbook_passes_ansibles_syntax_check_without_a_warning()
    {
        using var project = WithTheCollection();

        Run(project, "ansible-playbook", "--syntax-check", "site.yml");
    }

    [Test]
    public void An_apply_of_the_infrastructure_alone_has_no_task_for_the_machines()
    {
        using var project = WithTheCollection();

        Run(project, "ansible-playbook", "--list-tasks", "--tags=infra", "site.yml")
            .Split("play #").Skip(2).Select(play => play.TrimEnd().Split('\n')[^1].Trim()).ShouldBe(["tasks:", "tasks:"]);
    }

    private static TemporaryFolder WithTheCollection()
    {
        var project = new TemporaryFolder();
        File.WriteAllText(project.Combine("infra.yml"), """
            project_name: p
            global: { base_subnet: "10.1", default_os_image: i }
            domains: { with-hyphen: { subnet_id: 0, machines: { web: { roles: [a.b.nothing] } } } }
            """);
        Build(project);
        // Ansible looks for collections beside the playbook, and the repository is the one that it uses.
        Directory.CreateDirectory(project.Combine("collections/ansible_collections/incus"));
        Directory.CreateSymbolicLink(project.Combine("collections/ansible_collections/incus/infra"), Repository.Root);
        return project;
    }

    private static void Build(TemporaryFolder project)
    {
        var options = new BuildOptions { ProjectDirectory = project.Path, Fingerprint = "test" };
        new InfraBuild(options, InfraCompiler.Compile).Sync(null, CancellationToken.None).Diagnostics.ShouldBeEmpty();
    }

    // JSON strings are YAML double-quoted scalars, apart from surrogate pairs, which are written as they are.
    private static string Quoted(string text) =>
        JsonSerializer.Serialize(text, Relaxed)
            .Replace("\ufeff", "\\ufeff", StringComparison.Ordinal);

    private static string? Plain(JsonElement value) => value.ValueKind == JsonValueKind.Object
        ? value.GetProperty("__ansible_unsafe").GetString()
        : value.GetString();

    private static string Run(TemporaryFolder project, string tool, params string[] arguments)
    {
        var start = new ProcessStartInfo(tool, arguments)
        {
            WorkingDirectory = project.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ANSIBLE_NOCOLOR"] = "1", ["HOME"] = project.Path, ["LC_ALL"] = "C.UTF-8" },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"{output}\n{errors.Result}");
        errors.Result.ShouldBeEmpty();
        return output;
    }
}
