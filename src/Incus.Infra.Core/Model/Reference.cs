namespace Incus.Infra.Core.Model;

/// <summary>What a <see cref="Reference"/> names.</summary>
internal enum ReferenceKind
{
    /// <summary>A role of the folder <c>roles</c>, or one without namespace that may be of the collection.</summary>
    Role,

    /// <summary>A file, relative to the project folder.</summary>
    File,
}

/// <summary>A name in infra.yml of something next to it that must exist.</summary>
/// <param name="Kind">What it names.</param>
/// <param name="Owner">Who names it, as a message begins.</param>
/// <param name="Name">The name and its place.</param>
internal sealed record Reference(ReferenceKind Kind, string Owner, Located<string> Name);
