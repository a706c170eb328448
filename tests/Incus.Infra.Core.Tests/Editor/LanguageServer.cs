using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Incus.Infra.Core.Tests.Documentation;
using Incus.Infra.Testing;

namespace Incus.Infra.Core.Tests.Editor;

/// <summary>What an editor underlines; line and column count from 1.</summary>
internal sealed record Squiggle(int Line, int Column, string Message);

/// <summary>The real yaml-language-server, spoken to as an editor does: LSP over standard input and output.</summary>
internal sealed class LanguageServer : IDisposable
{
    private const string Missing = "node or yaml-language-server is missing. Run: dotnet build build.proj -t:Bootstrap";

    private readonly Process _process;
    private readonly MessageStream _messages;
    private readonly TaskCompletionSource _configured = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode?>> _replies = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonNode?>> _diagnostics = new();
    private int _lastId;

    private LanguageServer(Process process)
    {
        _process = process;
        _messages = new(process.StandardOutput.BaseStream, process.StandardInput.BaseStream);
        _ = Task.Run(ListenAsync);
    }

    public static async Task<LanguageServer> StartAsync()
    {
        var server = new LanguageServer(StartProcess());
        await server.RequestAsync("initialize", new JsonObject { ["capabilities"] = new JsonObject() });
        await server.NotifyAsync("initialized", []);
        await server._configured.Task.WaitAsync(Tool.Patience);
        return server;
    }

    /// <summary>Everything that is underlined in <paramref name="text"/>.</summary>
    public async Task<IReadOnlyList<Squiggle>> SquigglesAsync(string text)
    {
        var published = await _diagnostics[await OpenAsync(text)].Task.WaitAsync(Tool.Patience);
        return [.. published!.AsArray().Select(d => new Squiggle(
            (int)d!["range"]!["start"]!["line"]! + 1,
            (int)d["range"]!["start"]!["character"]! + 1,
            (string)d["message"]!))];
    }

    /// <summary>What is offered where <c>‸</c> stands in <paramref name="text"/>.</summary>
    public async Task<IReadOnlyList<string>> CompletionsAsync(string text)
    {
        var reply = await AtCaretAsync("textDocument/completion", text);
        return [.. reply!["items"]!.AsArray().Select(i => (string)i!["label"]!)];
    }

    /// <summary>What is shown over the word where <c>‸</c> stands in <paramref name="text"/>.</summary>
    public async Task<string> HoverAsync(string text) =>
        (string)(await AtCaretAsync("textDocument/hover", text))!["contents"]!["value"]!;

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static Process StartProcess()
    {
        var script = Path.Join(
            Repository.Root, "artifacts/tools/node/node_modules/yaml-language-server/bin/yaml-language-server");
        File.Exists(script).ShouldBeTrue(Missing);
        try
        {
            return Process.Start(new ProcessStartInfo("node", [script, "--stdio"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
        }
        catch (Win32Exception)
        {
            throw new AssertionException(Missing);
        }
    }

    private async Task<JsonNode?> AtCaretAsync(string method, string text)
    {
        var before = text[..text.IndexOf('‸', StringComparison.Ordinal)];
        var uri = await OpenAsync(text.Replace("‸", "", StringComparison.Ordinal));
        return await RequestAsync(method, new JsonObject
        {
            ["textDocument"] = new JsonObject { ["uri"] = uri },
            ["position"] = new JsonObject
            {
                ["line"] = before.Count(c => c == '\n'),
                ["character"] = before.Length - before.LastIndexOf('\n') - 1,
            },
        });
    }

    private async Task<string> OpenAsync(string text)
    {
        var uri = $"file:///{Interlocked.Increment(ref _lastId)}/infra.yml";
        _diagnostics[uri] = new();
        await NotifyAsync("textDocument/didOpen", new JsonObject
        {
            ["textDocument"] = new JsonObject { ["uri"] = uri, ["languageId"] = "yaml", ["version"] = 1, ["text"] = text },
        });
        return uri;
    }

    private async Task<JsonNode?> RequestAsync(string method, JsonObject parameters)
    {
        var id = Interlocked.Increment(ref _lastId);
        _replies[id] = new();
        await _messages.SendAsync(new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters });
        return await _replies[id].Task.WaitAsync(Tool.Patience);
    }

    private Task NotifyAsync(string method, JsonObject parameters) =>
        _messages.SendAsync(new JsonObject { ["method"] = method, ["params"] = parameters });

    private async Task ListenAsync()
    {
        while (await _messages.ReceiveAsync() is { } message)
        {
            switch ((string?)message["method"])
            {
                case null:
                    _replies[(int)message["id"]!].SetResult(message["result"]);
                    break;
                case "textDocument/publishDiagnostics":
                    _diagnostics[(string)message["params"]!["uri"]!].TrySetResult(message["params"]!["diagnostics"]);
                    break;
                case "workspace/configuration":
                    await _messages.SendAsync(new JsonObject { ["id"] = (int)message["id"]!, ["result"] = Settings() });
                    _configured.TrySetResult();
                    break;
            }
        }
    }

    // The server asks for the sections yaml, http, [yaml] and editor. Without the switch it would download the
    // catalogue of all public schemas.
    private static JsonArray Settings() =>
    [
        new JsonObject
        {
            ["schemas"] = new JsonObject
            {
                [new Uri(Path.Join(Repository.Root, "docs/infra.schema.json")).AbsoluteUri] = "infra.yml",
            },
            ["schemaStore"] = new JsonObject { ["enable"] = false },
        },
        null, null, null,
    ];
}
