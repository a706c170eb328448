using Incus.Infra.Core.Diagnostics;

namespace Incus.Infra.Core.Model;

/// <summary>A value and the place where the user wrote it.</summary>
public readonly record struct Located<T>(T Value, SourceLocation At);
