using System.Text;
using CsCheck;

namespace Incus.Infra.Core.Tests.Yaml;

/// <summary>Whatever becomes of a good file, the compiler answers with diagnostics and never throws.</summary>
internal sealed class FuzzTests
{
    private static readonly byte[] Good = Encoding.UTF8.GetBytes(
        """
        %YAML 1.2
        ---
        project_name: "home lab"   # é 😀
        x-defaults: &defaults {os_image: images:debian/13, boot_autostart: true}
        global:
          addressing: {base_octet: 10, zone_base: 100}
          default_user: 'o''brien'
        domains:
          lab:
            description: >-
              folded
              text
            trust_level: trusted
            profiles: {big: {config: {limits.memory: 2GiB}, devices: {gpu: {type: gpu}}}}
            machines:
              web:
                <<: *defaults
                type: vm
                profiles: [default, big]
                storage_volumes:
                  data: {size: 10GiB, path: /srv/data}
                vars:
                  secret: !vault |
                    $ANSIBLE_VAULT;1.1;AES256
                  text: "{{ x }}\t\u00e9\x41"
                  list: [1, 2.5, null, ~, true, "a\
                    b"]
                  ? key
                  : value
              db: {<<: [*defaults, {boot_priority: 5}], snapshots_schedule: "0 3 * * *"}
        network_policies:
        - {from: lab, to: host, ports: [22, 443]}

        """);

    // What means something in YAML does more harm than random bytes.
    private static readonly byte[][] Tokens =
    [
        .. ((string[])
        [
            "{", "}", "[", "]", "&a ", "*a", "!", "!!", "!<", ">", "\"", "'", "\\U", "\\xFF", "\\", "|", "|9", ">-", "---\n",
            "...\n", "%YAML", "%TAG", "%", "\t", "\n", "\r", "? ", ": ", "- ", "#", "<<: ", ",", "~", "\0", "\u0085", "\u2028",
            "\uFEFF", "😀", "FFFFFFFF", "99999999999999999999", "\n\n  ",
        ]).Select(Encoding.UTF8.GetBytes),
        .. Enumerable.Range(0, 256).Select(b => (byte[])[(byte)b]),
    ];

    private static readonly Gen<byte[]> Mutants = Gen.Select(
        Gen.Int[0, Good.Length - 1], Gen.Int[0, 20], Gen.OneOf(Tokens)).Array[1, 8].Select(edits =>
    {
        List<byte> bytes = [.. Good];
        foreach (var (at, length, token) in edits.Where(e => e.Item1 < bytes.Count))
        {
            bytes.RemoveRange(at, Math.Min(length, bytes.Count - at));
            bytes.InsertRange(at, token);
        }

        return bytes.ToArray();
    });

    [Test]
    public void The_file_that_is_broken_here_is_good() => Compiling.Compile(Good).Succeeded.ShouldBeTrue();

    [Test]
    public void No_change_of_bytes_makes_the_compiler_throw() => Mutants.Sample(
        mutant => Compiling.Compile(mutant).Diagnostics.ShouldAllBe(d => d.Code.StartsWith("INFRA")),
        iter: 3000, threads: 1, print: mutant => Convert.ToBase64String(mutant));
}
