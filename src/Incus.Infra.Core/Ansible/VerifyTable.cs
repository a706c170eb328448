namespace Incus.Infra.Core.Ansible;

/// <summary>What Verify found, for people: a line for each machine and step.</summary>
internal static class VerifyTable
{
    /// <summary>The table below its first line, which says how much of it is right.</summary>
    public static string Of(PlaybookRun run)
    {
        var unreached = run.Machines.Where(m => run.Verified.All(v => v.Host != m.Host))
            .Select(m => (m.Host, Step: "", Found: "not looked at"));
        var rows = run.Verified.Select(v => (v.Host, Step: v.Step.Label, Found: Found(v.Step)))
            .Concat(unreached)
            .Concat(run.Resting.Select(r => (r.Host, Step: "", Found: $"not looked at: {r.Reason}")))
            .OrderBy(r => r.Host, StringComparer.Ordinal)
            .ToList();
        var (host, step) = (rows.Max(r => r.Host.Length), rows.Max(r => r.Step.Length));
        var right = run.Verified.Count(v => v.Step.Missing.Count == 0);
        return string.Join('\n',
        [
            $"{right} of {run.Verified.Count} steps are as declared",
            .. rows.Select(r => $"{r.Host.PadRight(host)}  {r.Step.PadRight(step)}  {r.Found}"),
        ]);
    }

    private static string Found(VerifiedStep step) => step.Missing.Count == 0 ? "ok" : string.Join("; ", step.Missing);
}
