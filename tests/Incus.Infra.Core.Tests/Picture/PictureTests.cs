using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Picture;
using Incus.Infra.Core.Tests.Documentation;

namespace Incus.Infra.Core.Tests.Picture;

internal sealed partial class PictureTests
{
    private const string Golden = "tests/Incus.Infra.Core.Tests/Picture";
    private const string Hostile = "\"><script>alert(1)</script><!-- ]]> -->' & |x| ]) end %% #quot; `\\`";

    private static readonly string[] Files = ["infra.svg", "infra.html", "infra.mmd"];

    [TestCase("workstation", "infra.svg", "docs/images/workstation.svg")]
    [TestCase("workstation", "infra.mmd", $"{Golden}/workstation.mmd.golden")]
    [TestCase("lab-teaching", "infra.html", $"{Golden}/lab-teaching.html.golden")]
    public void The_picture_of_a_sample_is_the_committed_one(string sample, string file, string golden) =>
        Repository.ShouldHave(golden, OfSample(sample, file), "the pictures of the samples");

    [TestCaseSource(nameof(Files))]
    public void The_order_of_keys_in_infra_yml_does_not_matter(string file)
    {
        string[] domains =
        [
            "  work: {trust_level: trusted, machines: {b: {}, a: {roles: [nginx]}, c: {}}}\n",
            "  home: {trust_level: trusted, machines: {web: {}, db: {}}}\n",
            "  core: {trust_level: admin}\n",
        ];
        var end = "network_policies: [{from: work, to: web, ports: [443]}, {from: home, to: a, protocol: icmp}]\n";
        var forward = Compiling.ZonedHead + string.Concat(domains) + end;
        var backward = Compiling.ZonedHead + string.Concat(domains.Reverse()) + end;
        var addressLock = Compiling.Compile(forward).TextOf("infra.lock.yml");

        Pictures.File(file, backward, addressLock).ShouldBe(Pictures.File(file, forward, addressLock));
    }

    [Test]
    public void What_starts_after_what_is_a_dashed_arrow_and_one_for_all_copies()
    {
        const string infra = Compiling.ZonedHead + """
              seat: {copies: 3, machines: {db: {}, desk: {needs: [db, mirror]}}}
              services: {machines: {mirror: {}}}

            """;

        Pictures.Diagram(infra).Arrows.Select(a => $"{a.From.Name} {a.Label} {a.To.Name}, {a.IsNeed}").ShouldBe(
            ["desk needs mirror, True", "desk needs db, True"]);
        Pictures.File("infra.mmd", infra).ShouldContain("m_seat_01_desk -.->|\"needs\"| m_seat_01_db\n");
        var svg = Pictures.File("infra.svg", infra);
        svg.ShouldContain("<g class=\"arrow need\"><title>desk starts after mirror</title>");
        svg.ShouldContain("Arrow: who may reach whom, dashed: starts after.");
    }

    [Test]
    public void Policies_are_shown_as_declared()
    {
        var diagram = Pictures.Diagram(Compiling.Head + """
              home: {subnet_id: 0, machines: {web: {}}}
              work: {subnet_id: 1, machines: {dev: {}}}
              off: {subnet_id: 2, enabled: false}
            network_policies:
              - {from: work, to: web, ports: [80, 443, 8000, 8001, 8002], description: Pages}
              - {from: work, to: web, protocol: udp, ports: [53]}
              - {from: home, to: dev, bidirectional: true}
              - {from: 192.168.0.0/16, to: home, protocol: icmp}
              - {from: dev, to: host, ports: [8443]}
              - {from: dev, to: internet, ports: [53]}
              - {from: work, to: off}
              - {from: host, to: home}

            """);

        diagram.Arrows
            .Select(a => $"{a.From.Name} {(a.BothWays ? "<->" : "->")} {a.To.Name}: {a.Label}{(a.HasEffect ? "" : ", idle")}")
            .ShouldBe(
            [
                "work -> web: tcp 80, 443, 8000-8002; udp 53",
                "home <-> dev: all",
                "192.168.0.0/16 -> home: icmp",
                "dev -> Incus host: tcp 8443",
                "dev -> Internet: tcp 53",
                "work -> off: all, idle",
                "Incus host -> home: all, idle",
            ], ignoreOrder: true);
        diagram.Arrows.Single(a => a.To.Name == "web").Details
            .ShouldBe(["work → web: tcp 80, 443, 8000-8002, Pages", "work → web: udp 53"]);
        diagram.Outside.Select(o => o.Name).ShouldBe(["Internet", "LAN", "192.168.0.0/16"]);
    }

