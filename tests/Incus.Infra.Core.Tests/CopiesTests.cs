using System.Text;
using System.Text.RegularExpressions;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Picture;

namespace Incus.Infra.Core.Tests;

/// <summary>A domain with copies: what it stands for, what moves and what does not, and what is wrong where.</summary>
internal sealed partial class CopiesTests
{
    private const string Machines =
        "machines: {desk: {config: {environment.WHO: \"{{ copy_name }}/{{ copy_index }} {{ x }}\"}}, db: {}}";

    [Test]
    public void A_count_makes_domains_with_two_digits_and_the_tree_says_once_what_they_share()
    {
        var compilation = Compile("copies: 12");

        compilation.Faults().ShouldBeEmpty();
        compilation.Infrastructure!.Domains.Select(d => d.Name.Value).ShouldBe(
            Enumerable.Range(1, 12).Select(i => $"seat-{i:D2}"));
        compilation.TextOf("inventory/seat.yml").ShouldStartWith("""
            all:
              children:
                seat:
                  children:
                    seat-01:
                      hosts:
                        seat-01-desk: {}
                        seat-01-db: {}
                    seat-02:
            """);
        compilation.TextOf("inventory/seat.yml").ShouldContain("""
                seat_desk:
                  hosts:
                    seat-01-desk: {}
                    seat-02-desk: {}
            """);
        compilation.TextOf("group_vars/seat.yml").ShouldBe("""
            domain_description: ""
            domain_ephemeral: false
            domain_trust_level: semi-trusted

            """);
        compilation.TextOf("host_vars/seat-07-db.yml").ShouldBe("""
            instance_name: seat-07-db
            instance_domain: seat-07
            instance_ip: "10.120.6.2"
            instance_ephemeral: false

            """);
        compilation.TextOf("group_vars/seat-07.yml").ShouldStartWith("""
            domain_name: seat-07
            copy_name: "07"
            copy_index: 7
            domain_ephemeral: false
            incus_project: seat-07
            incus_network:
              name: net-seat-07
            """);
        compilation.TextOf("group_vars/seat_desk.yml").ShouldContain("instance_os_image: images:debian/12");
    }

    [Test]
    public void Of_all_that_looks_like_a_template_the_build_replaces_two_texts_in_environment() =>
        Compile("copies: [alice, bob]").TextOf("host_vars/seat-bob-desk.yml")
            .ShouldContain("environment.WHO: !unsafe \"bob/2 {{ x }}\"");

    [Test]
    public void One_machine_of_a_hundred_seats_says_no_more_than_one_of_two()
    {
        const string db = "host_vars/seat-01-db.yml";

        Compile("copies: 2").TextOf(db).ShouldBe(Compile("copies: 100").TextOf(db));
        Compile("copies: 1").TextOf(db).ShouldBe(Compile("copies: 2").TextOf(db));
    }

    [Test]
    public void No_copy_moves_when_others_come_go_or_change_places([Values(true, false)] bool zoned, [Range(0, 4)] int seed)
    {
        var random = new Random(seed);
        string? addressLock = null;
        var places = new Dictionary<string, string>();
        for (var i = 0; i < 8; i++)
        {
            var names = Enumerable.Range(0, 40).Where(_ => random.Next(3) > 0).Select(n => $"n{n}").ToArray();
            random.Shuffle(names);
            var compilation = Compile($"copies: [{string.Join(", ", names)}]", addressLock, zoned);

            compilation.Faults().ShouldBeEmpty();
            foreach (var machine in compilation.Files.Where(f => f.Path.StartsWith("host_vars/", StringComparison.Ordinal)))
            {
                var address = Address().Match(machine.Text).Value;
                places.TryAdd(machine.Path, address);
                address.ShouldBe(places[machine.Path], machine.Path);
            }

            addressLock = compilation.TextOf("infra.lock.yml");
        }

        places.Values.ShouldBeUnique();
    }

