using System.Globalization;
using CsCheck;
using Incus.Infra.Core.Compiler;
using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Addressing;

/// <summary>What holds for any infrastructure and any sequence of edits.</summary>
public sealed class AddressPropertyTests
{
    private static readonly Gen<string[]> Names = Gen.Int[0, 30].Array[0, 12]
        .Select(numbers => numbers.Distinct().Select(n => $"n{n}").ToArray());

    /// <summary>Domains by name, each with a trust level and its machines; list order is file order.</summary>
    private static readonly Gen<(string Name, string Level, string[] Machines)[]> Domains =
        Gen.Select(Names, Gen.OneOf("admin", "trusted", "untrusted").Array[12], Names.Array[12])
            .Select((names, levels, machines) => names
                .Select((name, i) => (
                    Name: "d" + name,
                    Level: levels[i],
                    Machines: machines[i].Select(m => $"{name}-{m}").ToArray()))
                .ToArray());

    [Test]
    public void No_two_machines_share_an_address_and_no_edit_moves_a_machine_that_stays() =>
        Domains.Array[1, 6].Sample(
            edits =>
            {
                string? addressLock = null;
                var before = new Dictionary<string, string>();
                foreach (var edit in edits)
                {
                    var compilation = Compile(Yaml(edit), addressLock);
                    compilation.Succeeded.ShouldBeTrue(string.Join('\n', compilation.Diagnostics));
                    var now = AddressesOf(compilation);
                    now.Values.ShouldBeUnique();
                    foreach (var (machine, address) in now)
                    {
                        before.GetValueOrDefault(machine, address).ShouldBe(address);
                    }

                    addressLock = compilation.Files.Single(f => f.Path == "infra.lock.yml").Text;
                    before = now;
                }
            },
            iter: 200);

    [Test]
    public void The_order_of_the_file_does_not_change_the_lock_once_it_is_written() =>
        Domains.Sample(
            domains =>
            {
                var first = File("infra.lock.yml", Yaml(domains));
                var reversed = domains.Reverse().Select(d => (d.Name, d.Level, d.Machines.Reverse().ToArray())).ToArray();
                File("infra.lock.yml", Yaml(reversed), first).ShouldBe(first);
            },
            iter: 200);

    // The trust level is part of the name: a domain that changes it is meant to move.
    private static string Yaml((string Name, string Level, string[] Machines)[] domains) =>
        "project_name: p\nglobal: { addressing: {}, default_os_image: i }\n" + (domains.Length == 0
            ? "domains: {}\n"
            : "domains:\n" + string.Concat(domains.Select(d => string.Create(CultureInfo.InvariantCulture,
                $"  {d.Name}-{d.Level}:\n    trust_level: {d.Level}\n"
                + $"    machines: {{ {string.Join(", ", d.Machines.Select(m => $"{m}-{d.Level}: {{ type: vm }}"))} }}\n"))));

    private static Dictionary<string, string> AddressesOf(Compilation compilation) => compilation.Files
        .Where(f => f.Path.StartsWith("host_vars/", StringComparison.Ordinal))
        .ToDictionary(
            f => f.Path,
            f => f.Text.Split('\n').Single(l => l.StartsWith("instance_ip:", StringComparison.Ordinal)));
}
