using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Rules;

/// <summary>Finds what infra.yml names and only the project folder can show to exist.</summary>
internal static class References
{
    public static IEnumerable<Reference> Of(Infrastructure infra) => infra.Provisioned.SelectMany(Of);

    /// <summary>What one machine names.</summary>
    public static IEnumerable<Reference> Of(Machine machine)
    {
        var owner = machine.Label;
        return machine.Roles
            .Where(r => Forms.RoleName.Accepts(r.Value) && CollectionRoles.CollectionOf(r.Value) is null)
            .Select(r => new Reference(ReferenceKind.Role, owner, r))
            .Concat(Paths(machine).OfType<Located<string>>().Select(p => new Reference(ReferenceKind.File, owner, p)));
    }

    private static IEnumerable<Located<string>?> Paths(Machine machine) => machine.Provision.Count == 0 ? [] :
    [
        .. machine.AptRepositories().Select(r => r.Text("key", Forms.ProjectPath)),
        .. machine.Provision.Select(s => (s.Find("pip") as YamlMapping)?.Text("requirements", Forms.ProjectPath)),
        .. machine.Provision.Select(s => (s.Find("script") as YamlMapping)?.Text("file", Forms.ProjectPath)),
        .. machine.ItemsOfSteps("files").Select(f => f.Text("source", Forms.ProjectPath)),
        .. machine.ItemsOfSteps("files").Select(f => f.Text("template", Forms.ProjectPath)),
    ];
}
