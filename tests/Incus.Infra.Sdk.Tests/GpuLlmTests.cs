using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>
/// The sample with a language model and a page to chat with it, on the CPU and with a model that has known answers.
/// </summary>
[Category("Slow")]
internal sealed class GpuLlmTests() : IncusTest("debian-python")
{
    private const string Key = "key-of-the-sample-6f1c2d"; // The secret of group_vars/all.yml.
    private const string Server = "10.100.0.1";
    private const string Page = "10.100.1.1";
    private const string Answer = " Hello from the tiny test model.";

    private static readonly string Sample = Path.Join(AppContext.BaseDirectory, "Samples", "gpu-llm");

    [Test]
    public async Task One_Apply_makes_a_page_whose_questions_a_model_answers_that_no_other_machine_can_reach()
    {
        CopySample();

        var apply = Apply();

        Ask(Page, key: "").ShouldContain(Answer);
        Ask("127.0.0.1:8080", key: "", "model").ShouldContain("401");
        Ask("127.0.0.1:8080", Key, "model").ShouldContain(Answer);
        Ask($"{Server}:8080", key: "").ShouldContain("401");
        foreach (var machine in (string[])["neighbour", "stranger"])
        {
            InMachine(machine, $"timeout 5 bash -c '</dev/tcp/{Server}/8080' 2>&1 || :").ShouldContain("Connection refused");
        }

        InMachine("model", "stat --format=%a /etc/llama-server.env").ShouldBe("600");
        InMachine("model", "journalctl --unit=llama-server").ShouldNotContain(Key);

        var log = Sandbox.LastBinaryLog();
        // That the role of the model changes nothing the second time is a matter of its scenario.
        var again = Apply("-p:Limit=chat");
        again.Output.Split('\n').Where(line => line.StartsWith("  infra -> ", StringComparison.Ordinal))
            .ShouldBe(["  infra -> up to date", "  infra -> nothing to change in Incus"]);
        string[] written = [apply.Output, log, again.Output, Sandbox.LastBinaryLog()];
        written.ShouldAllBe(text => !text.Contains(Key, StringComparison.Ordinal));

        await ChatAsync();
    }

    /// <summary>As somebody would, who keeps a picture of it.</summary>
    private async Task ChatAsync()
    {
        await using var browser = await Browser.StartAsync(Incus, Sandbox);
        var page = await browser.NewPageAsync();
        page.DefaultTimeout = Browser.Patience;
        await page.GoToAsync($"http://{Page}/");
        await page.TypeAsync("input", "Who are you?");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForFunctionAsync($"() => document.querySelector('.assistant')?.textContent === '{Answer}'");

        var picture = Path.Join(TestContext.CurrentContext.WorkDirectory, "gpu-llm.png");
        await page.ScreenshotAsync(picture);
        TestContext.AddTestAttachment(picture);
        var content = await page.GetContentAsync();
        content.ShouldContain("""<p class="user">Who are you?</p>""");
        content.ShouldNotContain(Key);
    }

    /// <summary>The sample; beside it one more machine in the domain of the model, and one in a domain of its own.</summary>
    private void CopySample()
    {
        var files = Directory.EnumerateFiles(Sample, "*", SearchOption.AllDirectories);
        foreach (var file in files.Where(f => !f.EndsWith(".proj", StringComparison.Ordinal)))
        {
            Project.Write(Path.GetRelativePath(Sample, file), File.ReadAllText(file));
        }

        var address = Project.Read("infra.yml").Split('\n')
            .Single(line => line.TrimStart().StartsWith("https://", StringComparison.Ordinal)).Trim();
        Project.Edit("infra.yml", address, "http://10.100.0.254:8000/model.gguf");
        Project.Edit("infra.yml", "images:debian/13", "debian-python");
        Project.Edit("infra.yml", "\n  chat:\n", """

                  neighbour: {}
              strangers:
                subnet_id: 2
                machines:
                  stranger: {}
              chat:

            """);
        Project.Edit("infra.yml", "network_policies:\n", """
            network_policies:
              - {description: the file of the model, from: model, to: host, ports: [8000]}

            """);

        var served = Path.Join(Sandbox.Home, "served");
        Directory.CreateDirectory(served);
        Sandbox.Run(
            "python3", Path.Join(Stamp.RepositoryFolder, "tests", "molecule", "tiny_model.py"), Path.Join(served, "model.gguf"))
            .ShouldSucceed();
        Incus.Exec("sh", "-c", $"python3 -m http.server --directory '{served}' 8000 >/dev/null 2>&1 &");
    }

    private CommandResult Apply(params string[] arguments) =>
        Sandbox.Build(["-t:Apply", "-p:VaultPasswordFile=vault-password", .. arguments]).ShouldSucceed();

    /// <summary>What a machine, or the host of Incus, gets for a question: the answer, or why there is none.</summary>
    private string Ask(string address, string key, string? machine = null)
    {
        const string Script = """
            import json, sys, urllib.request
            question = json.dumps({"messages": [{"role": "user", "content": "Who are you?"}]}).encode()
            headers = {"Content-Type": "application/json", "Authorization": "Bearer " + sys.argv[2]}
            request = urllib.request.Request(f"http://{sys.argv[1]}/v1/chat/completions", question, headers)
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            try:
                print(json.load(opener.open(request, timeout=600))["choices"][0]["message"]["content"])
            except OSError as fault:
                print(fault)
            """;
        string[] command = ["python3", "-c", Script, address, key];
        return machine is null ? Incus.Exec(command) : Incus.InInstance(ProjectOf(machine), machine, command);
    }

    private string InMachine(string machine, string command) =>
        Incus.InInstance(ProjectOf(machine), machine, "sh", "-c", command);

    private static string ProjectOf(string machine) => machine is "stranger" ? "strangers" : "llm";
}
