using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Importing;

/// <summary>
/// Makes an infra.yml that builds: what the compiler refuses becomes a comment with what the compiler says, until nothing
/// is left to refuse. What infra.yml does not say, Apply leaves alone.
/// </summary>
/// <param name="host">What infra.yml is to say.</param>
internal sealed partial class ImportDraft(ImportedHost host)
{
    private const string AnyImage = "images:debian/13";

    private readonly Dictionary<YamlPlace, string> _refused = [];
    private readonly SubnetChoice _subnets = SubnetChoice.Of([.. host.Domains.Select(d => d.Prefix)]);

    /// <summary>The texts of both files.</summary>
    /// <param name="infraPath">Path of infra.yml, for warnings.</param>
    /// <param name="lockPath">Path of infra.lock.yml.</param>
    /// <param name="id">A UUID for the infrastructure.</param>
    public ImportedFiles Compile(string infraPath, string lockPath, string id)
    {
        foreach (var domain in host.Domains.Where(d => !_subnets.Fits(d.Prefix)))
        {
            _refused[new YamlPlace(domain.Domain.Name.Value)] = $"Its subnet {domain.Prefix}.0/24 does not fit the others: "
                + "infra.yml has all below the same two octets, or by trust level. Import it into a project folder of its own.";
        }

        while (true)
        {
            var domains = host.Domains.Select(d => _subnets.Fits(d.Prefix) ? _subnets.Place(d) : d.Domain)
                .Where(d => !_refused.ContainsKey(new YamlPlace(d.Name.Value))).ToList();
            var text = Write(domains);
            var bytes = Encoding.UTF8.GetBytes(text);
            var compilation = InfraCompiler.Compile(new Sources(infraPath, bytes, lockPath, Lock: null, id));
            if (compilation.Succeeded)
            {
                return new ImportedFiles(
                    text,
                    compilation.Files.Single(f => f.Path == lockPath).Text,
                    compilation.Infrastructure!.Domains,
                    [.. host.LeftOut, .. Refusals()],
                    compilation.Diagnostics);
            }

            Refuse(bytes, compilation.Diagnostics.Where(d => d.Severity == Severity.Error));
        }
    }

    private string Write(IReadOnlyList<Domain> domains)
    {
        var machines = domains.SelectMany(d => d.Machines).ToList();
        var image = machines.Select(m => m.OsImage?.Value).OfType<string>().GroupBy(i => i, StringComparer.Ordinal)
            .OrderByDescending(i => i.Count()).ThenBy(i => i.Key, StringComparer.Ordinal).FirstOrDefault()?.Key ?? AnyImage;
        var global = new GlobalSettings
        {
            At = default,
            BaseSubnet = _subnets.BaseSubnet is { } prefix ? new(prefix, default) : null,
            Addressing = _subnets.ZoneBase is { } zone
                ? new(new ZoneAddressing(zone, null), default)
                : null,
            DefaultOsImage = new(image, default),
            GpuIsShared = domains.SelectMany(HaveGpu).Take(2).Count() == 2,
        };
        // A machine that is left out stands where it would be, a project at the end.
        var remarks = host.Remarks.Concat(host.LeftOut.Where(r => IsMachine(r.Place))
            .Select(r => new Remark(new YamlPlace(r.Place.Keys[0]), $"Machine {r.Place.Keys[^1]} is left out. {r.Text}")));
        var others = host.LeftOut.Concat(Refusals()).Where(r => IsProject(r.Place))
            .Select(r => $"Project {r.Place.Keys[0]} is left out. {r.Text}");
        return new ImportText(remarks.ToLookup(r => r.Place, r => r.Text), _refused)
            .Write(host.ProjectName, global, domains, [.. others]);
    }

    private IEnumerable<Remark> Refusals() => _refused.Where(r => IsProject(r.Key) || IsMachine(r.Key))
        .Select(r => new Remark(r.Key, r.Value));

    private static IEnumerable<Machine> HaveGpu(Domain domain)
    {
        var profiles = domain.Profiles.Where(p => p.Devices.Any(IsGpu)).Select(p => p.Name.Value).ToHashSet();
        return domain.Machines.Where(m => m.Devices.Any(IsGpu) || m.Profiles?.Any(p => profiles.Contains(p.Value)) == true);
    }

    private static bool IsGpu(Device device) => device.Given("type")?.Value == "gpu";

    private void Refuse(byte[] text, IEnumerable<Diagnostic> errors)
    {
        var faults = new DiagnosticBag();
        var root = YamlReader.Read("infra.yml", text, faults);
        var before = _refused.Count;
        foreach (var error in errors)
        {
            if (YamlPlace.At(root, error.Location.Line) is { } place)
            {
                _refused.TryAdd(Removable(place), $"{error.Code}: {LineNumber().Replace(error.Message, "")}");
            }
        }

        if (_refused.Count == before)
        {
            throw new UnreachableException($"Import wrote what does not build: {string.Join(' ', errors)}");
        }
    }

    // The smallest part that Apply leaves alone when infra.yml does not have it. Without its card or root disk a machine would
    // get another one, and without a name or a subnet nothing is a domain.
    private YamlPlace Removable(YamlPlace place) => new([.. place.Keys.Take(place.Keys switch
    {
        [_, "description", ..] => 2,
        [_, "access", ..] => 2,
        [_, "machines" or "profiles", _, "config" or "devices" or "storage_volumes" or "ports" or "snapshots", _, ..]
            when !IsVital(place) => 5,
        [_, "machines" or "profiles", _, "description" or "os_image", ..] => 4,
        [_, "machines", _, ..] => 3,
        [_, "profiles", not "default", ..] => 3,
        _ => 1,
    })]);

    private bool IsVital(YamlPlace place) => place.Keys is [var domain, var kind, var owner, "devices", var name, ..]
        && (name is GivenDevices.RootDisk or GivenDevices.Card || host.Domains.Where(d => d.Domain.Name.Value == domain)
            .SelectMany(d => kind == "machines"
                ? d.Domain.Machines.Where(m => m.Name.Value == owner).SelectMany(m => m.Devices)
                : d.Domain.Profiles.Where(p => p.Name.Value == owner).SelectMany(p => p.Devices))
            .Any(device => device.Name.Value == name && (device.IsRootDisk || device.Given("type")?.Value == "nic")));

    private static bool IsProject(YamlPlace place) => place.Keys.Count == 1;

    private static bool IsMachine(YamlPlace place) => place.Keys is [_, "machines", _];

    [GeneratedRegex(@" \(line [0-9]+\)")]
    private static partial Regex LineNumber();
}
