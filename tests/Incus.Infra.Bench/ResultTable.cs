using System.Globalization;
using System.Text;

namespace Incus.Infra.Bench;

/// <summary>Figures as Markdown tables: medians, with the range of the rounds.</summary>
internal static class ResultTable
{
    private const double Mebibyte = 1024 * 1024;

    /// <summary>Of builds: ratios to the empty project.</summary>
    public static string OfBuilds(IReadOnlyDictionary<string, List<Measurement>> results)
    {
        var reference = results[BuildScenario.Reference];
        var text = new StringBuilder("""
            | dotnet build of | median s | range s | ratio | peak MiB | ratio |
            |---|--:|--:|--:|--:|--:|

            """);
        foreach (var (row, measurements) in results)
        {
            var memory = Median(measurements, m => m.PeakBytes);
            AppendTime(text, row, measurements, reference)
                .Append(CultureInfo.InvariantCulture, $"| {memory / Mebibyte:0} ")
                .Append(CultureInfo.InvariantCulture, $"| {memory / Median(reference, m => m.PeakBytes):0.00} |\n");
        }

        return text.ToString();
    }

    /// <summary>Ratios to one row, what was asked of Incus, and processes where they were counted.</summary>
    public static string OfRequests(string heading, IReadOnlyDictionary<string, List<Measurement>> results, string reference)
    {
        var counted = results.Values.Any(measurements => measurements[0].Processes > 0);
        var text = new StringBuilder($"""
            | {heading} | median s | range s | ratio | requests |{(counted ? " processes |" : "")}
            |---|--:|--:|--:|--:|{(counted ? "--:|" : "")}

            """);
        foreach (var (row, measurements) in results)
        {
            AppendTime(text, row, measurements, results[reference])
                .Append(CultureInfo.InvariantCulture, $"| {Median(measurements, m => m.Requests):0} |")
                .Append(counted ? measurements[0].Processes is var processes and > 0 ? $" {processes} |\n" : " |\n" : "\n");
        }

        return text.ToString();
    }

    /// <summary>What is promised, and whether it is kept.</summary>
    public static string OfTargets(IReadOnlyList<Target> targets)
    {
        var text = new StringBuilder("""
            | target | measured s | limit s | |
            |---|--:|--:|---|

            """);
        foreach (var target in targets)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {target.Promise} | {target.Seconds:0.00} | {target.Limit:0.00} ")
                .Append(CultureInfo.InvariantCulture, $"| {(target.IsMet ? "met" : "missed")} |\n");
        }

        return text.ToString();
    }

    /// <summary>Of classes: what the host gives, and what the teacher waits for.</summary>
    public static string OfClasses(IReadOnlyList<ClassResult> results)
    {
        var text = new StringBuilder("""
            | students | image | network | MiB per seat | first Apply s | no change s | one seat s | Snap s | reset of one s |
            |--:|---|---|--:|--:|--:|--:|--:|--:|

            """);
        foreach (var r in results)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {r.Students} | {r.Image} | {r.Network} | {r.MebibytesPerSeat:0} ")
                .Append(CultureInfo.InvariantCulture, $"| {r.Apply.TotalSeconds:0.0} | {r.SecondApply.TotalSeconds:0.0} ")
                .Append(CultureInfo.InvariantCulture, $"| {r.LimitedApply.TotalSeconds:0.0} ")
                .Append(CultureInfo.InvariantCulture, $"| {r.Snap.TotalSeconds:0.0} | {r.Reset.TotalSeconds:0.0} |\n");
        }

        return text.ToString();
    }

    /// <summary>The median time.</summary>
    public static double Seconds(IReadOnlyList<Measurement> measurements) => Median(measurements, m => m.Time.TotalSeconds);

    private static StringBuilder AppendTime(
        StringBuilder text, string row, List<Measurement> measurements, List<Measurement> reference)
    {
        var seconds = Seconds(measurements);
        return text.Append(CultureInfo.InvariantCulture, $"| {row} | {seconds:0.00} ")
            .Append(CultureInfo.InvariantCulture, $"| {measurements.Min(m => m.Time.TotalSeconds):0.00}")
            .Append(CultureInfo.InvariantCulture, $"–{measurements.Max(m => m.Time.TotalSeconds):0.00} ")
            .Append(CultureInfo.InvariantCulture, $"| {seconds / Seconds(reference):0.00} ");
    }

    private static double Median(IReadOnlyList<Measurement> measurements, Func<Measurement, double> of)
    {
        var sorted = measurements.Select(of).Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