    [Test]
    public void The_hundredth_seat_renames_no_other()
    {
        var before = Compile("copies: 99");
        var after = Compile("copies: 100", before.TextOf("infra.lock.yml"));

        before.Files.Where(f => f.Path.StartsWith("host_vars/", StringComparison.Ordinal)).ShouldBeSubsetOf(after.Files);
        after.Files.ShouldContain(f => f.Path == "host_vars/seat-100-desk.yml");
    }

    [TestCase("copies: 2\n    subnet_id: 3", "infra.yml(6,16) INFRA2352")]
    [TestCase("copies: 256", "infra.yml(5,13) INFRA1052")]
    [TestCase("copies: 0", "infra.yml(5,13) INFRA1052")]
    [TestCase("copies: []", "infra.yml(5,13) INFRA1052")]
    [TestCase("copies:", "infra.yml(5,12) INFRA1055")]
    [TestCase("copies: all", "infra.yml(5,13) INFRA1052")]
    [TestCase("copies: ../students.csv", "infra.yml(5,13) INFRA1052")]
    [TestCase("copies: /etc/students.csv", "infra.yml(5,13) INFRA1052")]
    [TestCase("copies: [a, B]", "infra.yml(5,17) INFRA1052")]
    [TestCase("copies: [a, b, a]", "infra.yml(5,20) INFRA2350")]
    [TestCase("copies: [a, other]", "infra.yml(5,17) INFRA2350")]
    [TestCase("copies: [a, abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefgh]", "infra.yml(5,17) INFRA2351")]
    [TestCase("copies: students.csv", "infra.yml(5,13) INFRA2319")]
    public void A_fault_is_told_once_at_its_line(string copies, string fault) => InfraCompiler.Compile(Sources($$"""
        {{Compiling.ZonedHead}}  seat:
            {{copies}}
            {{Machines}}
          seat-other: {}

        """)).Faults().ShouldBe([fault]);

    [Test]
    public void What_is_wrong_with_the_machine_of_a_template_is_told_once_and_not_for_each_copy() =>
        Compiling.Compile($$"""
            {{Compiling.ZonedHead}}  seat:
                copies: 255
                machines:
                  desk: {ip: 10.120.0.4, config: {limits.memroy: 1GiB}, profiles: [none]}

            """).Faults().ShouldBe(
            ["infra.yml(7,18) INFRA2353", "infra.yml(7,39) INFRA2304", "infra.yml(7,72) INFRA2301"]);

    [Test]
    public void Copies_without_machines_are_an_error() =>
        Compiling.Codes($"{Compiling.ZonedHead}  seat: {{copies: 3}}\n").ShouldBe(["INFRA2355 4:18"]);

    [Test]
    public void Policies_are_for_all_copies_by_the_name_of_the_domain_and_for_one_by_its_own()
    {
        var compilation = Compiling.Compile($$"""
            {{Compiling.ZonedHead}}  seat:
                copies: 3
                {{Machines}}
              shop:
                machines: {web: { } }
            network_policies:
              - {from: seat, to: web, ports: [80]}
              - {from: seat, to: seat, ports: [22]}
              - {from: web, to: seat-02-db, ports: [5432]}

            """);

        compilation.Faults().ShouldBeEmpty();
        var shop = compilation.TextOf("group_vars/shop.yml");
        new[] { "seat-01 -> web", "seat-02 -> web", "seat-03 -> web" }.ShouldAllBe(rule => shop.Contains(rule));
        var seat = compilation.TextOf("group_vars/seat-01.yml");
        new[] { "seat-02 -> seat-01", "seat-03 -> seat-01", "seat-01 -> seat-03" }.ShouldAllBe(rule => seat.Contains(rule));
        seat.ShouldNotContain("seat-01 -> seat-01");
        seat.ShouldNotContain("5432");
        compilation.TextOf("group_vars/seat-02.yml").ShouldContain("web -> seat-02-db");
    }

