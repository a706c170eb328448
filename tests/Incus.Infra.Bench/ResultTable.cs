using System.Globalization;
using System.Text;

namespace Incus.Infra.Bench;

/// <summary>The figures as a Markdown table: medians, with the range of the rounds.</summary>
internal static class ResultTable
{
    private const double Mebibyte = 1024 * 1024;

    public static string Of(IReadOnlyDictionary<string, List<Measurement>> results)
    {
        var reference = results[Scenario.Reference];
        var text = new StringBuilder("""
            | dotnet build of | median s | range s | ratio | peak MiB | ratio |
            |---|--:|--:|--:|--:|--:|

            """);
        foreach (var (row, measurements) in results)
        {
            var seconds = Median(measurements, m => m.Time.TotalSeconds);
            var memory = Median(measurements, m => m.PeakBytes);
            text.Append(CultureInfo.InvariantCulture, $"| {row} | {seconds:0.00} ")
                .Append(CultureInfo.InvariantCulture, $"| {measurements.Min(m => m.Time.TotalSeconds):0.00}–{measurements.Max(m => m.Time.TotalSeconds):0.00} ")
                .Append(CultureInfo.InvariantCulture, $"| {seconds / Median(reference, m => m.Time.TotalSeconds):0.00} ")
                .Append(CultureInfo.InvariantCulture, $"| {memory / Mebibyte:0} ")
                .Append(CultureInfo.InvariantCulture, $"| {memory / Median(reference, m => m.PeakBytes):0.00} |\n");
        }

        return text.ToString();
    }

    private static double Median(List<Measurement> measurements, Func<Measurement, double> of)
    {
        var sorted = measurements.Select(of).Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
