using System.Runtime.InteropServices;
using System.Text.Json;
using Incus.Infra.Incus.Protocol;

// Ctrl+C, and what a job runner sends: nothing new begins, and the result says what was done.
using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

await using var input = Console.OpenStandardInput();
await using var output = Console.OpenStandardOutput();
await using var progress = Console.OpenStandardError();
var writing = new Lock();
var (result, exitCode) = await new Session(Tell).RunAsync(input, stop.Token);
output.Write([.. JsonSerializer.SerializeToUtf8Bytes(result, ProtocolJson.Default.Result), (byte)'\n']);
return (int)exitCode;

// Whole lines: actions run at the same time.
void Tell(ProgressLine line)
{
    byte[] text = [.. JsonSerializer.SerializeToUtf8Bytes(line, ProtocolJson.Default.ProgressLine), (byte)'\n'];
    lock (writing)
    {
        progress.Write(text);
    }
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
