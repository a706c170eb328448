namespace Incus.Infra.Core.Files;

/// <summary>
/// What realpath(3) does, for paths whose end need not exist; the class library resolves only the last link.
/// </summary>
internal static class RealPath
{
    private const int MaxLinks = 40;

    /// <summary>The absolute path without any symbolic link in it.</summary>
    /// <exception cref="IOException">The links go round in a circle.</exception>
    public static string Of(string path)
    {
        var current = Path.GetPathRoot(path)!;
        var rest = new Stack<string>();
        Push(rest, path[current.Length..]);
        var links = 0;
        while (rest.TryPop(out var segment))
        {
            if (segment == "..")
            {
                current = Path.GetDirectoryName(current) ?? current;
                continue;
            }

            var next = Path.Join(current, segment);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                current = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                throw new IOException("too many levels of symbolic links");
            }

            var root = Path.GetPathRoot(target)!;
            current = root.Length > 0 ? root : current;
            Push(rest, target[root.Length..]);
        }

        return current;
    }

    private static void Push(Stack<string> rest, string path)
    {
        foreach (var segment in path.Split(Path.DirectorySeparatorChar).Reverse().Where(s => s is not ("" or ".")))
        {
            rest.Push(segment);
        }
    }
}
