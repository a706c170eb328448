using CsCheck;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>What holds for any infrastructure, any sequence of edits and anything that others do in between.</summary>
internal sealed class ConvergenceTests
{
    private static readonly string[] Keys = ["limits.cpu", "limits.memory", "security.nesting", "security.privileged", "user.a"];

    private static readonly Gen<Dictionary<string, string>> Config = Gen.Select(Gen.OneOf(Keys), Gen.OneOf("1", "2", "true"))
        .Array[0, 4].Select(pairs => pairs.DistinctBy(p => p.Item1).ToDictionary(p => p.Item1, p => p.Item2));

    private static readonly Gen<MachineSpec> AnyMachine = Gen.Select(
        Gen.Int[1, 9], Config, Gen.Bool, Gen.OneOf("busybox", "debian/12"), Gen.Bool, Gen.Bool,
        (number, config, ephemeral, image, withProfile, withVolume) => new MachineSpec
        {
            InstanceName = $"m{number}",
            InstanceConfig = config,
            InstanceEphemeral = ephemeral,
            InstanceOsImage = image,
            InstanceIp = $"{number}",
            InstanceProfiles = withProfile ? ["default", "extra"] : ["default"],
            InstanceStorageVolumes = withVolume
                ? new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data" } }
                : new Dictionary<string, VolumeSpec>(),
        });

    internal static readonly Gen<DomainSpec[]> AnyDomains = Gen.Select(
            Gen.Int[1, 4], AnyMachine.Array[0, 4], Config, Gen.Bool,
            (number, machines, config, ephemeral) => new DomainSpec
            {
                Name = $"d{number}",
                Ephemeral = ephemeral,
                IncusProject = $"d{number}",
                IncusNetwork = Specs.Network($"net-d{number}", $"10.77.{number}"),
                IncusNetworkAcl = Specs.Acl($"net-d{number}", $"10.77.{number}"),
                IncusProfiles = new Dictionary<string, ProfileSpec> { ["extra"] = new() { Config = config } },
                Machines =
                [
                    .. machines.DistinctBy(m => m.InstanceName)
                        .Select(m => m with { InstanceIp = $"10.77.{number}.{m.InstanceIp}" }),
                ],
            })
        .Array[0, 3].Select(domains => domains.DistinctBy(d => d.Name).ToArray());

    /// <summary>What somebody else does to the n-th object: sets a key of ours, sets a key of theirs, or stops it.</summary>
    private static readonly Gen<(int Object, string Key, string Value, bool Stop)[]> Meddling =
        Gen.Select(Gen.Int[0, 50], Gen.OneOf([.. Keys, "user.theirs"]), Gen.OneOf("1", "theirs"), Gen.Bool).Array[0, 6];

    [Test]
    public void After_any_apply_a_second_plan_has_no_work() =>
        Gen.Select(AnyDomains, Meddling, Gen.Bool, Gen.Bool).Array[1, 5].Sample(
            steps =>
            {
                var incus = new MemoryIncus();
                foreach (var (domains, meddling, allowReplace, autoCleanup) in steps)
                {
                    var request = Request(domains) with { AllowReplace = allowReplace, AutoCleanup = autoCleanup };
                    Meddle(incus, meddling);
                    incus.With(request);
                    if (allowReplace)
                    {
                        // What loses its protection may be replaced only by the next run.
                        incus.With(request);
                    }

                    incus.Plan(request).Where(r => r.Status == ActionStatus.Planned).Lines().ShouldBeEmpty();
                }
            },
            iter: 300);

    [Test]
    public void Plan_names_exactly_the_objects_that_Apply_changes_and_changes_none_itself() =>
        Gen.Select(AnyDomains, AnyDomains, Meddling, Gen.Bool).Sample(
            (before, after, meddling, autoCleanup) =>
            {
                var incus = new MemoryIncus().With(Request(before));
                Meddle(incus, meddling);
                var request = Request(after) with { AutoCleanup = autoCleanup };

                var planned = incus.Plan(request);
                incus.Changes.ShouldBeEmpty();
                var applied = incus.Apply(request);

                applied.Select(r => (r.Id, r.Action)).ShouldBe(planned.Select(r => (r.Id, r.Action)));
                incus.Changes.Select(c => c[(c.IndexOf(' ', StringComparison.Ordinal) + 1)..]).Distinct().ShouldBe(
                    planned.Where(r => r.Status == ActionStatus.Planned).Select(r => r.Id.ToString()), ignoreOrder: true);
            },
            iter: 300);

    [Test]
    public void No_edit_deletes_what_is_protected_or_foreign() =>
        Gen.Select(AnyDomains, AnyDomains).Sample(
            (before, after) =>
            {
                var incus = new MemoryIncus().With(Request(before));
                var foreign = incus.Objects.Keys.Where(id => id.Kind == ObjectKind.Project)
                    .Select(id => ObjectId.Instance(id.Name, "foreign")).ToList();
                foreign.ForEach(id => incus.Put(id, new() { Config = [], Devices = [], Profiles = ["default"] }));
                var kept = incus.Objects.Where(o => Ownership.Of(o.Key, o.Value.Object)?.Protected == true)
                    .Select(o => o.Key)
                    .Where(id => !Flipped(after, id))
                    .ToList();

                incus.Apply(Request(after) with { AutoCleanup = true, AllowReplace = true });

                foreign.Concat(kept).Where(id => !incus.Objects.ContainsKey(id)).ShouldBeEmpty();
            },
            iter: 300);

    // An object that infra.yml still has may lose its protection in the same edit.
    private static bool Flipped(DomainSpec[] domains, ObjectId id) =>
        DesiredState.Of(domains, new(new("default", ["default"]), new Dictionary<ObjectId, IncusObject>()))
            .Any(d => d.Id == id && !d.Protected);

    private static void Meddle(MemoryIncus incus, IEnumerable<(int Object, string Key, string Value, bool Stop)> meddling)
    {
        foreach (var (number, key, value, stop) in meddling.Where(_ => incus.Objects.Count > 0))
        {
            var id = incus.Objects.Keys.ElementAt(number % incus.Objects.Count);
            incus.Edit(id, o => o with
            {
                Config = new(o.Config!) { [key] = value },
                Status = stop && id.Kind == ObjectKind.Instance ? "Stopped" : o.Status,
            });
        }
    }
}
