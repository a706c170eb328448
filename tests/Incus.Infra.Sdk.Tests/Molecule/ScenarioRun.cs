using System.Text.RegularExpressions;
using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests.Molecule;

/// <summary>Runs a scenario as <c>molecule test</c> does, which Debian has no package of.</summary>
internal sealed partial class ScenarioRun
{
    private readonly Scenario _scenario;
    private readonly Sandbox _sandbox;
    private readonly string _inventory;

    public ScenarioRun(Scenario scenario, Sandbox sandbox)
    {
        _scenario = scenario;
        _sandbox = sandbox;
        _inventory = scenario.Write();
        foreach (var (name, value) in scenario.Environment)
        {
            sandbox.Set(name, value);
        }
    }

    /// <summary>All steps; the first that fails is told, after cleanup and destroy.</summary>
    public void Test()
    {
        foreach (var step in _scenario.Sequence)
        {
            if (Fault(step) is { } fault)
            {
                Fault("cleanup");
                Fault("destroy");
                throw new AssertionException($"{step}: {fault}");
            }
        }
    }

    private string? Fault(string step) => step switch
    {
        "dependency" => _scenario.Dependency is { } program
            && _sandbox.Run(program) is { ExitCode: not 0 } failed ? failed.Output : null,
        "syntax" => Play("converge", "--syntax-check") is { ExitCode: not 0 } failed ? failed.Output : null,
        "converge" => Play("converge") is { ExitCode: not 0 } failed ? failed.Output : null,
        "idempotence" => Play("converge", "--skip-tags=molecule-idempotence-notest") is var again
            && (again.ExitCode != 0 || Changed().IsMatch(again.Output)) ? again.Output : null,
        _ when _scenario.Playbook(step) is null => null,
        _ => Play(step) is { ExitCode: not 0 } failed ? failed.Output : null,
    };

    private CommandResult Play(string step, params string[] arguments) => _sandbox.Run(
        "ansible-playbook",
        [
            $"--inventory={_inventory}", "--skip-tags=molecule-notest,notest", .. arguments,
            _scenario.Playbook(step) ?? throw new AssertionException($"The scenario has no playbook for {step}."),
        ]);

    [GeneratedRegex("changed=[1-9]")]
    private static partial Regex Changed();
}
