namespace Incus.Infra.Core.Model;

/// <summary>A value and the place where the user wrote it.</summary>
internal readonly record struct Located<T>(T Value, SourceLocation At);
