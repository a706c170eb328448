using System.IO.Compression;

namespace Incus.Infra.Sdk.Tests.Harness;

/// <summary>A Python package that does nothing, as pip installs it.</summary>
internal static class Wheel
{
    /// <summary>Writes version <paramref name="version"/> of the package <c>nothing</c> into a folder.</summary>
    public static void Write(string folder, string version)
    {
        var info = $"nothing-{version}.dist-info";
        using var wheel = ZipFile.Open(Path.Join(folder, $"nothing-{version}-py3-none-any.whl"), ZipArchiveMode.Create);
        Add(wheel, "nothing.py", "");
        Add(wheel, $"{info}/METADATA", $"Metadata-Version: 2.1\nName: nothing\nVersion: {version}\n");
        Add(wheel, $"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
        Add(wheel, $"{info}/RECORD", $"nothing.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n");
    }

    private static void Add(ZipArchive wheel, string name, string text)
    {
        using var writer = new StreamWriter(wheel.CreateEntry(name).Open());
        writer.Write(text);
    }
}
