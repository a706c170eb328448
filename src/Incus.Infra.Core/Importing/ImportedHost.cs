using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Importing;

/// <summary>What infra.yml is to say about an Incus that has its projects already.</summary>
/// <param name="ProjectName">For people.</param>
/// <param name="Domains">The domains by name, without what says which subnet they have.</param>
/// <param name="Remarks">What their readers have to know.</param>
/// <param name="LeftOut">What else there is.</param>
internal sealed record ImportedHost(
    string ProjectName,
    IReadOnlyList<ImportedDomain> Domains,
    IReadOnlyList<Remark> Remarks,
    IReadOnlyList<Remark> LeftOut);

/// <summary>A domain and the subnet that it has.</summary>
/// <param name="Domain">Without its number and trust level.</param>
/// <param name="Prefix">First three octets, such as <c>10.100.3</c>.</param>
internal sealed record ImportedDomain(Domain Domain, string Prefix);

/// <summary>Something that only a comment can say.</summary>
/// <param name="Place">Its domain, and perhaps machines or profiles and a name there.</param>
/// <param name="Text">Sentences.</param>
internal sealed record Remark(YamlPlace Place, string Text);

/// <summary>What came of it.</summary>
/// <param name="Infra">The text of infra.yml.</param>
/// <param name="Lock">The text of infra.lock.yml.</param>
/// <param name="Domains">The domains that infra.yml has.</param>
/// <param name="LeftOut">The projects and machines that it has not.</param>
/// <param name="Warnings">What the compiler says about it.</param>
internal sealed record ImportedFiles(
    string Infra,
    string Lock,
    IReadOnlyList<Domain> Domains,
    IReadOnlyList<Remark> LeftOut,
    IReadOnlyList<Diagnostic> Warnings);