    [Test]
    public void What_one_domain_writes_and_another_one_reads_is_an_arrow()
    {
        var diagram = Pictures.Diagram(Compiling.Head + """
              home:
                subnet_id: 0
                machines: {web: {persistent_data: {a: {path: /a, readonly: true}, b: {path: /b, kind: volume}}}}
              work: {subnet_id: 1, machines: {dev: {}}}
              lab: {subnet_id: 2, machines: {box: {}}}
              seat: {copies: 2, network: shared, subnet_id: 3, machines: {desk: {}}}
              off: {subnet_id: 4, enabled: false, machines: {old: {}}}
            shared_volumes:
              docs: {consumers: {home: rw, work: rw, lab: ro, off: rw}}
              seats: {consumers: {seat: rw}}
              read: {consumers: {home: ro, work: ro}}

            """);

        diagram.Arrows.Select(a => $"{a.From.Name} {(a.BothWays ? "<->" : "->")} {a.To.Name}: {a.Label}")
            .ShouldBe(["home <-> work: folder docs", "work -> lab: folder docs"]);
        diagram.Arrows[1].Details.ShouldBe(["work → lab: folder docs, /srv/anklume/shares/docs of the host"]);
        diagram.Domains.Single(d => d.Name == "home").Machines[0].Details
            .Where(d => d.Contains(" at /", StringComparison.Ordinal))
            .ShouldBe(
            [
                "volume pd-b at /b, persistent",
                "folder /srv/anklume/shares/docs of the host at /shared/docs",
                "folder /srv/anklume/shares/read of the host at /shared/read, read-only",
                "folder /srv/anklume/data/home/web/a of the host at /a, read-only",
            ]);
    }

    [Test]
    public void An_infrastructure_without_anything_has_a_picture() =>
        Pictures.File("infra.svg", Compiling.Minimal).ShouldContain("0 domains, 0 machines, 0 policies");

    [TestCase("all", "Internet and LAN")]
    [TestCase("internet", "Internet")]
    [TestCase("none", "")]
    public void A_domain_shows_what_it_may_open_outside(string outside, string shown)
    {
        var diagram = Pictures.Diagram(Compiling.Head + $"  home: {{subnet_id: 0, outside: {outside}}}\n");

        diagram.Domains[0].Outside.ShouldBe(shown);
        diagram.Outside.Select(o => o.Name).ShouldBe(shown.Split(" and ", StringSplitOptions.RemoveEmptyEntries));
    }

    [Test]
    public void Whoever_hovers_over_a_machine_sees_how_it_runs_but_no_value_that_may_be_secret()
    {
        var diagram = Pictures.Diagram(Compiling.Head + """
              home:
                subnet_id: 0
                profiles: {small: {config: {limits.memory: 1GiB, limits.cpu: 2}}}
                machines:
                  web:
                    description: Pages
                    profiles: [default, small]
                    config: {limits.memory: 2GiB, environment.TOKEN: s3cret, cloud-init.user-data: "#cloud-config s3cret"}
                    storage_volumes: {data: {path: /data, size: 1GiB}}

            """);

        diagram.Domains[0].Machines[0].Details.ShouldBe(
        [
            "web: Pages",
            "address: 10.1.0.1",
            "container of images:debian/12",
            "protected from deletion",
            "profiles: default, small",
            "cloud-init.user-data is set",
            "environment.TOKEN is set",
            "limits.cpu: 2",
            "limits.memory: 2GiB",
            "volume data at /data, 1GiB",
        ]);
    }

    [Test]
    public void A_picture_shows_a_plan_and_states()
    {
        const string infra = Compiling.Head + """
              home: {subnet_id: 0, machines: {web: {}, db: {}, new: {}}}
              off: {subnet_id: 1, enabled: false, machines: {box: {}}}

            """;
        var diagram = Pictures.Diagram(infra, marks: new Marks(
            [
                new("instance", "home", "new", "create"),
                new("instance", "home", "db", "restart"),
                new("network", "default", "net-home", "update"),
                new("profile", "home", "small", "create"),
                new("instance", "old", "gone", "orphan"),
            ],
            new Dictionary<string, MachineState> { ["home/web"] = new("Running", null), ["home/db"] = new("Stopped", null) }));

        diagram.Domains[0].Mark.ShouldBe(new Mark(MarkGrade.Change, "~ 2 objects"));
        diagram.Domains[0].Machines.Select(m => $"{m.Name} {m.State} {m.Mark?.Text}")
            .ShouldBe(["db Stopped ! restart", "new not there + create", "web Running "], ignoreOrder: true);
        diagram.Domains[1].Machines[0].State.ShouldBeNull();
        diagram.Notes.ShouldBe(["Also planned:", "orphan instance old/gone"]);
        Pictures.Diagram(infra, marks: new Marks([], null)).Notes.ShouldBe(["The plan changes nothing."]);
    }

    [Test]
    public void A_picture_says_on_which_server_and_member_a_domain_is()
    {
        const string infra = Compiling.Head + """
              home: {subnet_id: 0, machines: {web: {}}}
              away: {subnet_id: 1, remote: far, machines: {box: {}}}
              both: {subnet_id: 2, remote: far, target: m1, machines: {pair: {}}}

            """;
        var wanted = Pictures.Diagram(infra);
        var live = Pictures.Diagram(infra, marks: new Marks(null, new Dictionary<string, MachineState>
        {
            ["home/web"] = new("Running", "m7"),
            ["both/pair"] = new("unreachable", "m2"),
        }));

        wanted.Domains.Select(d => d.Whereabouts).ShouldBe(["", "far", "far/m1"]);
        live.Domains.Select(d => d.Whereabouts).ShouldBe(["m7", "far", "far/m2"]);
        live.Domains[2].Details.ShouldContain("server: far");
        live.Domains[2].Machines[0].State.ShouldBe("unreachable");
        Pictures.File("infra.svg", infra).ShouldContain(">10.1.2.0/24 on far/m1<");
        Pictures.File("infra.mmd", infra).ShouldContain("both, 10.1.2.0/24, on far/m1");
    }

