using System.Text;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Tests.Planning;

internal sealed class HostsBlockTests
{
    private const string Web = "10.1.0.1 web.incus web\n";
    private const string Block = $"# === MANAGED BY infra.yml ===\n{Web}# === END MANAGED BY infra.yml ===\n";

    private static readonly HostsBlock Hosts = HostsBlock.OfMachine;

    [Test]
    public void The_lines_name_each_machine_as_the_DNS_of_its_domain_does_in_the_order_of_names() =>
        HostsBlock.Lines([new("web", "10.1.0.1"), new("db", "10.2.0.9")]).ShouldBe($"10.2.0.9 db.incus db\n{Web}");

    [TestCase("", Block)]
    [TestCase("127.0.0.1 localhost\n", "127.0.0.1 localhost\n" + Block)]
    [TestCase("127.0.0.1 localhost", "127.0.0.1 localhost\n" + Block, TestName = "The last line of a file gets its end")]
    [TestCase("a\r\n\xe9\r\n", "a\r\n\xe9\r\n" + Block, TestName = "Line ends and bytes of any encoding stay")]
    [TestCase("a\n# === MANAGED BY infra.yml ===\nold\n# === END MANAGED BY infra.yml ===\nb\n", "a\n" + Block + "b\n")]
    [TestCase("# === MANAGED BY infra.yml ===\r\nold\r\n# === END MANAGED BY infra.yml ===\r\nb\n", Block + "b\n")]
    [TestCase("# === MANAGED BY infra.yml ===\n# === END MANAGED BY infra.yml ===", Block)]
    public void Lines_are_put_in_and_replaced_and_all_else_stays(string before, string after) =>
        Put(before, Web).ShouldBe(after);

    [TestCase("", "")]
    [TestCase("a\nb", "a\nb")]
    [TestCase("a\n" + Block + "b", "a\nb")]
    public void Without_lines_there_is_no_block(string before, string after) => Put(before, "").ShouldBe(after);

    [Test]
    public void What_was_written_is_found_again() =>
        Hosts.Find(Encoding.Latin1.GetBytes(Put("a\nb\n", Web)))!.Lines.ShouldBe(Web);

    [Test]
    public void The_block_of_another_owner_is_another_one()
    {
        var other = new HostsBlock("infra.yml of Atelier d'été");

        other.Find(Encoding.Latin1.GetBytes(Block))!.Lines.ShouldBe("");
        other.Find(Encoding.UTF8.GetBytes(other.Text(Web)))!.Lines.ShouldBe("");
        other.Find(other.Put([], other.Find([])!, Web))!.Lines.ShouldBe(Web);
    }

    [TestCase("# === MANAGED BY infra.yml ===\n10.1.0.1 web\n")]
    [TestCase("10.1.0.1 web\n# === END MANAGED BY infra.yml ===\n")]
    [TestCase("# === END MANAGED BY infra.yml ===\n# === MANAGED BY infra.yml ===\n")]
    [TestCase(Block + Block)]
    public void Where_nobody_knows_what_is_whose_there_is_no_place(string content) =>
        Hosts.Find(Encoding.Latin1.GetBytes(content)).ShouldBeNull();

    [TestCase("web", "10.1.0.1", true)]
    [TestCase("web.lab", "10.1.0.1", true)]
    [TestCase("web\n10.0.0.1 bank", "10.1.0.1", false)]
    [TestCase("web other", "10.1.0.1", false)]
    [TestCase("web", "10.1.0.1 bank", false)]
    [TestCase("web", "1", false)]
    [TestCase("", "10.1.0.1", false)]
    [TestCase("web", "", false)]
    public void Only_a_name_and_an_address_make_a_line(string name, string address, bool isLine) =>
        (HostsBlock.FaultOf(name, address) is null).ShouldBe(isLine);

    private static string Put(string content, string lines)
    {
        var bytes = Encoding.Latin1.GetBytes(content);
        return Encoding.Latin1.GetString(Hosts.Put(bytes, Hosts.Find(bytes)!, lines));
    }
}
