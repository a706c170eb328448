using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Live;

/// <summary>Jobs that the server does in the background, perhaps for a run that was killed.</summary>
internal sealed class RunningOperations
{
    private readonly IncusClient _client;
    private readonly List<Operation> _operations;

    private RunningOperations(IncusClient client, List<Operation> operations)
    {
        _client = client;
        _operations = operations;
    }

    public bool IsEmpty => _operations.Count == 0;

    public static async Task<RunningOperations> ReadAsync(IncusClient client, CancellationToken ct)
    {
        var byStatus = await client.GetAsync(Urls.Operations, IncusJson.Default.ReplyDictionaryStringListOperation, ct);
        var running = byStatus.Value.Values.SelectMany(o => o).Where(o => o.Runs && (o.Class == "task" || o.IsMigration));
        return new RunningOperations(client, [.. running]);
    }

    /// <summary>Waits for the end of those that work on an object that <paramref name="concerns"/> accepts.</summary>
    /// <param name="concerns">Tells whether an object matters.</param>
    /// <param name="onWaiting">Told of each in a sentence.</param>
    /// <returns>Whether there was any.</returns>
    /// <exception cref="ToolFaultException">One does not end.</exception>
    public async Task<bool> WaitAsync(Func<ObjectId, bool> concerns, Action<string> onWaiting, CancellationToken ct)
    {
        // Of a volume that goes to another project Incus does not say which it is.
        var awaited = _operations.FindAll(o => o.MovesVolume || ObjectsOf(o).Any(concerns));
        foreach (var operation in awaited)
        {
            var of = operation.MovesVolume ? "" : $" of {ObjectsOf(operation).First(concerns)}";
            var name = $"'{operation.Description}'{of}";
            onWaiting($"Incus is still working on {name}, which another run started; waiting for it to finish.");
            await EndOfAsync(operation, name, ct);
        }

        return awaited.Count > 0;
    }

    private static IEnumerable<ObjectId> ObjectsOf(Operation operation) =>
        (operation.Resources ?? []).Values.SelectMany(urls => urls).Select(Urls.Parse).OfType<ObjectId>();

    private async Task EndOfAsync(Operation operation, string name, CancellationToken ct)
    {
        try
        {
            await _client.WaitAsync(operation, name, ct);
        }
        catch (IncusErrorException)
        {
            // How it ended is seen in what it left.
        }
    }
}
