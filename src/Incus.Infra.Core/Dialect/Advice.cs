using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Dialect;

/// <summary>What a message about a value that does not fit its shape adds: how to write it instead.</summary>
internal static class Advice
{
    /// <summary>For a value of the wrong type: nothing, or sentences that each begin with a blank.</summary>
    public static string ForWrongKind(string name, Shape expected, YamlNode actual) => (expected, actual) switch
    {
        (EitherShape either, _) => ForWrongKind(name, either.First, actual) + ForWrongKind(name, either.Second, actual),
        (ScalarShape, YamlMapping { Entries: [var (key, _), ..] }) =>
            $" If its keys belong to it, write each in full: {Excerpt.Of(name)}.{Excerpt.Of(key.Text)}.",
        (TextShape text, YamlScalar scalar) => text == Forms.Size || !text.Accepts(scalar.Text)
            ? ""
            : $" Put it in quotes: \"{Excerpt.Of(scalar.Text)}\".",
        (BooleanShape, YamlScalar { Text: "yes" or "Yes" or "YES" or "on" or "On" or "ON" }) => " Write true.",
        (BooleanShape, YamlScalar { Text: "no" or "No" or "NO" or "off" or "Off" or "OFF" }) => " Write false.",
        (BooleanShape, YamlScalar { IsPlain: false, Text: "true" or "false" }) => " Write it without quotes.",
        (IntegerShape, YamlScalar { IsPlain: false } scalar) when ShapeChecker.TryInteger(scalar.Text, out _) =>
            " Write it without quotes.",
        (ListShape, YamlScalar) => " Write each item on its own line, starting with '- '.",
        (ObjectShape or MapShape, YamlScalar) => " Write its keys below it, each followed by a colon and a space.",
        (ListShape { Item: ObjectShape item }, YamlMapping mapping)
            when mapping.Entries.All(e => item.Find(e.Key.Text) is not null) =>
            " Put '- ' before its first key.",
        (MapShape { Value: ObjectShape }, YamlSequence { Items: [YamlScalar first, ..] }) =>
            $" Write each as a key: {Excerpt.Of(first.Text)}: {{}}.",
        (MapShape { Value: ObjectShape entry }, YamlSequence { Items: [YamlMapping item, ..] })
            when entry.Find("name") is null && item.Find("name") is YamlScalar own =>
            $" Write each below its name: '{Excerpt.Of(own.Text)}:' in place of '- name: {Excerpt.Of(own.Text)}'.",
        (MapShape, YamlSequence { Items: [YamlScalar, ..] }) =>
            " Write each with its key: a name, a colon and a space before it.",
        (ObjectShape or MapShape, YamlSequence { Items: [YamlMapping, ..] }) => " Remove the '- ' before its keys.",
        _ => "",
    };

    /// <summary>For a value of the right type and the wrong form: nothing, or a question that begins with a blank.</summary>
    public static string ForWrongForm(Shape expected, YamlNode actual) =>
        expected == Forms.Size && actual is YamlScalar scalar
            && ValueForm.Size.Meant(scalar.Text) is { } meant && Forms.Size.Accepts(meant)
            ? $" Did you mean '{Excerpt.Of(meant)}'?"
            : "";

    public static string ForNoValue(Shape expected) => expected switch
    {
        ObjectShape { MayBeNull: false } => "Indent its keys below it.",
        ObjectShape or MapShape => "Indent its keys below it, or write {}.",
        ListShape { Minimum: > 0 } => "Write its items below it.",
        ListShape => "Write its items below it, or [].",
        _ => $"Give it {expected.Expected}, or remove the key.",
    };
}
