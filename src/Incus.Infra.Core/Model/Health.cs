namespace Incus.Infra.Core.Model;

/// <summary>How to tell that a machine is ready; exactly one of the first three is given.</summary>
/// <param name="At">Where infra.yml says it.</param>
/// <param name="Http">A colon, a port and a path.</param>
/// <param name="Tcp">A port.</param>
/// <param name="Command">A program and its arguments.</param>
/// <param name="Seconds">How long the machine may take.</param>
internal sealed record Health(
    SourceLocation At, string? Http, int? Tcp, IReadOnlyList<string>? Command, int Seconds);
