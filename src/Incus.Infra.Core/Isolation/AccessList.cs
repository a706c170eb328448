namespace Incus.Infra.Core.Isolation;

/// <summary>The network ACL of a domain: what its bridge lets in and out, all else being rejected.</summary>
/// <param name="Name">As the bridge.</param>
/// <param name="Partners">The domains at the other end of its policies, sorted: a change may concern their ACLs, too.</param>
/// <param name="Ingress">What may be opened to its machines.</param>
/// <param name="Egress">What its machines may open.</param>
internal sealed record AccessList(
    string Name, IReadOnlyList<string> Partners, IReadOnlyList<AccessRule> Ingress, IReadOnlyList<AccessRule> Egress);
