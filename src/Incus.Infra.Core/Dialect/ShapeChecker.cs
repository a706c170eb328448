using System.Globalization;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Dialect;

/// <summary>Compares a tree of nodes with a shape and reports every difference.</summary>
internal sealed class ShapeChecker(DiagnosticBag diagnostics)
{
    public void Check(YamlNode node, Shape shape, string name) => Check(node, shape, name, shape.Expected);

    private void Check(YamlNode node, Shape shape, string name, string expected)
    {
        if (node is YamlScalar { Type: ScalarType.Null } && shape is not AnyShape)
        {
            if (!shape.MayBeNull)
            {
                RefuseNull(node, shape, name);
            }

            return;
        }

        if (node is YamlScalar { Tag: { } tag } && shape is not AnyShape)
        {
            diagnostics.Add(ReadingDiagnostics.UnknownTag(node.Location, tag));
            return;
        }

        switch (shape, node)
        {
            case (AnyShape, _):
                CheckAny(node);
                break;
            case (ScalarShape, YamlScalar):
                break;
            case (TextShape text, YamlScalar { Type: ScalarType.Text } scalar):
                Require(text.Accepts(scalar.Text), node, shape, name, expected);
                break;
            case (ChoiceShape choice, YamlScalar { Type: ScalarType.Text } scalar):
                CheckChoice(scalar, choice, shape, name);
                break;
            case (BooleanShape, YamlScalar { Type: ScalarType.Boolean }):
                break;
            case (IntegerShape integer, YamlScalar { Type: ScalarType.Integer } scalar):
                Require(IsWithin(integer, scalar.Text), node, shape, name, expected);
                break;
            case (ListShape list, YamlSequence sequence):
                Require(sequence.Items.Count >= list.Minimum, node, shape, name, shape.Expected);
                for (var i = 0; i < sequence.Items.Count; i++)
                {
                    Check(sequence.Items[i], list.Item, $"{name}[{i}]");
                }

                break;
            case (MapShape map, YamlMapping mapping):
                CheckMap(mapping, map);
                break;
            case (ObjectShape obj, YamlMapping mapping):
                CheckObject(mapping, obj, name);
                break;
            case (EitherShape { First: ChoiceShape choice }, YamlScalar { Type: ScalarType.Text } scalar):
                CheckChoice(scalar, choice, shape, name);
                break;
            case (EitherShape { Second: ChoiceShape choice }, YamlScalar { Type: ScalarType.Text } scalar):
                CheckChoice(scalar, choice, shape, name);
                break;
            case (EitherShape either, _) when Fits(either.First, node):
                Check(node, either.First, name, expected);
                break;
            case (EitherShape either, _) when Fits(either.Second, node):
                Check(node, either.Second, name, expected);
                break;
            default:
                diagnostics.Add(ReadingDiagnostics.WrongKind(
                    node.Location, name, shape.Expected, node.Kind, Advice.ForWrongKind(name, shape, node)));
                break;
        }
    }

