using System.Text;
using CsCheck;
using Incus.Infra.Core.Sections;

namespace Incus.Infra.Core.Tests.Sections;

internal sealed class ManagedSectionTests
{
    private const string Section =
        $"{ManagedSection.BeginMarker}\n{ManagedSection.Notice}\na: 1\n{ManagedSection.EndMarker}\n";

    private const string SectionOfCrLf =
        $"{ManagedSection.BeginMarker}\r\n{ManagedSection.Notice}\r\na: 1\r\n{ManagedSection.EndMarker}\r\n";

    private static readonly Gen<byte[]> Line = Gen.OneOf(
        Gen.OneOf("mine: 1\n", "mine: 1\r\n", "---\n", "--- \r\n", "\n", "# remark\n", "%YAML 1.2\n", "é", "\uFEFF", " ")
            .Select(Encoding.UTF8.GetBytes),
        Gen.Byte.Array[0, 5]);

    private static readonly Gen<byte[]> Content = Line.Array[0, 12].Select(l => l.SelectMany(b => b).ToArray());

    private static readonly Gen<string> Body = Gen.OneOf("", "a: 1\n", "b: é\n# remark\n", "---\n", "\n\n");

    [Test]
    public void User_content_survives_any_sequence_of_builds() =>
        Gen.Select(Content.Where(c => c.Length > 0), Body.Array[1, 4]).Sample((content, bodies) =>
        {
            var file = bodies.Aggregate(content, Build);

            var found = ManagedSection.Find(file);
            byte[] outside = [.. file[..found.Start], .. file[found.End..]];
            // A file that is only a document start gets the line end that it lacks.
            return outside.SequenceEqual(content) || outside.SequenceEqual([.. content, (byte)'\n']);
        });

    [Test]
    public void What_the_user_writes_around_the_section_survives_any_sequence_of_builds() =>
        Gen.Select(Content, Content, Body, Body.Array[1, 4]).Sample((before, after, old, bodies) =>
        {
            before = before.Length > 0 && before[^1] != '\n' ? [.. before, (byte)'\n'] : before;
            byte[] file = [.. before, .. Encoding.UTF8.GetBytes(Section), .. after];

            file = bodies.Aggregate(file, Build);

            var found = ManagedSection.Find(file);
            return file.AsSpan(..found.Start).SequenceEqual(before) && file.AsSpan(found.End..).SequenceEqual(after);
        });

    [Test]
    public void A_second_build_changes_nothing() => Gen.Select(Content, Body).Sample((content, body) =>
    {
        var once = Build(content, body);
        return Build(once, body).SequenceEqual(once);
    });

    [TestCase("mine: 1\n", Section + "mine: 1\n")]
    [TestCase("---\nmine: 1\n", "---\n" + Section + "mine: 1\n")]
    [TestCase("# remark\n\n---\r\nmine: 1\r\n", "# remark\n\n---\r\n" + Section + "mine: 1\r\n")]
    [TestCase("%YAML 1.2\n---\nmine: 1\n", "%YAML 1.2\n---\n" + Section + "mine: 1\n")]
    [TestCase("\uFEFFmine: 1", "\uFEFF" + Section + "mine: 1")]
    [TestCase("\uFEFF---\nmine: 1", "\uFEFF---\n" + Section + "mine: 1")]
    [TestCase("---", "---\n" + Section)]
    [TestCase("--- # my vars\nmine: 1\n", "--- # my vars\n" + Section + "mine: 1\n")]
    [TestCase("---\t #\r\nmine: 1\n", "---\t #\r\n" + SectionOfCrLf + "mine: 1\n")]
    [TestCase("mine: 1\r\n", SectionOfCrLf + "mine: 1\r\n")]
    [TestCase("---#no\n---\n", Section + "---#no\n---\n")]
    [TestCase("# remark\nmine: 1\n---\n", Section + "# remark\nmine: 1\n---\n")]
    public void A_file_without_markers_gets_the_section_before_its_content(string content, string expected) =>
        Encoding.UTF8.GetString(Build(Encoding.UTF8.GetBytes(content), "a: 1\n")).ShouldBe(expected);

    [Test]
    public void An_empty_file_becomes_like_a_new_one() =>
        Build([], "a: 1\n").ShouldBe(ManagedSection.NewFile("a: 1\n"));

    [Test]
    public void Marker_lines_may_end_in_blanks_and_carriage_returns()
    {
        var content = "x\r\n# === MANAGED BY infra.yml === \t\r\nold\r\n# === END MANAGED ===\r\ny\r\n"u8.ToArray();

        Encoding.UTF8.GetString(Build(content, "a: 1\n")).ShouldBe($"x\r\n{SectionOfCrLf}y\r\n");
    }

    [TestCase("---\r\n" + SectionOfCrLf + "mine: 1\r\n")]
    [TestCase("---\r\n" + Section + "mine: 1\r\n")]
    [TestCase(Section + "mine: 1\r\n")]
    public void A_section_that_differs_only_in_its_line_ends_stays_as_it_is(string content) =>
        Encoding.UTF8.GetString(Build(Encoding.UTF8.GetBytes(content), "a: 1\n")).ShouldBe(content);

    [Test]
    public void An_indented_or_longer_line_is_no_marker() => ManagedSection
        .Find("  # === MANAGED BY infra.yml ===\n# === END MANAGED === no\n"u8)
        .Kind.ShouldBe(SectionKind.Absent);

    [Test]
    public void A_marker_behind_a_byte_order_mark_is_found() =>
        ManagedSection.Find(Encoding.UTF8.GetBytes("\uFEFF" + Section)).Kind.ShouldBe(SectionKind.Found);

    private static byte[] Build(byte[] content, string body) =>
        ManagedSection.Update(content, ManagedSection.Find(content), body);
}
