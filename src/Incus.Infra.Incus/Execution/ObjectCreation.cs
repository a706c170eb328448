using System.Collections.Immutable;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Incus.Execution;

/// <summary>Makes one object, with the mark that says whose it is.</summary>
/// <param name="store">The server.</param>
internal sealed class ObjectCreation(IIncusStore store)
{
    /// <summary>Makes it; starts an instance unless it is to be stopped.</summary>
    public async Task RunAsync(PlannedAction action, CancellationToken ct)
    {
        var (id, ownership) = (action.Id, action.Ownership!);
        if (!action.Desired!.IsRestricted)
        {
            try
            {
                var uuid = KeyValuePair.Create(Property.Config(ObjectIdentity.UuidKey), ownership.Object.Uuid);
                await RunAsync(action, [.. ownership.ToProperties(), uuid], ct);
                return;
            }
            catch (IncusErrorException e) when (e.Message.Contains($"\"{ObjectIdentity.UuidKey}\"", StringComparison.Ordinal))
            {
                // Somebody else restricted the project.
            }
        }

        // In a restricted project Incus chooses it; only then the mark can name its object. A run that is killed before leaves a
        // mark that the next one completes.
        ownership = ownership with { Object = new ObjectIdentity(id, Uuid: null) };
        await RunAsync(action, ownership.ToProperties(), ct);
        await store.EditAsync(
            id,
            live => Properties.With(live, (ownership with { Object = ObjectIdentity.Of(id, live) }).ToProperties()),
            CancellationToken.None);
    }

    private Task RunAsync(PlannedAction action, IEnumerable<KeyValuePair<Property, string?>> more, CancellationToken ct) =>
        store.CreateAsync(
            action.Id,
            Properties.With(
                new IncusObject { Devices = action.Id.Traits.HasDevices ? [] : null },
                Values(action.Changes, more)),
            action.Desired!.Instance,
            action.Desired.Member,
            ct);

    /// <summary>Deletes what there is of it first.</summary>
    public async Task AnewAsync(PlannedAction action, CancellationToken ct)
    {
        await store.RemoveAsync(action.Id, ct);
        await RunAsync(action, ct);
    }

    /// <summary>What a request says: the values that change, but for what stands in the machine itself, and more.</summary>
    public static IEnumerable<KeyValuePair<Property, string?>> Values(
        ImmutableArray<PropertyChange> changes, IEnumerable<KeyValuePair<Property, string?>> more) =>
        changes.Where(c => c.Property != Property.Hosts).Select(c => KeyValuePair.Create(c.Property, c.New)).Concat(more);
}