    [Test]
    public void A_policy_for_one_copy_that_one_for_all_covers_is_told() => Compiling.Codes($$"""
        {{Compiling.ZonedHead}}  seat:
            copies: 3
            machines: {desk: { } }
          shop:
            machines: {web: { } }
        network_policies:
          - {from: seat, to: shop, ports: [80]}
          - {from: seat-02, to: web, ports: [80]}

        """).ShouldBe(["INFRA2341 11:5"]);

    [Test]
    public void Policies_among_hundreds_of_copies_end_in_an_error_and_not_in_all_memory() => Compiling.Compile($$"""
        {{Compiling.ZonedHead}}  seat:
            copies: 255
            {{Machines}}
        network_policies:
        {{string.Concat(Enumerable.Range(1, 1000).Select(i => $"  - {{from: seat, to: seat, ports: [{i}]}}\n"))}}
        """).Faults().ShouldBe(["infra.yml(8,5) INFRA2357"]);

    [TestCase("name\nalice\nbob\n")]
    [TestCase("\uFEFFname;mail\r\nalice;a@example.org\r\n\r\n\"bob\";\r\n")]
    [TestCase("alice\tx\nbob")]
    [TestCase("alice,\"a, quoted\"\n  bob  ,x\n")]
    public void The_first_column_of_a_CSV_file_has_the_names(string csv) =>
        Compile("copies: students.csv", csv: csv).Infrastructure!.Domains.Select(d => d.Name.Value)
            .ShouldBe(["seat-alice", "seat-bob"]);

    [TestCase("alice\nBob\n", "students.csv(2,1) INFRA1061")]
    [TestCase("Name\nalice\n", "students.csv(1,1) INFRA1061")]
    [TestCase("alice\nname\n", null)]
    [TestCase("\"alice\nbob\n", "students.csv(1,1) INFRA1061")]
    [TestCase("\"alice\"x\nbob\n", "students.csv(1,1) INFRA1061")]
    [TestCase("alice\n,bob\n", "students.csv(2,1) INFRA1061")]
    [TestCase("alice\n../../x\n", "students.csv(2,1) INFRA1061")]
    [TestCase("alice\n{{ evil }}\n", "students.csv(2,1) INFRA1061")]
    [TestCase("alice\nbob\nalice\n", "students.csv(3,1) INFRA2350")]
    [TestCase("name\n", "students.csv(0,0) INFRA1062")]
    [TestCase("a\u0000b\n", "students.csv(1,2) INFRA1011")]
    public void A_fault_of_a_CSV_file_is_told_at_its_own_line(string csv, string? fault) =>
        Compile("copies: students.csv", csv: csv).Faults().ShouldBe(fault is null ? [] : [fault]);

    [Test]
    public void More_names_than_there_are_subnets_are_one_error()
    {
        var csv = string.Join('\n', Enumerable.Range(0, 100_000).Select(i => $"n{i}"));

        Compile("copies: students.csv", csv: csv).Faults().ShouldBe(["infra.yml(5,13) INFRA2354"]);
    }

    [Test]
    public void A_large_file_that_is_no_list_of_names_is_soon_given_up()
    {
        var faults = Compile("copies: students.csv", csv: string.Concat(Enumerable.Repeat("A\n", 1 << 20))).Faults().ToList();

        faults.Count.ShouldBe(1000);
        faults[^1].ShouldBe("students.csv(1000,1) INFRA1061");
    }

