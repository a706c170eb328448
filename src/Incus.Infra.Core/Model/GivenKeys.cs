using System.Text;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Model;

/// <summary>
/// What <c>ssh_keys</c> gives the machines of a domain: the keys as an option of Incus, and steps that make sshd ask for it.
/// So a key that is gone is refused as soon as Incus knows, in all machines, without a look into any.
/// </summary>
/// <param name="keys">Reads the keys.</param>
/// <param name="diagnostics">Takes the faults.</param>
internal sealed class GivenKeys(NamedKeys keys, DiagnosticBag diagnostics)
{
    /// <summary>The option that has the keys; a machine may read those that begin with <c>user.</c>.</summary>
    public const string Option = "user.access.ssh-keys";

    private readonly Dictionary<string, List<YamlMapping>> _steps = new(StringComparer.Ordinal);

    public Infrastructure Complete(Infrastructure infra) => infra.Domains.Any(d => d.Access is { SshKeys.Count: > 0 })
        ? infra with { Domains = [.. infra.Domains.Select(Complete)] }
        : infra;

    private Domain Complete(Domain domain)
    {
        if (domain.Access is not { SshKeys.Count: > 0 } access)
        {
            return domain;
        }

        var owner = $"Domain '{domain.Name.Value}'";
        var lines = string.Concat(access.SshKeys.SelectMany(k => keys.Of(owner, k)).Distinct().Select(k => k + "\n"));
        var setting = new Setting(new(Option, access.At), new(lines, access.At));
        return domain with
        {
            Machines =
            [
                .. domain.Machines.Select(m => m with
                {
                    Config = [.. m.Config, setting],
                    Provision = [.. m.Provision, .. StepsFor(access)],
                }),
            ],
        };
    }

    private List<YamlMapping> StepsFor(Access access)
    {
        if (!_steps.TryGetValue(access.User, out var steps))
        {
            var root = (YamlMapping)YamlReader.Read(access.At.File, Encoding.UTF8.GetBytes(Steps(access.User)), diagnostics)!;
            steps = [.. root.Mappings("steps")];
            _steps.Add(access.User, steps);
        }

        return steps;
    }

    // A user that sshd shall ask for is one that a form has passed. Whoever changes the script counts its version up.
    private static string Steps(string user) => $$"""
        steps:
          - name: "access: ssh server"
            apt: {packages: [openssh-server]}
          - name: "access: ssh keys"
            script:
              version: "1 {{user}}"
              inline: |
                set -eu
                id {{user}} >/dev/null 2>&1 || useradd --create-home --shell /bin/bash {{user}}
                cat >/usr/local/sbin/infra-ssh-keys <<'END'
                #!/usr/bin/python3 -I
                # Prints the keys that Incus has for this machine.
                import http.client
                import socket


                class Host(http.client.HTTPConnection):
                    def connect(self):
                        self.sock = socket.socket(socket.AF_UNIX)
                        self.sock.connect("/dev/incus/sock")


                host = Host("incus")
                host.request("GET", "/1.0/config/{{Option}}")
                answer = host.getresponse()
                if answer.status == 200:
                    print(answer.read().decode())
                END
                chmod 755 /usr/local/sbin/infra-ssh-keys
                cat >/etc/ssh/sshd_config.d/50-infra.conf <<'END'
                Match User {{user}}
                    AuthorizedKeysCommand /usr/local/sbin/infra-ssh-keys
                    AuthorizedKeysCommandUser root
                END
                systemctl reload-or-restart ssh
        """.ReplaceLineEndings("\n");
}
