using Incus.Infra.Core.Isolation;

namespace Incus.Infra.Core.Tests.Isolation;

internal sealed class AddressSetTests
{
    [TestCase("10.1.2.3", "10.1.2.3")]
    [TestCase("10.1.2.3/32", "10.1.2.3")]
    [TestCase("10.1.2.0/24", "10.1.2.0/24")]
    [TestCase("10.1.2.3/24", "10.1.2.0/24")]
    [TestCase("255.255.255.255/1", "128.0.0.0/1")]
    [TestCase("0.0.0.0/0", "0.0.0.0/0")]
    [TestCase("10.1.2.3/33", null)]
    [TestCase("10.1.2.3/", null)]
    [TestCase("10.1.2.3/08", null)]
    [TestCase("10.1.2.3/-1", null)]
    [TestCase("10.1.2/24", null)]
    [TestCase("10.1.2.256", null)]
    [TestCase("fd00::/8", null)]
    [TestCase("web", null)]
    public void An_address_or_a_network_is_read_and_nothing_else(string text, string? expected) =>
        AddressSet.Parse(text)?.ToString().ShouldBe(expected);

    [TestCase("0.0.0.0/0", "", "0.0.0.0/0")]
    [TestCase("0.0.0.0/0", "0.0.0.0/0", "")]
    [TestCase("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1")]
    [TestCase("0.0.0.0/0", "255.255.255.255 0.0.0.0", "0.0.0.1-255.255.255.254")]
    [TestCase("10.0.0.0/24", "10.0.0.254", "10.0.0.0-10.0.0.253,10.0.0.255")]
    [TestCase("10.0.0.0/24", "10.0.1.0/24", "10.0.0.0/24")]
    [TestCase("10.0.0.0/24 10.0.1.0/24", "", "10.0.0.0/23")]
    [TestCase("10.0.0.0/8", "10.1.0.0/16 10.3.0.0/16", "10.0.0.0-10.0.255.255,10.2.0.0-10.2.255.255,10.4.0.0-10.255.255.255")]
    [TestCase("10.0.0.0/24 10.2.0.0/24", "10.0.0.128/25 10.1.0.0/16 10.2.0.0/25", "10.0.0.0-10.0.0.127,10.2.0.128-10.2.0.255")]
    public void What_is_left_of_a_set_is_written_as_Incus_reads_it(string set, string without, string expected) =>
        Of(set).Except(Of(without)).ToString().ShouldBe(expected);

    [TestCase("10.0.0.0/8", "10.1.0.0/16", true)]
    [TestCase("10.1.0.0/16", "10.0.0.0/8", false)]
    [TestCase("10.0.0.0/24 10.0.1.0/24", "10.0.0.128/25 10.0.1.7", true)]
    [TestCase("10.0.0.0/24", "", true)]
    [TestCase("", "10.0.0.0/24", false)]
    public void A_set_covers_another_if_it_has_all_its_addresses(string set, string other, bool expected) =>
        Of(set).Covers(Of(other)).ShouldBe(expected);

    private static AddressSet Of(string networks) =>
        AddressSet.Of(networks.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