    [Test]
    public void A_build_of_300_seats_takes_no_more_memory_than_of_300_domains_written_out()
    {
        (string Name, string Level)[] domains = [("a", "trusted"), ("b", "semi-trusted")];
        const string domain = """
            outside: internet, profiles: {small: {config: {limits.cpu: 1, limits.memory: 1GiB}}}, machines
            """;
        const string desk = "desk: {profiles: [default, small], config: {user.a: x}, devices: {root: {size: 4GiB}}}";
        var copies = Compiling.ZonedHead + string.Concat(domains.Select(d =>
            $"  {d.Name}: {{copies: 150, trust_level: {d.Level}, {domain}: {{{desk}, db: {{}}}}}}\n"));
        var written = Compiling.ZonedHead + string.Concat(domains.SelectMany(d => Enumerable.Range(1, 150).Select(i =>
            $"  {d.Name}-{i:D2}: {{trust_level: {d.Level}, {domain}: "
            + $"{{{d.Name}-{i:D2}-{desk}, {d.Name}-{i:D2}-db: {{}}}}}}\n")));
        Compiling.Compile(copies).TextOf("infra.lock.yml").ShouldBe(Compiling.Compile(written).TextOf("infra.lock.yml"));

        AllocatedBy(copies).ShouldBeLessThan(AllocatedBy(written) * 6 / 5);

        static long AllocatedBy(string infra)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Compiling.Compile(infra).Succeeded.ShouldBeTrue();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Test]
    public void The_picture_has_one_box_for_all_copies_and_what_it_says_of_them_counts_them()
    {
        var compilation = InfraCompiler.Compile(Sources($$"""
            {{Compiling.ZonedHead}}  seat:
                copies: 30
                {{Machines}}
              shop:
                machines: {web: { } }
            network_policies:
              - {from: seat, to: web, ports: [80]}
              - {from: seat, to: seat, ports: [22]}
              - {from: web, to: seat-02-db, ports: [5432]}

            """));
        var states = Enumerable.Range(1, 29)
            .ToDictionary(i => $"seat-{i:D2}/seat-{i:D2}-desk", _ => new MachineState("Running", null));
        var marks = new Marks([new PlannedChange("instance", "seat-30", "seat-30-desk", "create")], states);
        var diagram = DiagramReader.Read(compilation.Infrastructure!, compilation.Addresses!, marks);

        diagram.Summary.ShouldBe("31 domains, 61 machines, 3 policies");
        var seat = diagram.Domains[0];
        (seat.Name, seat.Subnet, seat.IsStack).ShouldBe(("seat × 30", "10.120.0-29.0/24", true));
        seat.Machines.Select(m => (m.Name, m.Address, m.State, m.Mark?.Text)).ShouldBe(
            [("desk", "10.120.0-29.1", "29 of 30", "+ create"), ("db", "10.120.0-29.2", "not there", null)]);
        seat.Machines[0].Details.ShouldContain("state: 29 Running, 1 not there");
        diagram.Arrows.Select(a => $"{a.From.Name} {a.To.Name} {a.Label}").ShouldBe(
            ["seat × 30 seat × 30 tcp 22", "seat × 30 web tcp 80", "web db tcp 5432"]);
        PictureFiles.Of(compilation.Infrastructure!, compilation.Addresses!, marks).ShouldAllBe(f => f.Text.Length < 30_000);
    }

    private static Compilation Compile(string copies, string? addressLock = null, bool zoned = true, string? csv = null) =>
        InfraCompiler.Compile(Sources($$"""
            {{(zoned ? Compiling.ZonedHead : Compiling.Head)}}  seat:
                {{copies}}
                {{Machines}}

            """, addressLock, csv));

    private static Sources Sources(string infra, string? addressLock = null, string? csv = null) => new(
        "infra.yml",
        Encoding.UTF8.GetBytes(infra),
        "infra.lock.yml",
        addressLock is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(addressLock),
        "00000000-0000-4000-8000-000000000001")
    {
        Tables = csv is null
            ? new Dictionary<string, ReadOnlyMemory<byte>>()
            : new Dictionary<string, ReadOnlyMemory<byte>> { ["students.csv"] = Encoding.UTF8.GetBytes(csv) },
    };

    [GeneratedRegex("^instance_ip: .*$", RegexOptions.Multiline)]
    private static partial Regex Address();
}
