using System.Security.Cryptography;

namespace Incus.Infra.Sdk.Tests.Harness;

/// <summary>A signed apt repository in one folder, with the package <c>honey</c> in two versions.</summary>
internal static class AptRepository
{
    /// <summary>Makes it, and writes the key that it is signed with, ASCII-armoured.</summary>
    public static void Write(Sandbox sandbox, string folder, string keyFile)
    {
        var packages = string.Concat(((string[])["1.0", "2.0"]).Select(version => Package(sandbox, folder, version)));
        File.WriteAllText(Path.Join(folder, "Packages"), packages);
        var release = Path.Join(folder, "Release");
        File.WriteAllText(
            release,
            $"Date: {DateTime.UtcNow:R}\nSHA256:\n {Sum(Path.Join(folder, "Packages"))} {packages.Length} Packages\n");

        var home = Directory.CreateDirectory(Path.Join(sandbox.Home, "gpg")).FullName;
        string[] gpg = ["--homedir", home, "--batch", "--quiet", "--armor"];
        Run("gpg", [.. gpg, "--passphrase", "", "--quick-generate-key", "test", "ed25519"]);
        Run("gpg", [.. gpg, "--output", keyFile, "--export"]);
        Run("gpg", [.. gpg, "--output", Path.Join(folder, "InRelease"), "--clearsign", release]);
        Run("gpgconf", ["--homedir", gpg[1], "--kill", "gpg-agent"]);

        void Run(string program, params string[] arguments) => sandbox.Run(program, arguments).ShouldSucceed();
    }

    /// <summary>Builds the package and returns its paragraph of the index.</summary>
    private static string Package(Sandbox sandbox, string folder, string version)
    {
        var control = $"Package: honey\nVersion: {version}\nArchitecture: all\n"
            + "Maintainer: test <test@localhost>\nDescription: sweet\n";
        var tree = Path.Join(sandbox.Home, $"honey-{version}");
        Directory.CreateDirectory(Path.Join(tree, "DEBIAN"));
        File.WriteAllText(Path.Join(tree, "DEBIAN", "control"), control);
        var file = Path.Join(folder, $"honey_{version}_all.deb");
        sandbox.Run("dpkg-deb", "--root-owner-group", "--build", tree, file).ShouldSucceed();
        return $"{control}Filename: apt/{Path.GetFileName(file)}\nSize: {new FileInfo(file).Length}\nSHA256: {Sum(file)}\n\n";
    }

    private static string Sum(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
}
