using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Rendering;
using Incus.Infra.Incus.Desired;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>
/// A variable has three stations: the build renders it, the collection gathers it, the engine binds it. One that a station
/// has forgotten would change nothing, and nobody would be told.
/// </summary>
internal sealed partial class VariableTests
{
    public static readonly string Root = typeof(VariableTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryFolder").Value!;

    private static readonly string[] ForAnsibleAlone = ["instance_domain", "instance_provision", "instance_roles"];

    private static readonly string Collection = File.ReadAllText(Path.Join(Root, "plugins", "plugin_utils", "desired.py"));

    // It has every field of infra.yml, and so all that there is to say of a network in one domain or the other.
    private static readonly IReadOnlyList<GeneratedFile> Example = InfraCompiler
        .Compile(new Sources(
            "infra.yml", File.ReadAllBytes(Path.Join(Root, "infra.yml.example")), "infra.lock.yml", null, $"{Guid.NewGuid()}"))
        .Files;

    private static readonly ILookup<string, string> Rendered = Example
        .SelectMany(file => Variable().Matches(file.Text).Select(m => (Folder: file.Path.Split('/')[0], Name: m.Groups[1].Value)))
        .Distinct()
        .ToLookup(v => v.Folder, v => v.Name);

    [Test]
    public void What_the_build_says_of_a_machine_is_what_the_collection_gathers() =>
        Gathered("_MACHINE", "()").ShouldBe(
            Of("instance_", "host_vars", "group_vars").Except(ForAnsibleAlone), ignoreOrder: true);

    [Test]
    public void What_the_collection_gathers_of_a_machine_is_what_the_engine_binds() =>
        MembersOf<MachineSpec>().ShouldBe(Gathered("_MACHINE", "()"), ignoreOrder: true);

    [Test]
    public void What_the_collection_gathers_of_a_domain_is_rendered_and_bound()
    {
        var gathered = Entry().Matches(Block("_DOMAIN", "{}")).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);

        gathered.Values.ShouldBeSubsetOf(Rendered["group_vars"]);
        MembersOf<DomainSpec>().ShouldBe([.. gathered.Keys, "name", "machines"], ignoreOrder: true);
    }

    [Test]
    public void The_parts_of_a_network_are_rendered_and_bound() => MembersOf<NetworkSpec>().ShouldBe(
        Part().Matches(PartOf("incus_network")).Select(m => m.Groups[1].Value).Distinct(), ignoreOrder: true);

    [Test]
    public void The_parts_of_a_tunnel_are_rendered_and_bound() => MembersOf<TunnelSpec>().ShouldBe(
        Inner().Matches(PartOf("incus_network")).Select(m => m.Groups[1].Value).Distinct(), ignoreOrder: true);

    [Test]
    public void The_parts_of_an_ACL_and_of_its_rules_are_rendered_and_bound()
    {
        var acl = PartOf("incus_network_acl");

        MembersOf<AclSpec>().ShouldBe(Part().Matches(acl).Select(m => m.Groups[1].Value).Distinct(), ignoreOrder: true);
        MembersOf<AclRuleSpec>().ShouldBe(Inner().Matches(acl).Select(m => m.Groups[1].Value).Distinct(), ignoreOrder: true);
    }

    private static IEnumerable<string> Of(string prefix, params string[] folders) =>
        folders.SelectMany(f => Rendered[f]).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Distinct();

    private static IEnumerable<string> Gathered(string list, string brackets) =>
        Word().Matches(Block(list, brackets)).Select(m => m.Groups[1].Value);

    private static string Block(string name, string brackets) =>
        Collection.Split($"\n{name} = {brackets[0]}\n")[1].Split($"\n{brackets[1]}\n")[0];

    private static string PartOf(string variable) => string.Concat(Example
        .Where(f => f.Path.StartsWith("group_vars/", StringComparison.Ordinal))
        .Select(f => Regex.Match(f.Text, $"^{variable}:\n((?:  .*\n)*)", RegexOptions.Multiline).Groups[1].Value));

    private static IEnumerable<string> MembersOf<T>() =>
        typeof(T).GetProperties().Where(p => p.CanWrite).Select(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name));

    [GeneratedRegex("^([a-z_]+):", RegexOptions.Multiline)]
    private static partial Regex Variable();

    [GeneratedRegex("\"([a-z_]+)\"")]
    private static partial Regex Word();

    [GeneratedRegex("\"([a-z_]+)\": \"([a-z_]+)\"")]
    private static partial Regex Entry();

    [GeneratedRegex("^  ([a-z_]+):", RegexOptions.Multiline)]
    private static partial Regex Part();

    [GeneratedRegex("^    +(?:- )?([a-z_]+):", RegexOptions.Multiline)]
    private static partial Regex Inner();
}
