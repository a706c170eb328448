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

    /// <summary>Ratios to one row, and what was asked of Incus.</summary>
    public static string OfRequests(string heading, IReadOnlyDictionary<string, List<Measurement>> results, string reference)
    {
        var text = new StringBuilder($"""
            | {heading} | median s | range s | ratio | requests |
            |---|--:|--:|--:|--:|

            """);
        foreach (var (row, measurements) in results)
        {
            AppendTime(text, row, measurements, results[reference])
                .Append(CultureInfo.InvariantCulture, $"| {Median(measurements, m => m.Requests):0} |\n");
        }

        return text.ToString();
    }

    /// <summary>Ratios to the same run of one machine, in all and for each machine, and whether they are what is promised.</summary>
    public static string OfProvisions(IReadOnlyDictionary<string, List<Measurement>> results)
    {
        var text = new StringBuilder("""
            | Apply of | median s | range s | ratio | ratio per machine |
            |---|--:|--:|--:|--:|

            """);
        foreach (Func<int, string> row in new Func<int, string>[] { ProvisionScenario.First, ProvisionScenario.Second })
        {
            foreach (var size in ProvisionScenario.Sizes)
            {
                AppendTime(text, row(size), results[row(size)], results[row(1)])
                    .Append(CultureInfo.InvariantCulture, $"| {Ratio(row, size) / size:0.00} |\n");
            }
        }

        foreach (var size in ProvisionScenario.Sizes.Skip(1))
        {
            Verdict($"bare, each of {size} machines takes no longer than a single one", Ratio(ProvisionScenario.First, size) / size, 1);
        }

        var most = ProvisionScenario.Sizes[^1];
        Verdict($"nothing to change in {most} machines takes no longer than in 2 single ones", Ratio(ProvisionScenario.Second, most), 2);
        return text.ToString();

        double Ratio(Func<int, string> row, int size) => Seconds(results[row(size)]) / Seconds(results[row(1)]);

        void Verdict(string promise, double ratio, double limit) => text.Append(
            CultureInfo.InvariantCulture, $"\n- {promise}: {ratio:0.00} of at most {limit:0.00}, {(ratio <= limit ? "kept" : "NOT KEPT")}");
    }

    private static StringBuilder AppendTime(
        StringBuilder text, string row, List<Measurement> measurements, List<Measurement> reference)
    {
        var seconds = Seconds(measurements);
        return text.Append(CultureInfo.InvariantCulture, $"| {row} | {seconds:0.00} ")
            .Append(CultureInfo.InvariantCulture, $"| {measurements.Min(m => m.Time.TotalSeconds):0.00}–{measurements.Max(m => m.Time.TotalSeconds):0.00} ")
            .Append(CultureInfo.InvariantCulture, $"| {seconds / Seconds(reference):0.00} ");
    }

    private static double Seconds(List<Measurement> measurements) => Median(measurements, m => m.Time.TotalSeconds);

    private static double Median(List<Measurement> measurements, Func<Measurement, double> of)
    {
        var sorted = measurements.Select(of).Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
