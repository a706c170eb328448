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
        foreach (var steps in Parts())
        {
            if (Fault(steps) is { } fault)
            {
                Fault(["cleanup"]);
                Fault(["destroy"]);
                throw new AssertionException(fault);
            }
        }
    }

    /// <summary>
    /// The steps in their order. Playbooks that follow each other are one run of Ansible, whose start costs as much as most of
    /// them; each is still read and ended by itself. The run checks the syntax, too.
    /// </summary>
    private IEnumerable<List<string>> Parts()
    {
        var playbooks = new List<string>();
        foreach (var step in _scenario.Sequence.Where(step => step != "syntax"))
        {
            if (step is not ("dependency" or "idempotence"))
            {
                playbooks.Add(step);
                continue;
            }

            yield return playbooks;
            yield return [step];
            playbooks = [];
        }

        yield return playbooks;
    }

    private string? Fault(List<string> steps)
    {
        switch (steps)
        {
            case ["dependency"]:
                return _scenario.Dependency is { } program && _sandbox.Run(program) is { ExitCode: not 0 } missing
                    ? $"dependency: {missing.Output}"
                    : null;
            case ["idempotence"]:
                var again = Play(["converge"], "--skip-tags=molecule-idempotence-notest");
                return again.ExitCode != 0 || Changed().IsMatch(again.Output) ? $"idempotence: {again.Output}" : null;
            default:
                var there = steps.Where(step => step == "converge" || _scenario.Playbook(step) is not null).ToList();
                return there.Count > 0 && Play(there) is { ExitCode: not 0 } failed
                    ? $"{there[Math.Max(0, Recap().Count(failed.Output) - 1)]}: {failed.Output}"
                    : null;
        }
    }

    private CommandResult Play(IEnumerable<string> steps, params string[] arguments) => _sandbox.Run(
        "ansible-playbook",
        [
            $"--inventory={_inventory}", "--skip-tags=molecule-notest,notest", .. arguments,
            .. steps.Select(step => _scenario.Playbook(step)
                ?? throw new AssertionException($"The scenario has no playbook for {step}.")),
        ]);

    [GeneratedRegex("^PLAY RECAP", RegexOptions.Multiline)]
    private static partial Regex Recap();

    [GeneratedRegex("changed=[1-9]")]
    private static partial Regex Changed();
}
