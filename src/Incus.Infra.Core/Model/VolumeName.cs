namespace Incus.Infra.Core.Model;

/// <summary>The name of a machine's volume in Incus, where all volumes of a project share a pool.</summary>
internal static class VolumeName
{
    public static string Of(string machine, string volume) => $"{machine}-{volume}";
}
