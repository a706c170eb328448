using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Model;

/// <summary>
/// Puts the keys of users into the steps in the place of the files that infra.yml names: machines get what the build has
/// checked.
/// </summary>
/// <param name="keys">Reads the keys.</param>
internal sealed class UserKeys(NamedKeys keys)
{
    private const string Users = "users";
    private const string Keys = "ssh_keys";

    /// <summary>The items of <c>ssh_keys</c> of all users of a machine that have the form of a key or a path.</summary>
    public static IEnumerable<Located<string>> Of(Machine machine) =>
        machine.Provision.Count == 0 ? [] : machine.ItemsOfSteps(Users).SelectMany(Of);

    public Infrastructure Complete(Infrastructure infra) => infra with
    {
        Domains =
        [
            .. infra.Domains.Select(d => d.Machines.Any(m => Of(m).Any())
                ? d with { Machines = [.. d.Machines.Select(Complete)] }
                : d),
        ],
    };

    private static IEnumerable<Located<string>> Of(YamlMapping user) =>
        user.Texts(Keys).Where(k => Forms.SshKey.Accepts(k.Value));

    private Machine Complete(Machine machine)
    {
        var owner = $"Machine '{machine.Name.Value}'";
        return machine with
        {
            Provision =
            [
                .. machine.Provision.Select(s => s.With<YamlSequence>(Users, users => new(
                    users.Location,
                    [.. users.Items.Select(u => u is YamlMapping user ? Complete(user, owner) : u)],
                    users.Weight))),
            ],
        };
    }

    private YamlMapping Complete(YamlMapping user, string owner) => user.With<YamlSequence>(Keys, list => new(
        list.Location,
        [
            .. Of(user).SelectMany(item => keys.Of(owner, item).Select(key => (item.At, key))).DistinctBy(k => k.key)
                .Select(k => new YamlScalar(k.At, k.key, isPlain: false, tag: null)),
        ],
        list.Weight));
}