    [Test]
    public void Text_of_the_user_is_text_in_every_format()
    {
        var text = JsonSerializer.Serialize(Hostile);
        var infra = $$"""
            project_name: {{text}}
            global: {base_subnet: "10.1", default_os_image: images:debian/12}
            domains:
              end:
                subnet_id: 0
                description: {{text}}
                machines: {subgraph: {description: {{text}}, os_image: "images:<b>\"]|end"} }
              work: {subnet_id: 1}
            network_policies: [{from: work, to: subgraph, ports: [1], description: {{text}} }]

            """;
        var marks = new Marks(
            [new("instance", "x", Hostile, Hostile)],
            new Dictionary<string, MachineState> { ["end/subgraph"] = new(Hostile, Hostile) });

        var svg = XDocument.Parse(Pictures.File("infra.svg", infra, marks: marks));
        svg.Descendants().Select(e => e.Name.LocalName).Distinct()
            .ShouldBe(["svg", "title", "desc", "style", "rect", "text", "g", "path"], ignoreOrder: true);
        svg.Root!.Elements().First().Value.ShouldBe(Hostile);
        var html = Pictures.File("infra.html", infra, marks: marks);
        Tags().Matches(html).Select(m => m.Groups["tag"].Value).Intersect(["script", "b"]).ShouldBeEmpty();
        var mermaid = Pictures.File("infra.mmd", infra, marks: marks);
        mermaid.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldAllBe(line => MermaidLine().IsMatch(line));
    }

    [Test]
    public void A_picture_of_200_machines_stays_small()
    {
        var infra = Pictures.Large(200);

        Pictures.File("infra.svg", infra).Length.ShouldBeLessThan(250_000);
        Pictures.File("infra.html", infra).Length.ShouldBeLessThan(350_000);
        // Mermaid draws at most 50,000 characters and 500 edges.
        Pictures.File("infra.mmd", infra).Length.ShouldBeLessThan(50_000);
    }

    [Test]
    public void Every_trust_level_has_colors_that_can_be_read_on_their_ground_and_on_the_page()
    {
        TrustColors.All.Select(c => c.Name).ShouldBe(InfraDialect.TrustLevels.Keys.Append("none"));
        foreach (var (_, ground, line, darkGround, darkLine) in TrustColors.All)
        {
            Contrast(ground, line).ShouldBeGreaterThan(4.5);
            Contrast("#ffffff", line).ShouldBeGreaterThan(4.5);
            Contrast(darkGround, darkLine).ShouldBeGreaterThan(4.5);
            Contrast("#0d1117", darkLine).ShouldBeGreaterThan(4.5);
        }
    }

    [Test]
    public void Text_that_has_no_room_is_cut()
    {
        Sizes.Fit("short", 100, 6).ShouldBe("short");
        Sizes.Fit("tcp 80, 443", 48, 6).ShouldBe("tcp 80…");
        Sizes.Fit("数据库服务器", 48, 6).ShouldBe("数据库…");
        Sizes.Fit("🙂🙂🙂", 30, 6).ShouldBe("🙂🙂…");
    }

    private static string OfSample(string sample, string file) => Pictures.File(file, Compiling.Sample(sample));

    /// <summary>As the guidelines of the W3C for accessibility define it.</summary>
    private static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);

        static double Luminance(string color) => new[] { 0.2126, 0.7152, 0.0722 }
            .Select((weight, i) => weight * Linear(Convert.FromHexString(color[1..])[i] / 255.0)).Sum();

        static double Linear(double part) => part <= 0.03928 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4);
    }

    [GeneratedRegex("<(?<tag>[a-z]+)")]
    private static partial Regex Tags();

    /// <summary>A remark, a word of Mermaid, or a node or edge whose texts have no sign that could end them.</summary>
    [GeneratedRegex("^(%%[^{}]*|flowchart TB|\\s+(end|%% [^\"<>`|\\[\\]{}]*|classDef [\\w-]+ fill:#\\w+,stroke:#\\w+,color:#\\w+"
        + "|class [\\w,]+ [\\w-]+|subgraph \\w+\\[\"[^\"<>`|\\[\\]{}]*\"\\]"
        + "|\\w+(\\[|\\(\\[)\"([^\"<>`|\\[\\]{}]|<br/>)*\"(\\]|\\]\\))"
        + "|\\w+ [<>.-]+\\|\"[^\"<>`|\\[\\]{}]*\"\\| \\w+))$")]
    private static partial Regex MermaidLine();
}
