using System.Text;
using Incus.Infra.Core.Diagnostics;

namespace Incus.Infra.Core.Model;

/// <summary>The public keys that an item of <c>ssh_keys</c> stands for, which is one itself or a file of them.</summary>
/// <param name="files">The files that infra.yml names, by path.</param>
/// <param name="diagnostics">Takes the faults.</param>
internal sealed class NamedKeys(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, DiagnosticBag diagnostics)
{
    public IEnumerable<string> Of(string owner, Located<string> item)
    {
        if (SshKeys.IsKey(item.Value))
        {
            return SshKeys.Read(Encoding.UTF8.GetBytes(item.Value), item.At, diagnostics);
        }

        if (files.TryGetValue(item.Value, out var content))
        {
            return SshKeys.Read(content.Span, new SourceLocation(item.Value, 1, 1), diagnostics);
        }

        diagnostics.Add(Excerpt.HasPrivateKey(item.Value)
            ? RuleDiagnostics.PrivateKey(item.At)
            : RuleDiagnostics.NoSuchFile(item.At, owner, item.Value));
        return [];
    }
}
