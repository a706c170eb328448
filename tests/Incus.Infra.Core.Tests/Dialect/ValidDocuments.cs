using System.Diagnostics;
using System.Text.Json.Nodes;
using CsCheck;
using Incus.Infra.Core.Dialect;

namespace Incus.Infra.Core.Tests.Dialect;

/// <summary>Generates documents that a shape accepts.</summary>
internal static class ValidDocuments
{
    /// <summary>Texts of every form of the dialect, and some that no form accepts.</summary>
    public static readonly IReadOnlyList<string> Texts =
    [
        "web", "lab-1", "a", "10.100", "10.100.1.5", "255.255.255.255", "10GiB", "20%", "100%", "500MiB", "1", "/srv/data", "/",
        "/a..b/c",
        "auto-%d", "at-{{ creation_date|date:'2006-01-02' }}", "%d-%d", "{{",
        "0 3 * * *", "*/5 1-3 * * MON", "@daily", "30d", "60m", "web_server", "acme.tools.web", "limits.memory", "_x",
        "images:debian/13", "scripts/setup.sh", "a/../b", "/srv/wheels", "nginx", "nginx=1.26.3-3", "nginx=", "flask>=3.0",
        "--pre", "https://example.org/simple", "ext::sh", "C:\\x", "~/x", "a/", "two words", "Zürich", "true", "null", "~",
        "0644", "x-note", "ssh-ed25519 AAAA alice", "ssh-rsa AAAA", new string('a', 63), "students.csv", "../x.csv",
        "auto", "auto:80", "8080:80", "127.0.0.1:auto:65535/tcp",
        ":80/", ":65535/ready?a=b", ":80", ":0/", "1s", "3600s", "3601s", "61m",
        "10.0.0.1:53:53/udp", "0:80", "80:65536", "10.0.0.256:53:53", "auto/icmp",
        "", " ", "-a", "a-", "A_", "a b", "a/b", "../../x", "/srv/../x", "relative", "10.256", "010.1", "10.100.1.256",
        "1.2.3", "1.2.3.4.5", "10 GiB", "0d", "3 days", "@never-ever", "* * * *", "a.b", "9x", "ns.col.role.x",
        new string('a', 64), "tab\there", "line\nbreak", "web\n", ".", "..", "é", "\uFEFF", "\u0085", "\u00A0",
    ];

    public static Gen<JsonNode> Of(Shape shape) => shape switch
    {
        AnyShape => Gen.OneOf(Text(Texts), Whole(-5, 5), Bool, Gen.Const(() => (JsonNode)new JsonArray(1, "a"))),
        BooleanShape => Bool,
        ScalarShape => Gen.OneOf(Text(Texts), Whole(-5, 5), Bool, Gen.Const(() => (JsonNode)1.5)),
        IntegerShape integer => Gen.OneOf(Whole(integer.Minimum, integer.Maximum), Whole(integer.Minimum, integer.Minimum),
            Whole(integer.Maximum, integer.Maximum)),
        ChoiceShape choice => Text(choice.Values),
        TextShape text => Text([.. Texts.Where(text.Accepts)]),
        ListShape list => Of(list.Item).List[list.Minimum, 3].Select(items => (JsonNode)new JsonArray([.. items])),
        // Below a key of the user's own nothing is a fault.
        MapShape map => Gen.Dictionary(Gen.OneOf((string[])[.. Texts.Where(IsKeyOf(map))]), Of(map.Value))[0, 2]
            .Select(entries => (JsonNode)new JsonObject(entries.Select(e => KeyValuePair.Create(e.Key, (JsonNode?)e.Value)))),
        EitherShape either => Gen.OneOf(Of(either.First), Of(either.Second)),
        ObjectShape obj => Object(obj),
        _ => throw new UnreachableException(shape.GetType().Name),
    };

    private static Func<string, bool> IsKeyOf(MapShape map) =>
        text => map.Key.Accepts(text) && !text.StartsWith(InfraDialect.UserKeyPrefix, StringComparison.Ordinal);

    private static Gen<JsonNode> Bool => Gen.Bool.Select(b => (JsonNode)b);

    private static Gen<JsonNode> Whole(int minimum, int maximum) => Gen.Int[minimum, maximum].Select(i => (JsonNode)i);

    private static Gen<JsonNode> Text(IReadOnlyList<string> texts) => Gen.OneOf((string[])[.. texts]).Select(t => (JsonNode)t);

    private static Gen<JsonNode> Object(ObjectShape shape)
    {
        var result = Gen.Const(() => new JsonObject());
        foreach (var field in shape.Fields.Where(f => f.Effect != Effect.Foreign))
        {
            var isThere = field.Required || shape.Alternatives.Any(a => a.Keys.Contains(field.Name)) ? Gen.Const(true) : Gen.Bool;
            result = Gen.Select(result, Of(field.Shape), isThere, (obj, value, isThere) =>
            {
                if (isThere)
                {
                    obj.Add(field.Name, value);
                }

                return obj;
            });
        }

        foreach (var (keys, isExclusive) in shape.Alternatives)
        {
            result = Gen.Select(result, Gen.Int[0, keys.Count - 1], Gen.Bool, (obj, kept, keepsAll) =>
            {
                foreach (var key in isExclusive || !keepsAll ? keys.Where((_, i) => i != kept) : [])
                {
                    obj.Remove(key);
                }

                return obj;
            });
        }

        return Gen.Select(result, Gen.Bool, (obj, hasOwnKey) =>
        {
            if (hasOwnKey)
            {
                obj.Add("x-note", "mine");
            }

            return (JsonNode)obj;
        });
    }
}
