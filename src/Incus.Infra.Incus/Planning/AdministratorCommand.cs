using System.Text.Json;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>Commands of the incus client for an administrator to copy: text that is shown, and never run here.</summary>
internal static class AdministratorCommand
{
    /// <summary>Creates the rules of a network; the client has no other command for all of them.</summary>
    public static string CreateAcl(DesiredObject acl)
    {
        var body = new NewObject
        {
            Name = acl.Id.Name,
            Config = new Dictionary<string, string>(),
            Ingress = AclRules.Parse(acl.Properties.GetValueOrDefault(Property.Ingress)),
            Egress = AclRules.Parse(acl.Properties.GetValueOrDefault(Property.Egress)),
        };
        return Query("POST", JsonSerializer.Serialize(body, IncusJson.Default.NewObject), KindTraits.Of(ObjectKind.Acl).Path);
    }

    /// <summary>Creates a network: in a cluster it is defined on each member before it is made on all.</summary>
    public static IEnumerable<string> CreateNetwork(DesiredObject network, Cluster? cluster)
    {
        var create = $"incus network create {ShellWord.Of(network.Id.Name)}";
        return
        [
            .. (cluster?.Members ?? []).Select(m => $"{create} --target {ShellWord.Of(m.ServerName)}"),
            $"{create} {Settings(ConfigOf(network))}",
        ];
    }

    public static string CreateProject(DesiredObject project) => $"incus project create {ShellWord.Of(project.Id.Name)} "
        + string.Join(' ', ConfigOf(project).Select(p => $"--config {ShellWord.Of($"{p.Key}={p.Value}")}"));

    /// <summary>Changes some values of a network or project.</summary>
    public static string Set(ObjectId id, IEnumerable<KeyValuePair<string, string>> values) =>
        $"incus {id.Word} set {ShellWord.Of(id.Name)} {Settings(values)}";

    /// <summary>Restricts a certificate to these projects, no longer only to those that it has.</summary>
    public static string Grant(string certificate, IEnumerable<string> projects)
    {
        var body = new TrustedCertificate { Restricted = true, Projects = [.. projects] };
        return Query(
            "PATCH", JsonSerializer.Serialize(body, IncusJson.Default.TrustedCertificate), Urls.Certificate(certificate));
    }

    public static IEnumerable<KeyValuePair<string, string>> ConfigOf(DesiredObject desired) => desired.Properties
        .Where(p => p.Key.Section == Section.Config)
        .Select(p => KeyValuePair.Create(p.Key.Key, p.Value));

    private static string Query(string method, string body, string path) =>
        $"incus query --request {method} --data {ShellWord.Of(body)} {path}";

    private static string Settings(IEnumerable<KeyValuePair<string, string>> values) =>
        string.Join(' ', values.Select(p => ShellWord.Of($"{p.Key}={p.Value}")));
}