    /// <summary>Whole numbers without sign tricks and leading zeros, which YAML 1.1 tools read as octal.</summary>
    public static bool TryInteger(string text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
        && (text.Length == 1 || text.TrimStart('-', '+')[0] != '0');

    private static bool IsWithin(IntegerShape shape, string text) =>
        TryInteger(text, out var value) && value >= shape.Minimum && value <= shape.Maximum;

    private static bool Fits(Shape shape, YamlNode node) => (shape, node) is
        (ScalarShape, YamlScalar)
        or (ChoiceShape or TextShape, YamlScalar { Type: ScalarType.Text })
        or (BooleanShape, YamlScalar { Type: ScalarType.Boolean })
        or (IntegerShape, YamlScalar { Type: ScalarType.Integer })
        or (ListShape, YamlSequence)
        or (MapShape or ObjectShape, YamlMapping)
        || (shape is EitherShape either && (Fits(either.First, node) || Fits(either.Second, node)));

    private void CheckChoice(YamlScalar scalar, ChoiceShape choice, Shape expected, string name)
    {
        if (!choice.Values.Contains(scalar.Text, StringComparer.Ordinal))
        {
            var nearest = choice.Habits.GetValueOrDefault(scalar.Text) ?? Suggest(scalar.Text, choice.Values);
            diagnostics.Add(ReadingDiagnostics.NotOneOf(scalar.Location, name, scalar.Text, expected.Expected, nearest));
        }
    }

    private string? Suggest(string word, IEnumerable<string> candidates) =>
        diagnostics.IsFull ? null : Suggestion.For(word, candidates);

    private void Require(bool holds, YamlNode node, Shape shape, string name, string expected)
    {
        if (!holds)
        {
            diagnostics.Add(ReadingDiagnostics.WrongValue(
                node.Location, name, expected, node is YamlSequence ? "empty" : node.Kind,
                Advice.ForWrongForm(shape, node)));
        }
    }

    private void RefuseNull(YamlNode node, Shape shape, string name) =>
        diagnostics.Add(ReadingDiagnostics.EmptyValue(node.Location, name, Advice.ForNoValue(shape)));

    private void RefuseTag(YamlScalar key)
    {
        if (key.Tag is { } tag)
        {
            diagnostics.Add(ReadingDiagnostics.UnknownTag(key.Location, tag));
        }
    }

    private void CheckMap(YamlMapping mapping, MapShape shape)
    {
        string? previous = null;
        foreach (var (key, value) in mapping.Entries)
        {
            RefuseTag(key);
            if (MisplacedKeys.IsKeyOfEntries(shape, key.Text, value))
            {
                diagnostics.Add(ReadingDiagnostics.KeyAmongNames(key.Location, key.Text, shape.KeyIs, previous));
                continue;
            }

            previous = key.Text;
            if (!shape.Key.Accepts(key.Text) || key.Type == ScalarType.Null)
            {
                diagnostics.Add(RuleDiagnostics.BadName(key.Location, shape.KeyIs, key.Text, shape.Key.Expected));
            }

            Check(value, shape.Value, key.Text);
        }
    }

    private void CheckObject(YamlMapping mapping, ObjectShape shape, string name)
    {
        foreach (var (key, value) in mapping.Entries)
        {
            RefuseTag(key);
            switch (shape.Find(key.Text))
            {
                case null when key.Text.StartsWith(InfraDialect.UserKeyPrefix, StringComparison.Ordinal):
                    break;
                case null:
                    CheckUnknown(key, value, shape, name);
                    break;
                case { Effect: Effect.Foreign }:
                    diagnostics.Add(ReadingDiagnostics.ForeignKey(key.Location, key.Text));
                    break;
                case { } field:
                    if (field.Required && value is YamlScalar { Type: ScalarType.Null })
                    {
                        RefuseNull(value, field.Shape, key.Text);
                    }
                    else
                    {
                        Check(value, field.Shape, key.Text);
                    }

                    break;
            }
        }

        foreach (var field in shape.Fields)
        {
            if (field.Required && mapping.Find(field.Name) is null)
            {
                diagnostics.Add(ReadingDiagnostics.MissingKey(mapping.Location, name, field.Name, field.Description));
            }
        }

        foreach (var alternatives in shape.Alternatives)
        {
            CheckAlternatives(mapping, alternatives, name);
        }
    }

    private void CheckUnknown(YamlScalar key, YamlNode value, ObjectShape shape, string name)
    {
        var advice = MisplacedKeys.Correction(shape, key.Text)
            ?? (Suggest(key.Text, shape.Fields.Select(f => f.Name)) is { } nearest ? $"Did you mean '{nearest}'?" : null);
        diagnostics.Add(advice is null && MisplacedKeys.FieldOfEntry(shape, key.Text, value) is { } field
            ? ReadingDiagnostics.EntryOutside(key.Location, name, key.Text, field)
            : ReadingDiagnostics.UnknownKey(
                key.Location, name, key.Text, advice ?? "Remove it, or prefix it with 'x-' if it is your own."));
    }

    private void CheckAlternatives(YamlMapping mapping, Alternatives alternatives, string name)
    {
        var keys = mapping.Entries.Select(e => e.Key).Where(k => alternatives.Keys.Contains(k.Text)).ToList();
        if (keys.Count == 0)
        {
            diagnostics.Add(ReadingDiagnostics.NoAlternative(
                mapping.Location, name, alternatives.InWords, alternatives.IsExclusive));
        }

        foreach (var key in alternatives.IsExclusive ? keys.Skip(1) : [])
        {
            diagnostics.Add(ReadingDiagnostics.KeysExclude(key.Location, name, keys[0].Text, key.Text));
        }
    }

    // Variables go to Ansible as they are, so every YAML reader must agree on what they are.
    private void CheckAny(YamlNode node)
    {
        switch (node)
        {
            case YamlScalar { Tag: null } scalar when YamlCoreSchema.IsAmbiguous(scalar):
                diagnostics.Add(ReadingDiagnostics.AmbiguousScalar(node.Location, scalar.Text));
                break;
            case YamlSequence sequence:
                foreach (var item in sequence.Items)
                {
                    CheckAny(item);
                }

                break;
            case YamlMapping mapping:
                foreach (var (key, value) in mapping.Entries)
                {
                    RefuseTag(key);
                    CheckAny(key);
                    CheckAny(value);
                }

                break;
        }
    }
}
