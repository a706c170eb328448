using System.Text.RegularExpressions;

namespace Incus.Infra.Core.Dialect;

/// <summary>
/// What a value of infra.yml may look like. The validator, the JSON Schema and the reference read the same shapes,
/// so they cannot disagree.
/// </summary>
internal abstract record Shape
{
    /// <summary>What is expected, as it completes the sentence "… must be".</summary>
    public abstract string Expected { get; }

    /// <summary>Whether a key without value, as when all lines below it are commented out, is an empty mapping.</summary>
    public virtual bool MayBeNull => false;
}

/// <summary>Quoted or plain text, perhaps of a certain form.</summary>
/// <param name="Form">The form it must have, or null; written so that JSON Schema understands it too.</param>
/// <param name="FormInWords">The form as it completes "… must be".</param>
internal sealed record TextShape(Regex? Form = null, string FormInWords = "text") : Shape
{
    /// <summary>Whether Ansible evaluates templates in it; text is literal otherwise.</summary>
    public bool IsTemplate { get; init; }

    public override string Expected => FormInWords;

    /// <summary>Whether <paramref name="text"/> has the form, from its first character to its last.</summary>
    public bool Accepts(string text)
    {
        if (Form is null)
        {
            return true;
        }

        // In .NET '$' also matches before a final line feed, in JSON Schema it does not.
        foreach (var match in Form.EnumerateMatches(text))
        {
            return match.Length == text.Length;
        }

        return false;
    }
}

/// <summary>One of a few words.</summary>
internal sealed record ChoiceShape(params IReadOnlyList<string> Values) : Shape
{
    /// <summary>What other tools call some of them.</summary>
    public IReadOnlyDictionary<string, string> Habits { get; init; } = new Dictionary<string, string>();

    public override string Expected => Values.Count == 1
        ? Values[0]
        : $"{string.Join(", ", Values.Take(Values.Count - 1))} or {Values[^1]}";
}

/// <summary><c>true</c> or <c>false</c>.</summary>
internal sealed record BooleanShape : Shape
{
    public override string Expected => "true or false";
}

/// <summary>A whole number between two bounds, both included.</summary>
internal sealed record IntegerShape(int Minimum, int Maximum) : Shape
{
    public override string Expected => Minimum == Maximum
        ? $"{Minimum}"
        : $"a whole number from {Minimum} to {Maximum}";
}

/// <summary>Text, number or boolean: what Incus stores as a string.</summary>
internal sealed record ScalarShape : Shape
{
    public override string Expected => "a single value";
}

/// <summary>Any YAML, handed to Ansible as it is.</summary>
internal sealed record AnyShape : Shape
{
    public override string Expected => "any value";
}

/// <summary>A list.</summary>
/// <param name="Item">What each item looks like.</param>
/// <param name="Minimum">Least number of items.</param>
internal sealed record ListShape(Shape Item, int Minimum = 0) : Shape
{
    public override string Expected => Minimum == 0 ? "a list" : "a list with at least one item";
}

/// <summary>A mapping whose keys the user names.</summary>
/// <param name="Key">What the names look like.</param>
/// <param name="KeyIs">What a name stands for, such as "Domain name".</param>
/// <param name="Value">What each value looks like.</param>
internal sealed record MapShape(TextShape Key, string KeyIs, Shape Value) : Shape
{
    public override string Expected => "a mapping";

    public override bool MayBeNull => true;
}

/// <summary>Either of two shapes, told apart by the kind of node.</summary>
internal sealed record EitherShape(Shape First, Shape Second) : Shape
{
    public override string Expected => $"{First.Expected}, or {Second.Expected}";

    public override bool MayBeNull => First.MayBeNull || Second.MayBeNull;
}

/// <summary>A mapping with known keys.</summary>
internal sealed record ObjectShape : Shape
{
    private readonly Dictionary<string, Field> _byName;

    public ObjectShape(params IReadOnlyList<Field> fields)
    {
        Fields = fields;
        _byName = fields.ToDictionary(f => f.Name, StringComparer.Ordinal);
    }

    /// <summary>The known keys, in the order in which the documentation shows them.</summary>
    public IReadOnlyList<Field> Fields { get; }

    /// <summary>Keys that other tools have, and what to write here, as it completes "Write …".</summary>
    public IReadOnlyDictionary<string, string> Habits { get; init; } = new Dictionary<string, string>();

    /// <summary>Keys that take the place of each other.</summary>
    public IReadOnlyList<Alternatives> Alternatives { get; init; } = [];

    public override string Expected => "a mapping";

    public override bool MayBeNull => Alternatives.Count == 0 && !Fields.Any(f => f.Required);

    /// <summary>The field called <paramref name="name"/>, or null.</summary>
    public Field? Find(string name) => _byName.GetValueOrDefault(name);
}

/// <summary>Keys of an <see cref="ObjectShape"/> of which at least one must be there.</summary>
/// <param name="Keys">The keys.</param>
/// <param name="IsExclusive">Whether more than one is a fault.</param>
internal sealed record Alternatives(IReadOnlyList<string> Keys, bool IsExclusive)
{
    public static Alternatives ExactlyOne(params IReadOnlyList<string> keys) => new(keys, IsExclusive: true);

    public static Alternatives AtLeastOne(params IReadOnlyList<string> keys) => new(keys, IsExclusive: false);

    /// <summary>The keys as they complete "it needs …".</summary>
    public string InWords => $"{string.Join(", ", Keys.Take(Keys.Count - 1))} or {Keys[^1]}";
}

/// <summary>Whether a field does anything yet.</summary>
internal enum Effect
{
    /// <summary>It does what its description says.</summary>
    Full,

    /// <summary>It belongs to AnKLuMe and is not read; a warning says so.</summary>
    Foreign,
}

/// <summary>A key of an <see cref="ObjectShape"/>.</summary>
/// <param name="Name">The key.</param>
/// <param name="Shape">What its value looks like.</param>
/// <param name="Description">What it means, shown by editors on hover.</param>
internal sealed record Field(string Name, Shape Shape, string Description)
{
    public bool Required { get; init; }

    /// <summary>Whether it does anything yet.</summary>
    public Effect Effect { get; init; }

    /// <summary>The value that holds when it is not written, as YAML; null when there is none.</summary>
    public string? Default { get; init; }
}
