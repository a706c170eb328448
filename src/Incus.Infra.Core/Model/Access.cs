namespace Incus.Infra.Core.Model;

/// <summary>Who else gets into the machines of a domain.</summary>
/// <param name="At">Where it is written.</param>
/// <param name="SshKeys">Public keys, and paths of files of them.</param>
/// <param name="User">Who they log in as.</param>
/// <param name="OwnAt">Where it gives away a certificate for the project, or null.</param>
internal sealed record Access(
    SourceLocation At, IReadOnlyList<Located<string>> SshKeys, string User, SourceLocation? OwnAt);
