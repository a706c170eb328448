using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Rules;

/// <summary>Steps of one machine that would take each other's place in it.</summary>
internal static class ProvisionRules
{
    private static readonly string[] UnitEndings =
    [
        ".automount", ".device", ".mount", ".path", ".scope", ".service", ".slice", ".socket", ".swap", ".target", ".timer",
    ];

    public static void Check(Infrastructure infra, DiagnosticBag diagnostics)
    {
        foreach (var machine in infra.Provisioned.Where(m => m.Provision.Count > 0))
        {
            var owner = machine.Label;
            CheckSteps(owner, machine, diagnostics);
            CheckRepositories(owner, machine, diagnostics);
            CheckFiles(owner, machine, diagnostics);
            CheckUsers(owner, machine, diagnostics);
            CheckServices(owner, machine, diagnostics);
        }
    }

    // The machine remembers the version of a script under the name of its step, or else of its file.
    private static void CheckSteps(string owner, Machine machine, DiagnosticBag diagnostics)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var step in machine.Provision)
        {
            var script = step.Find("script") as YamlMapping;
            if ((step.Text("name") ?? script?.Text("file") ?? script?.Text("inline")) is not { } name)
            {
                continue;
            }

            if (!names.TryAdd(name.Value, name.At.Line))
            {
                diagnostics.Add(RuleDiagnostics.StepTwice(name.At, owner, name.Value, names[name.Value]));
            }
        }
    }

    private static void CheckRepositories(string owner, Machine machine, DiagnosticBag diagnostics)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var repository in machine.AptRepositories())
        {
            if (repository.Text("name") is { } name && !names.TryAdd(name.Value, name.At.Line))
            {
                diagnostics.Add(RuleDiagnostics.RepositoryTwice(name.At, owner, name.Value, names[name.Value]));
            }
        }
    }

    private static void CheckFiles(string owner, Machine machine, DiagnosticBag diagnostics)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        var places = new List<Located<string>>();
        foreach (var file in machine.ItemsOfSteps("files"))
        {
            if (file.Text("content") is { } content && Excerpt.HasPrivateKey(content.Value))
            {
                diagnostics.Add(RuleDiagnostics.PrivateKeyAsContent(content.At, owner));
            }

            if (file.Text("dest", Forms.FilePath) is { } dest)
            {
                places.Add(dest);
                if (!lines.TryAdd(dest.Value, dest.At.Line))
                {
                    diagnostics.Add(RuleDiagnostics.FileTwice(dest.At, owner, dest.Value, lines[dest.Value]));
                }
            }
        }

        foreach (var dest in places)
        {
            for (var end = dest.Value.LastIndexOf('/'); end > 0; end = dest.Value.LastIndexOf('/', end - 1))
            {
                if (lines.TryGetValue(dest.Value[..end], out var line))
                {
                    diagnostics.Add(RuleDiagnostics.BelowFile(dest.At, owner, dest.Value, dest.Value[..end], line));
                }
            }
        }
    }

    private static void CheckUsers(string owner, Machine machine, DiagnosticBag diagnostics)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in machine.ItemsOfSteps("users").Select(u => u.Text("name")).OfType<Located<string>>())
        {
            if (!lines.TryAdd(name.Value, name.At.Line))
            {
                diagnostics.Add(RuleDiagnostics.UserTwice(name.At, owner, name.Value, lines[name.Value]));
            }
        }
    }

    private static void CheckServices(string owner, Machine machine, DiagnosticBag diagnostics)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        var stopped = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var service in machine.ItemsOfSteps("services"))
        {
            if (service.Text("name") is not { } name)
            {
                continue;
            }

            if (!lines.TryAdd(Unit(name.Value), name.At.Line))
            {
                diagnostics.Add(RuleDiagnostics.ServiceTwice(name.At, owner, name.Value, lines[Unit(name.Value)]));
            }

            if (service.Text("state")?.Value == "stopped")
            {
                stopped.TryAdd(Unit(name.Value), name.At.Line);
            }
        }

        foreach (var restart in machine.ItemsOfSteps("files").Select(f => f.Text("restart")).OfType<Located<string>>())
        {
            if (stopped.TryGetValue(Unit(restart.Value), out var line))
            {
                diagnostics.Add(RuleDiagnostics.RestartOfStopped(restart.At, owner, restart.Value, line));
            }
        }
    }

    // What systemd takes a name without the ending of a unit for: php8.2-fpm has none.
    private static string Unit(string name) =>
        UnitEndings.Any(e => name.EndsWith(e, StringComparison.Ordinal)) ? name : $"{name}.service";
}
