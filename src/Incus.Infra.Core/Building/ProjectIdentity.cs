using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Building;

/// <summary>Whose objects in Incus are the project's, as far as its two source files say.</summary>
/// <param name="Id">Of infra.lock.yml; null where it has none.</param>
/// <param name="ProjectName">Of infra.yml; empty where that cannot be read or has none.</param>
/// <param name="Domains">The names of domains that either file has.</param>
internal sealed record ProjectIdentity(string? Id, string ProjectName, IReadOnlySet<string> Domains)
{
    private Infrastructure? _infra;

    /// <summary>The domains of infra.yml, as far as that can be read.</summary>
    public IReadOnlyList<Domain> Declared { get; private init; } = [];

    /// <inheritdoc cref="Infrastructure.WithNetworks"/>
    public IEnumerable<string> WithNetworks(IEnumerable<string> names) => _infra?.WithNetworks(names) ?? names;

    /// <summary>Reads it; only the faults of the lock file matter.</summary>
    public static ProjectIdentity Read(BuildOptions options, DiagnosticBag faults)
    {
        var ignored = new DiagnosticBag();
        var (infraPath, infraContent) = SourceReader.Read(options, options.InfraFile, ignored);
        var (lockPath, lockContent) = SourceReader.Read(options, options.LockFile, faults);
        var addresses = LockFile.Read(
            lockPath, lockContent is null ? default(ReadOnlyMemory<byte>?) : lockContent, faults);
        var infra = infraContent is not null && YamlReader.Read(infraPath, infraContent, ignored) is YamlMapping root
            ? new CopyExpansion(CsvFiles.Read(options, infraPath, infraContent, ignored), ignored).Expand(ModelBinder.Bind(root))
            : null;
        return new ProjectIdentity(
            addresses.Id,
            infra?.ProjectName ?? "",
            addresses.Domains.Keys.Concat(infra?.WithNetworks(infra.Domains.Select(d => d.Name.Value)) ?? [])
                .ToHashSet(StringComparer.Ordinal))
        {
            Declared = infra?.Domains ?? [],

            // Without the names of all copies, none: some would be less than what is asked for.
            _infra = ignored.HasErrors ? null : infra,
        };
    }
}
