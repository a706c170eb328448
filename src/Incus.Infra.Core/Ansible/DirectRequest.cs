using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.CommandLine;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Rendering;

namespace Incus.Infra.Core.Ansible;

/// <summary>What a command line asks of the engine.</summary>
internal sealed record DirectOptions
{
    public required bool IsPlan { get; init; }

    /// <summary>As the command line has them; null for all.</summary>
    public string? Tags { get; init; }

    public string? SkipTags { get; init; }

    public string? Limit { get; init; }

    public bool AutoCleanup { get; init; }

    public bool AllowMove { get; init; }

    public bool AllowReplace { get; init; }

    public bool Repair { get; init; }

    public string? SnapshotBefore { get; init; }

    public string? Remote { get; init; }

    public bool LogsRequests { get; init; }
}

/// <summary>
/// The request that the plugin <c>incus.infra.reconcile</c> would send to the engine for a tree in which nothing is the user's
/// own; <c>plugins/action/reconcile.py</c> and the role <c>incus_infra</c> make the same from the tree.
/// </summary>
/// <param name="options">What the command line asks for.</param>
/// <param name="infra">What infra.yml says.</param>
/// <param name="addresses">The addresses of its machines.</param>
internal sealed class DirectRequest(DirectOptions options, Infrastructure infra, AddressPlan addresses)
{
    private const string Infra = "infra";
    private const string Provision = "provision";

    private static readonly string[] AllKinds = [.. ProjectFiles.InfraTags.Where(t => t != Infra)];

    private readonly List<Domain> _domains = [.. infra.Domains.Where(d => d.Enabled)];

    private readonly IReadOnlyList<string> _tags = CommandList.Of(options.Tags);

    private readonly IReadOnlyList<string> _skipped = CommandList.Of(options.SkipTags);

    // Null for all.
    private readonly HashSet<string>? _named =
        options.Limit is null ? null : infra.WithCopies(LimitNames.In(options.Limit)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether, once the engine is done, plays are left that do something in machines.</summary>
    public bool IsFollowedByProvisioning => _tags.Count == 0
        && !_skipped.Contains(Provision)
        && _domains.Exists(d => d.Machines.Any(m => m.IsProvisioned && IsNamed(d, m)));

    /// <summary>Why only Ansible can tell what the options mean, as a clause, or null.</summary>
    public string? Doubt()
    {
        if (_tags.Except(ProjectFiles.InfraTags).FirstOrDefault() is { } tag)
        {
            return $"Tags has '{Excerpt.Of(tag)}'";
        }

        if (_skipped.Except(AllKinds).FirstOrDefault(t => t != Provision) is { } skipped)
        {
            return $"SkipTags has '{Excerpt.Of(skipped)}'";
        }

        if (Kinds.Count == 0)
        {
            return "the tags leave no kind of objects";
        }

        return options.Limit is null || (LimitNames.IsOnlyNames(options.Limit) && _named!.All(IsKnown))
            ? null
            : "Limit is more than names of domains and machines";
    }

    /// <summary>Whether instances are among what is asked for, and so the images that they need.</summary>
    public bool IncludesImages => Kinds.Contains("instances");

    /// <summary>The images of the file's own that the named machines need, each after the one that it is made of.</summary>
    public IReadOnlyList<OwnImage> Images =>
        _named is null || !LimitNames.IsOnlyNames(options.Limit!)
            ? [.. infra.ImagesInOrder]
            : infra.ImagesFor(_domains.SelectMany(d => d.Machines.Where(m => IsNamed(d, m))));

    /// <summary>As JSON.</summary>
    /// <param name="inputs">What the images are built of; null leaves them as they are.</param>
    public byte[] ToJson(ImageInputs? inputs = null) => RequestText.Of(
        options,
        infra,
        addresses,
        Kinds,
        Scope,
        OnlyEmpty is [_, ..] only ? only : _domains,
        RequestImages.Of(Images, inputs, builder: null));

    /// <summary>
    /// Domains without machines, of which Ansible is given the inventory alone; none where the limit has others.
    /// </summary>
    private List<Domain> OnlyEmpty
    {
        get
        {
            var named = CommandList.Of(options.Limit).Select(name => _domains.Find(d => d.Name.Value == name)).ToList();
            return named.TrueForAll(d => d is { Machines.Count: 0 }) ? [.. named.OfType<Domain>()] : [];
        }
    }

    // Any tag but that of a kind is for all of them.
    private List<string> Kinds =>
        [.. AllKinds.Where(k => _tags.Count == 0 || _tags.Contains(Infra) || _tags.Contains(k)).Except(_skipped)];

    private IEnumerable<string>? Scope => _named is null ? null
        : (OnlyEmpty is [_, ..] only ? only : _domains.Where(d =>
            d.Machines.Count == 0 ? _named.Contains(d.Name.Value) : d.Machines.Any(m => IsNamed(d, m))))
        .Select(d => d.Name.Value);

    private bool IsNamed(Domain domain, Machine machine) =>
        _named is null || _named.Contains(domain.Name.Value) || _named.Contains(machine.Name.Value);

    private bool IsKnown(string name) => _domains.Exists(d =>
        d.Name.Value == name || d.Machines.Any(m => m.Name.Value == name));
}
