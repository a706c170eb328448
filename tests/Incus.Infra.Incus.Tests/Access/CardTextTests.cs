using Incus.Infra.Incus.Access;

namespace Incus.Infra.Incus.Tests.Access;

/// <summary>The cards that a teacher hands out.</summary>
internal sealed class CardTextTests
{
    private static readonly CardMachine Desk = new(
        "seat-07-desk",
        "10.120.6.1",
        [new CardPort("ssh", "0.0.0.0", 30006, 22), new CardPort("web", "192.168.1.5", 30036, 80)]);

    [Test]
    public void A_card_shows_the_ports_of_the_host_and_ssh_through_the_one_that_leads_to_it()
    {
        var card = new Card("seat-07", "seat-07", "student", [Desk, Desk with { Name = "db", Ports = [] }], IsOwn: false);

        CardText.Of([new IssuedCard(card, HasJoined: false, Token: null)]).ShouldBe("""
            seat-07
              ssh -p 30006 student@<host>  (seat-07-desk)
              web: 192.168.1.5:30036  (seat-07-desk)
              ssh student@10.120.6.1  (db)


            """, StringCompareShould.IgnoreLineEndings);
    }

    [Test]
    public void The_token_is_in_the_file_alone()
    {
        var card = new Card("seat-07", "seat-07", User: null, [Desk with { Ports = [] }], IsOwn: true);
        IssuedCard[] cards = [new IssuedCard(card, HasJoined: false, "secret")];

        CardText.Of(cards).ShouldContain("incus remote add seat-07 secret --project seat-07");
        CardText.WithoutTokens(cards).ShouldNotContain("secret");
    }
}
