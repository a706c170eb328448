using System.Diagnostics;
using System.Globalization;

namespace Incus.Infra.Bench;

/// <summary>
/// Counts the processes that one starts, it and theirs included. It looks all the time, so nothing is timed meanwhile.
/// </summary>
internal sealed class ProcessTree
{
    private readonly HashSet<int> _seen = [];

    /// <summary>Looks until <paramref name="root"/> ends; what lives shorter than a look is missed.</summary>
    public static int Count(Process root)
    {
        var tree = new ProcessTree();
        while (!root.HasExited)
        {
            tree.Look(root.Id);
        }

        return tree._seen.Count;
    }

    private void Look(int process)
    {
        _seen.Add(process);
        try
        {
            foreach (var thread in Directory.EnumerateDirectories($"/proc/{process}/task"))
            {
                var children = File.ReadAllText(Path.Join(thread, "children"));
                foreach (var child in children.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    Look(int.Parse(child, CultureInfo.InvariantCulture));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended between two looks.
        }
    }
}
