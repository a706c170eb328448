using System.Text.RegularExpressions;
using Incus.Infra.Core.CommandLine;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Files;

namespace Incus.Infra.Core.Ansible;

/// <summary>Finds names in a limit that nobody has: Ansible would skip one of several and go on with the others.</summary>
internal static class LimitCheck
{
    private const string ConfigurationFile = "ansible.cfg";
    private const string InventoryLine = "inventory = inventory";

    private static readonly string[] Special = ["all", "ungrouped", "localhost"];

    /// <summary>A fault for each name that neither infra.yml nor the inventory has.</summary>
    /// <param name="places">What infra.yml has.</param>
    /// <param name="projectDirectory">The project folder, where hosts of the user's own may be, too.</param>
    /// <param name="limit">Its value; null for none.</param>
    public static IReadOnlyList<Diagnostic> Check(InfraPlaces places, string projectDirectory, string? limit)
    {
        var names = LimitNames.In(limit).Except(Special).ToList();
        if (names.Count == 0)
        {
            return [];
        }

        var known = places.Names;
        var unknown = names.Except(known).ToList();
        return unknown.Count > 0 && ReadInventory(projectDirectory) is { } inventory
            ? [.. unknown.Where(n => !Has(inventory, n)).Select(n => UseDiagnostics.UnknownLimit(places.File.File, n, known))]
            : [];
    }

    // Null where only Ansible can tell: ranges, plugins, and what is elsewhere.
    private static string? ReadInventory(string projectDirectory)
    {
        var folder = Path.Join(projectDirectory, "inventory");
        var configuration = Path.Join(projectDirectory, ConfigurationFile);
        string[] texts = [];
        var isHere = true;
        var fault = FileFault.Of(() =>
        {
            texts = Directory.Exists(folder)
                ? [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(File.ReadAllText)]
                : [];
            isHere = !File.Exists(configuration) || File.ReadLines(configuration).Contains(InventoryLine);
        });
        return fault is null && isHere && !texts.Any(t => t.Contains('[') || t.Contains("plugin:", StringComparison.Ordinal))
            ? string.Join('\n', texts)
            : null;
    }

    private static bool Has(string inventory, string name) =>
        Regex.IsMatch(inventory, $@"(?<![\w.-]){Regex.Escape(name)}(?![\w.-])");
}
