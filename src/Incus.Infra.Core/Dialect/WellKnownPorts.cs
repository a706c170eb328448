namespace Incus.Infra.Core.Dialect;

/// <summary>Names under which <c>ports</c> needs no port of the machine.</summary>
internal static class WellKnownPorts
{
    public static readonly IReadOnlyDictionary<string, int> ByName = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["ssh"] = 22,
        ["http"] = 80,
        ["https"] = 443,
        ["mysql"] = 3306,
        ["rdp"] = 3389,
        ["postgresql"] = 5432,
        ["vnc"] = 5900,
    };
}
