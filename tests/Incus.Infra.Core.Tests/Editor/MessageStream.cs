using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Incus.Infra.Core.Tests.Editor;

/// <summary>JSON-RPC messages in the framing of LSP: a header with the length, an empty line, the message.</summary>
internal sealed class MessageStream(Stream input, Stream output)
{
    private const string LengthHeader = "Content-Length: ";

    public async Task SendAsync(JsonObject message)
    {
        message["jsonrpc"] = "2.0";
        var body = JsonSerializer.SerializeToUtf8Bytes(message);
        await output.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes($"{LengthHeader}{body.Length}\r\n\r\n"), .. body]);
        await output.FlushAsync();
    }

    /// <summary>The next message, or null at the end.</summary>
    public async Task<JsonObject?> ReceiveAsync()
    {
        var length = 0;
        while (await ReadLineAsync() is { } line)
        {
            if (line.StartsWith(LengthHeader, StringComparison.Ordinal))
            {
                length = int.Parse(line.AsSpan(LengthHeader.Length), CultureInfo.InvariantCulture);
            }
            else if (line.Length == 0)
            {
                var body = new byte[length];
                await input.ReadExactlyAsync(body);
                return JsonNode.Parse(body)!.AsObject();
            }
        }

        return null;
    }

    private async Task<string?> ReadLineAsync()
    {
        var line = new StringBuilder();
        var next = new byte[1];
        while (await input.ReadAsync(next) == 1)
        {
            if (next[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)next[0]);
        }

        return null;
    }
}
