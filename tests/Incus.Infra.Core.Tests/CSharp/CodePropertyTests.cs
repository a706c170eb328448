using System.Globalization;
using System.Net;
using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;
using CsCheck;
using Microsoft.CodeAnalysis.CSharp;

namespace Incus.Infra.Core.Tests.CSharp;

/// <summary>What holds for any infrastructure: the code compiles without a word, and says what infra.yml says.</summary>
internal sealed class CodePropertyTests
{
    private const int Infrastructures = 100;

    // Many small sources in one assembly: the compiler then reads its references once for all of them.
    private const int PerAssembly = 50;

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.OneOf(
            "", "A web server", "<b> & </summary>", "*/ \"; }", "line\nbreak", "\u2028\u2029\u0085", "\u202E\u200B", "é 基盤 🚀",
            "\\u0022", "{{ x }}"),
        Gen.Char[' ', '\u2fff'].Array[0, 12].Select(c => new string(c)));

    /// <summary>Names that come close to each other, to keywords, and to what the generated classes declare.</summary>
    private static readonly Gen<string> Name = Gen.OneOf(
        Gen.OneOf(
            "class", "namespace", "string", "system", "global", "name", "project", "machines", "machine", "domains", "infra",
            "to-string", "equals", "entry", "all-x", "by-role", "i-paddress", "get-type", "w1", "w-1", "w--1", "w-1-a", "w1a",
            "w1-a", "wa", "w-a", "description", "address"),
        Gen.OneOf("a", "b", "1", "-").Array[1, 6].Select(c => $"n{string.Concat(c)}x"));

    private static readonly Gen<string> ProfileName = Gen.OneOf(
        Name, Gen.OneOf("a.b", "a_b", "aB", "AB", "a-b", "1", "0.x", "A", "a"));

    private static readonly Gen<MachineSpec> Machine = Gen.Select(
        Text, Gen.Bool, Gen.OneOf("web", "base", "acme.tools.web", "name", "_x").Array[0, 3],
        (description, isVm, roles) => new MachineSpec(description, isVm, roles));

    private static readonly Gen<DomainSpec> Domain = Gen.Select(
        Text,
        Gen.OneOf("admin", "trusted", "semi-trusted", "untrusted", "disposable"),
        Gen.Dictionary(ProfileName, Text)[0, 4],
        Gen.Dictionary(Name, Machine)[0, 6],
        (description, level, profiles, machines) => new DomainSpec(description, level, profiles, machines));

    private static readonly Gen<Spec> Specs = Gen.Select(
        Text.Where(t => t.Trim(' ', '\t', '\n', '\r').Length > 0),
        Gen.Dictionary(Name, Domain)[0, 5],
        (name, domains) => new Spec(name, domains));

    [Test]
    [Category("Slow")]
    public void The_code_of_any_infrastructure_compiles_and_its_members_equal_the_model()
    {
        var versions = new[] { LanguageVersion.CSharp8, LanguageVersion.Preview };
        var batch = 0;
        Specs.Array[PerAssembly].Sample(
            specs =>
            {
                var version = versions[Interlocked.Increment(ref batch) % versions.Length];
                var documents = specs.Select(s => s.ToYaml()).ToList();
                var sources = documents.Select((yaml, i) => CompilingCode.Code(yaml, $"N{i}.System")).ToList();
                var context = new AssemblyLoadContext(name: null, isCollectible: true);
                var assembly = CSharpCompiler.Load(context, version, sources);
                foreach (var (i, spec) in specs.Index())
                {
                    new Comparison(assembly, $"N{i}.System.Infra", documents[i]).Compare(spec);
                }

                context.Unload();
            },
            iter: Infrastructures / PerAssembly);
    }

    [Test]
    public void The_same_infra_yml_makes_the_same_code() =>
        Specs.Sample(spec => CompilingCode.Code(spec.ToYaml()).ShouldBe(CompilingCode.Code(spec.ToYaml())), iter: 100);

    private sealed record MachineSpec(string Description, bool IsVm, string[] Roles);

    private sealed record DomainSpec(
        string Description, string Level, Dictionary<string, string> Profiles, Dictionary<string, MachineSpec> Machines);

    private sealed record Spec(string Name, Dictionary<string, DomainSpec> Domains)
    {
        /// <summary>Names of domains and machines get a prefix where they must differ.</summary>
        public string ToYaml() => JsonSerializer.Serialize(new
        {
            project_name = Name,
            global = new { addressing = new { }, default_os_image = "i" },
            domains = Domains.ToDictionary(d => "d-" + d.Key, d => new
            {
                description = d.Value.Description,
                trust_level = d.Value.Level,
                profiles = d.Value.Profiles.ToDictionary(p => p.Key, p => new { description = p.Value }),
                machines = d.Value.Machines.ToDictionary(m => MachineName(d.Key, m.Key), m => new
                {
                    description = m.Value.Description,
                    // Containers of untrusted domains would be warnings, which are no matter here.
                    type = m.Value.IsVm ? "vm" : "lxc",
                    roles = m.Value.Roles,
                }),
            }),
        });

        // The first domain's machines have the difficult names as they are.
        public string MachineName(string domain, string machine) =>
            Domains.Keys.First() == domain ? machine : $"{machine}-{domain}";
    }

    private sealed class Comparison(Assembly assembly, string root, string yaml)
    {
        private readonly Dictionary<string, string> _addresses = Compiling.Compile(yaml).Files
            .Where(f => f.Path.StartsWith("host_vars/", StringComparison.Ordinal))
            .ToDictionary(
                f => Path.GetFileNameWithoutExtension(f.Path),
                f => f.Text.Split('\n').Single(l => l.StartsWith("instance_ip:", StringComparison.Ordinal)).Split('"')[1]);

        public void Compare(Spec spec)
        {
            Constant(assembly.GetType(root)!, "ProjectName").ShouldBe(spec.Name);
            var machines = Classes("Machines");
            machines.Count.ShouldBe(spec.Domains.Values.Sum(d => d.Machines.Count), yaml);
            Classes("Domains").Count.ShouldBe(spec.Domains.Count);
            Classes("Networks").Count.ShouldBe(spec.Domains.Count);
            foreach (var (domainKey, domain) in spec.Domains)
            {
                var name = "d-" + domainKey;
                var type = Classes("Domains")[name];
                ShouldHave(type, ("Project", name), ("TrustLevel", domain.Level), ("Description", domain.Description));
                ShouldHave(
                    Classes("Networks")[Constant(type, "Network")],
                    ("Domain", name), ("Subnet", Constant(type, "Subnet")), ("Gateway", Constant(type, "Gateway")));
                foreach (var (machineKey, machine) in domain.Machines)
                {
                    var machineName = spec.MachineName(domainKey, machineKey);
                    var machineType = machines[machineName];
                    var address = _addresses[machineName];
                    ShouldHave(
                        machineType,
                        ("Project", name), ("Domain", name), ("Address", address), ("Subnet", Constant(type, "Subnet")),
                        ("Description", machine.Description));
                    Value(machineType, "IPAddress").ShouldBe(IPAddress.Parse(address));
                    Value(machineType, "Roles").ShouldBeAssignableTo<IReadOnlyList<string>>()!.ShouldBe(machine.Roles);
                    Convert.ToString(EntryValue(machineType, "Type"), CultureInfo.InvariantCulture)
                        .ShouldBe(machine.IsVm ? "VirtualMachine" : "Container");
                }

                ProfilesOf(name).ShouldBe(domain.Profiles.Select(p => $"{p.Key}: {p.Value}"), ignoreOrder: true);
            }

            Names("Machines").ShouldBe(
                spec.Domains.SelectMany(d => d.Value.Machines.Select(m => spec.MachineName(d.Key, m.Key))));
            Names("Domains").ShouldBe(spec.Domains.Select(d => "d-" + d.Key));
        }

        private Dictionary<string, Type> Classes(string container) =>
            Container(container).GetNestedTypes().ToDictionary(t => Constant(t, "Name"), StringComparer.Ordinal);

        private IEnumerable<string> Names(string container) =>
            ((IEnumerable<object>)Value(Container(container), "All")).Select(entry => entry.ToString()!);

        private IEnumerable<string> ProfilesOf(string domain) => Container("Profiles").GetNestedTypes()
            .SelectMany(scope => scope.GetNestedTypes())
            .Where(profile => Constant(profile, "Project") == domain)
            .Select(profile => $"{Constant(profile, "Name")}: {Constant(profile, "Description")}");

        private Type Container(string name) => assembly.GetType($"{root}+{name}")!;

        /// <summary>The constants, and the same properties of the entry in collections.</summary>
        private static void ShouldHave(Type type, params (string Member, string Value)[] expected)
        {
            foreach (var (member, value) in expected)
            {
                Constant(type, member).ShouldBe(value);
                EntryValue(type, member).ShouldBe(value);
            }
        }

        private static string Constant(Type type, string name) => (string)type.GetField(name)!.GetRawConstantValue()!;

        private static object Value(Type type, string property) => type.GetProperty(property)!.GetValue(null)!;

        private static object EntryValue(Type type, string property)
        {
            var entry = Value(type, "Entry");
            return entry.GetType().GetProperty(property)!.GetValue(entry)!;
        }
    }
}
