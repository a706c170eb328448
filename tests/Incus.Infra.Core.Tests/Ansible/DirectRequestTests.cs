using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Incus.Infra.Core.Ansible;
using Incus.Infra.Core.Building;
using Incus.Infra.Core.CommandLine;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Tests.Documentation;
using Incus.Infra.Core.Tree;

namespace Incus.Infra.Core.Tests.Ansible;

/// <summary>
/// What the build asks of the engine is what the collection asks of it, by the real Ansible and a program that keeps it.
/// INFRA_TEST_TREES says how many trees are tried.
/// </summary>
[Category("Slow")]
internal sealed class DirectRequestTests
{
    private static readonly int TreeCount = Environment.GetEnvironmentVariable("INFRA_TEST_TREES") is { Length: > 0 } asked
        ? int.Parse(asked, CultureInfo.InvariantCulture)
        : 4;

    private static IEnumerable<int> Trees => Enumerable.Range(0, TreeCount);

    [TestCaseSource(nameof(Trees))]
    public void The_build_asks_the_engine_what_Ansible_would_ask_it(int seed)
    {
        var random = new Random(seed);
        var (yaml, names, compilation) = Valid(random);
        using var project = new TemporaryFolder();
        File.WriteAllText(project.Combine("infra.yml"), yaml);
        var options = new BuildOptions { ProjectDirectory = project.Path, Fingerprint = "test" };
        var build = new InfraBuild(options, InfraCompiler.Compile);
        build.Sync(null, CancellationToken.None).Succeeded.ShouldBeTrue();
        var tree = build.View(out _)!;
        tree.FindOwnContent().ShouldBeNull();
        var asked = Options(random, names, compilation.Infrastructure!.Domains.Where(d => d.Enabled && d.Machines.Count == 0)
            .Select(d => d.Name.Value).FirstOrDefault());
        var request = new DirectRequest(asked, tree.Compilation.Infrastructure!, tree.Compilation.Addresses!);
        request.Doubt().ShouldBeNull();

        var ours = JsonNode.Parse(request.ToJson());
        var theirs = JsonNode.Parse(AskedByAnsible(project, asked));

        Texts(ours)!.ToJsonString().ShouldBe(Texts(theirs)!.ToJsonString());
    }

    /// <summary>The first one without errors, of which most are mistakes across fields.</summary>
    private static (string Yaml, List<string> Names, Compilation Compilation) Valid(Random random)
    {
        for (var i = 0; i < 500; i++)
        {
            var infra = new RandomInfra(random);
            var yaml = infra.Make();
            var compilation = Compiling.Compile(yaml);
            if (compilation.Succeeded)
            {
                return (yaml, infra.Names, compilation);
            }
        }

        throw new InvalidOperationException(string.Join('\n', Compiling.Compile(new RandomInfra(random).Make()).Diagnostics));
    }

    private static DirectOptions Options(Random random, List<string> names, string? empty) => new()
    {
        IsPlan = random.Next(2) == 0,
        Tags = random.Next(3) switch { 0 => null, 1 => "infra", _ => "instances:networks" },
        SkipTags = random.Next(3) == 0 ? "storage:provision" : "provision",
        Limit = (random.Next(4), names.Count > 0, empty) switch
        {
            (0, true, _) => names[random.Next(names.Count)],
            (1, true, _) => $"{names[random.Next(names.Count)]}:{empty ?? names[random.Next(names.Count)]}",
            (_, _, not null) => empty,
            _ => null,
        },
        AutoCleanup = random.Next(2) == 0,
        AllowReplace = random.Next(2) == 0,
        AllowMove = random.Next(2) == 0,
        Repair = random.Next(2) == 0,
        SnapshotBefore = random.Next(2) == 0 ? "Always" : null,
        Remote = random.Next(2) == 0 ? "far" : null,
        LogsRequests = random.Next(2) == 0,
    };

    private static string AskedByAnsible(TemporaryFolder project, DirectOptions options)
    {
        Directory.CreateDirectory(project.Combine("collections/ansible_collections/incus"));
        Directory.CreateSymbolicLink(project.Combine("collections/ansible_collections/incus/infra"), Repository.Root);
        var recorder = project.Combine("recorder");
        File.WriteAllText(recorder, $$$"""
            #!/bin/sh
            cat > '{{{project.Path}}}/request'
            echo '{"actions": [], "requests": {}}'
            """);
        Process.Start("chmod", ["700", recorder]).WaitForExit();
        var empty = EmptyDomains.In(project.Path, options.Limit);
        // As Incus.Infra.Tasks gives it to Ansible.
        var variables = new JsonObject
        {
            ["infra_auto_cleanup"] = options.AutoCleanup,
            ["infra_allow_replace"] = options.AllowReplace,
            ["infra_allow_move"] = options.AllowMove,
            ["infra_repair"] = options.Repair,
        };
        Add("infra_snapshot_before", options.SnapshotBefore?.ToLowerInvariant());
        Add("infra_remote", options.Remote);
        if (empty.Count > 0)
        {
            variables["infra_domains"] = new JsonArray([.. empty.Select(d => JsonValue.Create(d))]);
            variables["infra_only"] = new JsonArray([.. empty.Select(d => JsonValue.Create(d))]);
        }

        string[] arguments =
        [
            "site.yml", $"--extra-vars={variables.ToJsonString()}", $"--skip-tags={CommandList.ToTags(options.SkipTags)}",
            .. options.Tags is null ? [] : new[] { $"--tags={CommandList.ToTags(options.Tags)}" },
            .. options.IsPlan ? ["--check"] : Array.Empty<string>(),
            .. empty.Select(d => $"--inventory={EmptyDomains.InventoryOf(d)}"),
            .. options.Limit is null || empty.Count > 0 ? [] : new[] { $"--limit={options.Limit}" },
        ];
        var start = new ProcessStartInfo("ansible-playbook", arguments)
        {
            WorkingDirectory = project.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["HOME"] = project.Path, ["LC_ALL"] = "C.UTF-8", ["INCUS_INFRA_RECONCILER"] = recorder,
                ["INCUS_INFRA_LOG_REQUESTS"] = options.LogsRequests ? "1" : "",
                ["ANSIBLE_CONFIG"] = project.Combine("ansible.cfg"),
            },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"{output}\n{errors.Result}");
        return File.ReadAllText(project.Combine("request"));

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                variables[name] = value;
            }
        }
    }

    /// <summary>With members in one order, and every scalar as the text that the engine takes it for.</summary>
    private static JsonNode? Texts(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(m => m.Key, StringComparer.Ordinal)
            .Select(m => KeyValuePair.Create(m.Key, Texts(m.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Texts)]),
        null => null,
        _ => JsonValue.Create(node.ToString()),
    };
}
