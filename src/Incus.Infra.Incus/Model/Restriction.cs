namespace Incus.Infra.Incus.Model;

/// <summary>
/// What a client may work on whose certificate is restricted, as that of everybody is who is only in the group incus: what is
/// in some projects. Networks and the projects themselves are given to it.
/// </summary>
/// <param name="Certificate">Its fingerprint.</param>
/// <param name="Projects">The projects.</param>
internal sealed record Restriction(string Certificate, IReadOnlyList<string> Projects)
{
    /// <summary>Whether such a client cannot change objects of a kind.</summary>
    public static bool Gives(ObjectKind kind) => KindTraits.Of(kind).Home != Home.Project;
}
