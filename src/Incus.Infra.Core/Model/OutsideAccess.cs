namespace Incus.Infra.Core.Model;

/// <summary>What the machines of a domain may open outside all domains.</summary>
internal enum OutsideAccess
{
    /// <summary>Every address that no domain can have.</summary>
    All,

    /// <summary>Public addresses only.</summary>
    Internet,

    None,
}
