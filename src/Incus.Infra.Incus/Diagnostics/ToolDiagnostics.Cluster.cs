using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Diagnostics;

/// <summary>Layer 4, members of a cluster.</summary>
internal static partial class ToolDiagnostics
{
    public const string LinkInUseCode = "INFRA4113";

    /// <summary>INFRA4100: an instance is on a member of which nothing is known.</summary>
    public static Diagnostic MemberSilent(ObjectId id, string member) => Error(
        "INFRA4100",
        $"{id} is on member '{member}' of the cluster, which does not answer: it was left as it is, and nobody knows whether it "
        + "needs a change. Apply again when the member is back.");

    /// <summary>INFRA4101: what all members must have cannot be made, changed or deleted while one is away.</summary>
    public static Diagnostic MembersMissing(ObjectId id, IReadOnlyList<string> silent) => Error(
        "INFRA4101",
        $"{id}: Incus changes networks and their rules on all members at once, and {Names(silent)} "
        + $"{(silent.Count == 1 ? "does" : "do")} not answer. Apply again when all are back, or "
        + "remove what is lost for good with 'incus cluster remove --force'.");

    /// <summary>INFRA4102: the one member that the machine can go to is away.</summary>
    public static Diagnostic HomeSilent(ObjectId id, string member) => Error(
        "INFRA4102",
        $"{id} belongs on member '{member}' of the cluster, and that member does not answer. Apply again when it is back.");

    /// <summary>INFRA4103: <c>target</c> names nothing.</summary>
    public static Diagnostic NoSuchMember(ObjectId id, string target, IEnumerable<string> members) => Error(
        "INFRA4103",
        $"{id}: its target '{Excerpt.Of(target)}' is neither a member nor a group with members of the cluster. "
        + $"The members are {string.Join(", ", members.Select(Excerpt.Of))}; 'incus cluster group list' shows the groups.");

    /// <summary>INFRA4104: the machines of one domain want to be on several members.</summary>
    public static Diagnostic SeveralTargets(ObjectId id, string domain, string one, string other) => Error(
        "INFRA4104",
        $"{id}: machines of domain '{Excerpt.Of(domain)}' have the targets '{Excerpt.Of(one)}' and '{Excerpt.Of(other)}', but a "
        + "domain lives on one member of a cluster. Give them one target, or make two domains.");

    /// <summary>INFRA4105: no member takes machines.</summary>
    public static Diagnostic NoMemberFree(ObjectId id, string? target) => Error(
        "INFRA4105",
        $"{id}: no member of the cluster{(target is null ? "" : $" in '{Excerpt.Of(target)}'")} is online and takes machines. "
        + "'incus cluster list' shows their states; scheduler.instance of a member says which machines it takes.");

    /// <summary>INFRA4107: what a policy allows cannot work.</summary>
    public static Diagnostic PolicyAcross(ObjectId id, string member, string partner, string other) => Error(
        "INFRA4107",
        $"{id}: its domain lives on member '{member}' of the cluster and domain '{Excerpt.Of(partner)}' on '{other}', so that "
        + "their policies allow what cannot arrive: bridges reach no other member. Give both the same target, or remove the "
        + "policies.");

    /// <summary>INFRA4107: the same, where the bridges of each domain are joined.</summary>
    public static Diagnostic PolicyAcrossLink(ObjectId id, ObjectId from, string member, ObjectId to, string other) => Error(
        "INFRA4107",
        $"{id}: a policy allows what cannot arrive: {from} is on member '{member}' of the cluster and {to} on '{other}'. "
        + "global.cluster.link joins the machines of one domain; between domains packets pass only within a member. Give both "
        + "machines the same target, name other machines in the policy, or make one domain of them.");

    /// <summary>INFRA4113: a domain whose machines are on several members loses what joins them.</summary>
    public static Diagnostic LinkInUse(ObjectId id, ObjectId one, string member, ObjectId two, string other) => Error(
        LinkInUseCode,
        $"{id} would lose its link between the members of the cluster, but {one} is on '{member}' and {two} on '{other}'. It was "
        + "left as it is. Give the machines of the domain one target, allow the move with AllowMove=true, and apply again.");

    /// <summary>INFRA4114: the bridge of a domain has a name that leaves no room for a tunnel.</summary>
    public static Diagnostic NameTooLongForLink(ObjectId id, string domain, ObjectId former) => Error(
        "INFRA4114",
        $"{id} would be the bridge of domain '{Excerpt.Of(domain)}' from now on: with global.cluster.link its name has at most "
        + $"13 characters, and Incus cannot rename '{former.Name}' while machines use it. Destroy the domain with "
        + $"'dotnet build -t:Destroy -p:Domain={Excerpt.Of(domain)}' and apply again, or remove the link.");

    /// <summary>INFRA4115: members have no interface of the name that the link has.</summary>
    public static Diagnostic LinkMissing(ObjectId id, string link, IReadOnlyList<string> members) => Error(
        "INFRA4115",
        $"{id}: global.cluster.link is '{Excerpt.Of(link)}', and {Names(members)} of the cluster "
        + $"{(members.Count == 1 ? "has" : "have")} no interface of that name. It must be there on every member.");

    /// <summary>INFRA4106: two members have a volume of one name.</summary>
    public static Diagnostic VolumeTwice(ObjectId id, string one, string other) => Error(
        "INFRA4106",
        $"{id} is there twice, on members '{one}' and '{other}' of the cluster, and Incus does not say which one is meant. "
        + $"Delete or rename the one without your data: 'incus storage volume rename {id.Pool} {id.Name} <new name> "
        + $"--target <member> --project {id.Project}'.");

    /// <summary>INFRA4108: one of the members between which a machine is to move is away.</summary>
    public static Diagnostic MoveToSilent(ObjectId id, string from, string to, string silent) => Error(
        "INFRA4108",
        $"{id} is to be moved from member '{from}' of the cluster to '{to}', and '{silent}' does not answer. It was left as it "
        + "is. Apply again when the member is back.");

    /// <summary>INFRA4109: a machine uses a volume that is not its own, and that stays where it is.</summary>
    public static Diagnostic MoveLeavesVolume(ObjectId id, string to, ObjectId volume) => Error(
        "INFRA4109",
        $"{id} is to be moved to member '{to}' of the cluster, but it also uses {volume}, which is not among its storage_volumes "
        + "and stays where it is: the machine could not start there. Detach the volume first, or move it yourself while nothing "
        + "that uses it runs.");

    /// <summary>INFRA4110: a move was neither completed nor undone.</summary>
    public static Diagnostic HalfMoved(ObjectId id, string reason, string wayBackReason) => Error(
        "INFRA4110",
        $"{id} was stopped for its move and stays stopped: a part of it is on the other member of the cluster, and the next "
        + $"Apply completes the move. The move: {Sentence(reason)} The way back: {Sentence(wayBackReason)}");

    /// <summary>INFRA4111: a machine has moved, and does not start there.</summary>
    public static Diagnostic MovedNotStarted(ObjectId id, string member, string reason) => Error(
        "INFRA4111",
        $"{id} is on member '{member}' of the cluster now, but it could not be changed or started there: {Sentence(reason)}");

    /// <summary>INFRA4112: what a command is about is on a member that is away.</summary>
    public static Diagnostic MemberAway(ObjectId id, string member) => Error(
        "INFRA4112",
        $"{id} is on member '{Excerpt.Of(member)}' of the cluster, which does not answer: nothing was done to it. Run this again "
        + "when the member is back.");
}
