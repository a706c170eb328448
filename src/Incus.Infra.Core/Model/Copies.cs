namespace Incus.Infra.Core.Model;

/// <summary>The field <c>copies</c> of a domain: a count, names, or the file that has them.</summary>
/// <param name="At">Where it is written.</param>
/// <param name="Weight">The nodes of the domain, each of which every copy has.</param>
internal sealed record Copies(SourceLocation At, int Weight)
{
    public int? Count { get; init; }

    public IReadOnlyList<Located<string>> Names { get; init; } = [];

    /// <summary>Path of a CSV file, relative to the project folder, or null.</summary>
    public string? File { get; init; }
}

/// <summary>Which copy a domain is.</summary>
/// <param name="Template">The domain in infra.yml; its name stands for all of its copies.</param>
/// <param name="Name">What tells it from the others: <c>07</c>, <c>alice</c>.</param>
/// <param name="Index">Its place among them, from 1.</param>
internal sealed record Copy(Located<string> Template, Located<string> Name, int Index);
