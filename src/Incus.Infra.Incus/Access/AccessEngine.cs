using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Access;

/// <summary>Hands out tokens for projects. A card whose token nobody used yet keeps it.</summary>
/// <param name="client">Speaks to the server.</param>
/// <param name="target">The way to the server.</param>
/// <param name="server">What the server says about itself; one command at a time works on it.</param>
/// <param name="infrastructure">Whose projects.</param>
/// <param name="onWaiting">Called with a sentence that says what is being waited for.</param>
internal sealed class AccessEngine(
    IncusClient client, IncusTarget target, ServerInfo server, Infrastructure infrastructure, Action<string> onWaiting)
{
    private readonly Grants _grants = new(client);
    private readonly IncusStore _store = new(client);

    /// <summary>The cards as they are; only reads.</summary>
    public async Task<IReadOnlyList<IssuedCard>> LookAsync(IReadOnlyList<Card> cards, CancellationToken ct)
    {
        var joined = await FindAsync(cards, ct);
        return [.. cards.Select(c => new IssuedCard(c, joined[c.Domain].Any(g => g.Token is null), Token: null))];
    }

    /// <summary>The cards, with a token for each that comes with a certificate and whose holder has none yet.</summary>
    /// <param name="cards">The cards.</param>
    /// <param name="renew">Whether what was handed out before is taken back first, certificates in use among it.</param>
    /// <param name="ct">Ends it between two cards.</param>
    /// <exception cref="ToolFaultException">
    /// INFRA4135: a project is not closed yet. INFRA4136: nobody could use a token.
    /// </exception>
    public async Task<IReadOnlyList<IssuedCard>> IssueAsync(IReadOnlyList<Card> cards, bool renew, CancellationToken ct)
    {
        using var held = await ApplyLock.AcquireAsync(target, server, onWaiting, ct);
        foreach (var card in cards.Where(c => c.IsOwn))
        {
            await CheckAsync(card, ct);
        }

        var former = await FindAsync(cards, ct);
        var issued = new List<IssuedCard>();
        foreach (var card in cards)
        {
            issued.Add(card.IsOwn
                ? await IssueAsync(card, [.. former[card.Domain]], renew, ct)
                : new IssuedCard(card, HasJoined: false, Token: null));
        }

        return issued;
    }

    private async Task<IssuedCard> IssueAsync(Card card, IReadOnlyList<Grant> former, bool renew, CancellationToken ct)
    {
        if (renew)
        {
            foreach (var grant in former)
            {
                await _grants.DeleteAsync(grant.Id, ct);
            }
        }
        else if (former.Count > 0)
        {
            return new IssuedCard(card, former.Any(g => g.Token is null), former.FirstOrDefault(g => g.Token is not null)?.Token);
        }

        try
        {
            var grant = await _grants.MakeAsync(infrastructure, card.Domain, card.Project, ct);
            return new IssuedCard(card, HasJoined: false, grant.Token);
        }
        catch (IncusErrorException e)
        {
            throw new ToolFaultException(ToolDiagnostics.NoToken(card.Domain, e.Message), e);
        }
    }

    // Of a project that is not restricted, a certificate would give away the host.
    private async Task CheckAsync(Card card, CancellationToken ct)
    {
        var id = ObjectId.OfProject(card.Project);
        var live = (await _store.FindAsync(id, ct))?.Value;
        var isOurs = live is not null && Ownership.Of(id, live)?.BelongsTo(infrastructure) == true;
        if (!isOurs || live!.Config?.GetValueOrDefault(OwnProject.Restricted) != "true")
        {
            throw new ToolFaultException(ToolDiagnostics.ProjectOpen(
                card.Domain,
                live is null ? "there is no such project" : isOurs ? "it is not restricted" : "it is not this infra.yml's"));
        }
    }

    private async Task<ILookup<string, Grant>> FindAsync(IReadOnlyList<Card> cards, CancellationToken ct) =>
        (cards.Any(c => c.IsOwn) ? await _grants.ReadAsync(infrastructure, ct) : []).ToLookup(g => g.Domain);
}
