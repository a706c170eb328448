using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Rules;

/// <summary>Steps of one machine that would take each other's place in it.</summary>
internal static class ProvisionRules
{
    public static void Check(Infrastructure infra, DiagnosticBag diagnostics)
    {
        foreach (var machine in infra.Domains.SelectMany(d => d.Machines))
        {
            var owner = $"Machine '{machine.Name.Value}'";
            CheckSteps(owner, machine, diagnostics);
            CheckRepositories(owner, machine, diagnostics);
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
}
