using System.Runtime.InteropServices;
using Incus.Infra.Reconciler;

// Ctrl+C, and what a job runner sends: nothing new begins, and the result says what was done.
using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

await using var input = Console.OpenStandardInput();
await using var output = Console.OpenStandardOutput();
await using var progress = Console.OpenStandardError();
return (int)await new Session(input, output, progress).RunAsync(stop.Token);

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
