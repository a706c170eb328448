namespace Incus.Infra.Core.Rendering;

/// <summary>How a generated file is owned.</summary>
internal enum Ownership
{
    /// <summary>The build owns the section between the markers; everything else in the file is the user's.</summary>
    Section,

    /// <summary>The build owns the whole file.</summary>
    Whole,

    /// <summary>The build owns the whole file; one without <see cref="GeneratedFile.Notice"/> is the user's own.</summary>
    Marked,

    /// <summary>The build writes the file when it is missing; from then on it is the user's.</summary>
    Once,
}

/// <summary>One file that the build wants to exist.</summary>
/// <param name="Path">Relative to the project folder, with forward slashes.</param>
/// <param name="Ownership">Which part of the file the build owns.</param>
/// <param name="Text">
/// For <see cref="Ownership.Section"/> the lines between the markers, else the whole file. LF, ends with LF.
/// </param>
internal sealed record GeneratedFile(string Path, Ownership Ownership, string Text)
{
    /// <summary>Where it was before, if it had another name; what the user wrote there comes along.</summary>
    public string? FormerPath { get; init; }

    /// <summary>What tells a file of the build from one of the user's.</summary>
    public const string Notice = "Written by dotnet build from infra.yml. Changes here are lost.";
}
