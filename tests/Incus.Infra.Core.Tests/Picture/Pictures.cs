using System.Text;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Picture;

namespace Incus.Infra.Core.Tests.Picture;

/// <summary>infra.yml to its picture.</summary>
internal static class Pictures
{
    public static Diagram Diagram(string infra, string? addressLock = null, Marks? marks = null)
    {
        var compilation = Compiling.Compile(infra, addressLock);
        compilation.Succeeded.ShouldBeTrue(string.Join('\n', compilation.Diagnostics));
        return DiagramReader.Read(compilation.Infrastructure!, compilation.Addresses!, marks ?? Marks.None);
    }

    /// <summary>The text of infra.svg, infra.html or infra.mmd.</summary>
    public static string File(string path, string infra, string? addressLock = null, Marks? marks = null) =>
        File(path, Compiling.Compile(infra, addressLock), marks);

    public static string File(string path, Compilation compilation, Marks? marks = null)
    {
        compilation.Succeeded.ShouldBeTrue(string.Join('\n', compilation.Diagnostics));
        return PictureFiles.Of(compilation.Infrastructure!, compilation.Addresses!, marks ?? Marks.None)
            .Single(f => f.Path == path).Text;
    }

    /// <summary>An infrastructure of domains of all sizes, with policies of every kind between them.</summary>
    public static string Large(int machines)
    {
        string[] levels = ["admin", "trusted", "semi-trusted", "untrusted", "disposable"];
        int[] sizes = [1, 4, 2, 9, 3, 16, 1, 6, 30, 2];
        var text = new StringBuilder(Compiling.ZonedHead);
        List<(string Domain, int Machines)> domains = [];
        for (var made = 0; made < machines;)
        {
            var size = Math.Min(sizes[domains.Count % sizes.Length], machines - made);
            var domain = $"domain-{domains.Count}";
            text.Append($"  {domain}:\n    trust_level: {levels[domains.Count % levels.Length]}\n    machines:\n");
            for (var i = 0; i < size; i++)
            {
                text.Append($"      machine-{domains.Count}-{i}: {{type: vm, roles: [base, nginx]}}\n");
            }

            made += size;
            domains.Add((domain, size));
        }

        text.Append("network_policies:\n");
        for (var i = 0; i < domains.Count; i++)
        {
            var other = ((i * 7) + 3) % domains.Count;
            Policy(i != other, $"from: domain-{i}, to: machine-{other}-{i % domains[other].Machines}, ports: [443, {1000 + i}]");
            Policy(i != 0, $"from: machine-{i}-0, to: machine-0-0, ports: [9090], description: metrics");
            Policy(i % 4 == 1, $"from: domain-{i}, to: domain-{i - 1}, protocol: udp, ports: [53], bidirectional: true");
            Policy(i % 5 == 2, $"from: domain-{i}, to: host, protocol: icmp");
            Policy(i % 3 == 1, $"from: 192.168.0.0/16, to: domain-{i}, ports: [22]");
        }

        return text.ToString();

        void Policy(bool isThere, string keys) => text.Append(isThere ? $"  - {{{keys}}}\n" : "");
    }
}
