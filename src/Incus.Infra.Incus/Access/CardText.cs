using System.Text;

namespace Incus.Infra.Incus.Access;

/// <summary>Cards as text.</summary>
internal static class CardText
{
    private const string HasJoined = "incus: has joined";

    /// <summary>All that their holders need, secrets among it: for a file that nobody else reads.</summary>
    public static string Of(IEnumerable<IssuedCard> cards)
    {
        var text = new StringBuilder();
        foreach (var issued in cards)
        {
            var (card, _, token) = issued;
            Append(text, card, card.IsOwn && token is null ? HasJoined : null);
            if (token is not null)
            {
                text.Append("  once:  incus remote add ").Append(card.Domain).Append(' ').Append(token)
                    .Append(" --project ").Append(card.Project).Append('\n');
            }

            if (card.IsOwn)
            {
                foreach (var machine in card.Machines)
                {
                    text.Append($"  shell: incus exec {card.Domain}:{machine.Name} -- sh\n");
                }
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The same without secrets, for a log.</summary>
    public static string WithoutTokens(IEnumerable<IssuedCard> cards)
    {
        var text = new StringBuilder();
        foreach (var issued in cards)
        {
            Append(text, issued.Card, !issued.Card.IsOwn ? null
                : issued.HasJoined ? HasJoined
                : issued.Token is null ? "incus: not joined; AccessFile=<file> writes a token"
                : "incus: not joined; the token is in the file");
        }

        return text.ToString().TrimEnd('\n');
    }

    private static void Append(StringBuilder text, Card card, string? state)
    {
        text.Append(card.Domain).Append('\n');
        foreach (var (name, address, ports) in card.Machines)
        {
            var ssh = card.User is null ? null : ports.FirstOrDefault(p => p.IsSsh);
            text.Append(card.User is not { } user ? $"  {name}  {address}\n"
                : ssh is null ? $"  ssh {user}@{address}  ({name})\n"
                : $"  ssh -p {ssh.Number} {user}@{ssh.Host}  ({name})\n");
            foreach (var port in ports.Where(p => p != ssh))
            {
                text.Append($"  {port.Name}: {port.Host}:{port.Number}  ({name})\n");
            }
        }

        if (state is not null)
        {
            text.Append($"  {state}\n");
        }
    }
}
