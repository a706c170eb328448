using CsCheck;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>What holds for any infrastructure that is taken away, whatever else is there and whenever a run is killed.</summary>
internal sealed class AnyRemovalTests
{
    /// <summary>What others do to the n-th object before.</summary>
    private enum Deed
    {
        /// <summary>A machine of theirs, in our project and on our network.</summary>
        AddInstance,

        /// <summary>A machine of theirs, on our network and with our profile, in a project of theirs.</summary>
        UseNetwork,

        /// <summary>A copy, with our mark.</summary>
        Copy,

        AddProfile,
        AddVolume,
        AddImage,
        Protect,

        /// <summary>Stopped, it deletes itself.</summary>
        MakeEphemeral,

        /// <summary>As a killed replacement leaves it.</summary>
        SetAside,

        Stop,
    }

    private static readonly Gen<(Deed Deed, int Object)[]> Deeds =
        Gen.Select(Gen.Enum<Deed>(), Gen.Int[0, 50]).Array[0, 8];

    // Of everything, or of some domains.
    private static readonly Gen<RemovalRequest> Removals = Gen.Select(
        Gen.Bool, Gen.Int[1, 4].Array[1, 3], Gen.Bool,
        (all, numbers, includeProtected) => new RemovalRequest
        {
            Id = Project,
            Project = Project,
            Domains = all ? null : numbers.Select(n => $"d{n}").ToHashSet(),
            KnownDomains = Enumerable.Range(1, 4).Select(n => $"d{n}").ToHashSet(),
            IncludeProtected = includeProtected,
        });

    [Test]
    public void Nothing_foreign_or_protected_is_touched_what_is_to_go_goes_and_a_second_run_does_nothing() =>
        Gen.Select(ConvergenceTests.AnyDomains, Deeds, Removals).Sample(
            (domains, deeds, request) =>
            {
                var incus = Made(domains, deeds);
                var before = Look(incus);

                var results = incus.Destroy(request);

                Check(incus, request, before, results);
            },
            iter: 200);

    [Test]
    public void Killed_at_any_point_the_next_run_ends_the_same() =>
        Gen.Select(ConvergenceTests.AnyDomains, Deeds, Removals, Gen.Int[0, 25].Array[1, 4]).Sample(
            (domains, deeds, request, kills) =>
            {
                var incus = Made(domains, deeds);
                var before = Look(incus);
                foreach (var after in kills)
                {
                    Kill(incus, request, after);
                }

                var results = incus.Destroy(request);

                Check(incus, request, before, results);
            },
            iter: 200);

    private static void Check(
        MemoryIncus incus,
        RemovalRequest request,
        Dictionary<ObjectId, (IncusObject Object, Ownership? Owner, bool Protected)> before,
        IReadOnlyList<ActionResult> results)
    {
        results.Where(r => r.Error is not null).Select(r => r.Error!.Message).ShouldBeEmpty();
        var kept = results.Where(r => r.Status == ActionStatus.Skipped).Select(r => r.Id).ToHashSet();
        foreach (var (id, (found, owner, isProtected)) in before)
        {
            var ours = owner is not null && request.Domains?.Contains(owner.Domain) != false;
            var stays = !ours || (isProtected && !request.IncludeProtected) || kept.Contains(id);
            incus.Objects.ContainsKey(id).ShouldBe(stays, id.ToString());
            if (stays)
            {
                incus[id].ShouldBeSameAs(found, id.ToString());
            }
        }

        foreach (var result in results.Where(r => r.Action == ActionKind.Keep))
        {
            incus.IsUsed(result.Id).ShouldBeTrue(result.Id.ToString());
        }

        incus.Changes.Clear();
        incus.Destroy(request).Select(r => (r.Id, r.Status)).ShouldBe(kept.Select(id => (id, ActionStatus.Skipped)));
        incus.Changes.ShouldBeEmpty();
    }

    // Ours as the marks say, read here without the planner; a project's own profile goes with it.
    private static Dictionary<ObjectId, (IncusObject Object, Ownership? Owner, bool Protected)> Look(MemoryIncus incus) =>
        incus.Objects.Keys.Where(id => !id.IsDefaultProfile).ToDictionary(id => id, id =>
        {
            var live = incus[id];
            var original = SetAside.Of(live) is { } aside ? id with { Name = aside.Name } : id;
            var owner = Ownership.Of(original, live) is { Infrastructure.Id: Project } found ? found : null;
            var isLocked = live.Config?.GetValueOrDefault(IncusObject.DeleteProtectionKey) == "true";
            return (live, owner, isLocked || owner?.Protected == true);
        });

    private static MemoryIncus Made(DomainSpec[] domains, IEnumerable<(Deed Deed, int Object)> deeds)
    {
        var incus = new MemoryIncus().With(Request(Domain("theirs", 9, Machine("theirs"))) with { Id = "theirs" });
        incus.With(Request(domains));
        foreach (var (deed, number) in deeds)
        {
            var ours = incus.Objects.Keys
                .Where(id => Ownership.Of(id, incus[id]) is { Infrastructure.Id: Project })
                .OrderBy(id => id.ToString(), StringComparer.Ordinal)
                .ToList();
            if (ours.Count > 0)
            {
                Do(incus, deed, ours[number % ours.Count], number);
            }
        }

        incus.Changes.Clear();
        return incus;
    }

    private static void Do(MemoryIncus incus, Deed deed, ObjectId id, int number)
    {
        var project = id.Traits.Home == Home.Server ? "theirs" : id.Project;
        var foreign = ObjectId.Instance(project, $"foreign{number}");
        switch (deed)
        {
            case Deed.AddInstance:
                incus.Put(foreign, new() { Config = [], Devices = [], Profiles = ["default"], Status = "Running" });
                break;
            case Deed.UseNetwork when id.Kind == ObjectKind.Network:
                incus.Put(foreign, new()
                {
                    Config = [],
                    Devices = new() { ["eth0"] = new() { ["type"] = "nic", ["network"] = id.Name } },
                    Profiles = [],
                    Status = "Running",
                });
                break;
            case Deed.Copy when id.Kind is ObjectKind.Instance or ObjectKind.Profile:
                // With the address of its original, Incus would refuse it.
                incus.Copy(id, id with { Name = $"copy{number}" });
                incus.Edit(id with { Name = $"copy{number}" }, o => o with { Devices = [] });
                break;
            case Deed.AddProfile when id.Traits.Home == Home.Project:
                incus.Put(ObjectId.Profile(project, $"foreign{number}"), new() { Config = [], Devices = [] });
                break;
            case Deed.AddVolume when id.Traits.Home == Home.Project:
                incus.Put(ObjectId.Volume(project, "default", $"foreign{number}"), new() { Config = [] });
                break;
            case Deed.AddImage when id.Kind == ObjectKind.Project:
                incus.OwnImages.Add((id.Name, "golden"));
                break;
            case Deed.Protect when id.Kind == ObjectKind.Instance:
                incus.Edit(id, o => o with { Config = new(o.Config!) { [IncusObject.DeleteProtectionKey] = "true" } });
                break;
            case Deed.MakeEphemeral when id.Kind == ObjectKind.Instance && SetAside.Of(incus[id]) is null:
                incus.Edit(id, o => o with { Ephemeral = true });
                break;
            case Deed.SetAside when id.Kind == ObjectKind.Instance:
                var prepared = SetAside.Prepare(incus[id]) with { Status = "Stopped", Ephemeral = false };
                incus.Objects.Remove(id);
                incus.Put(id with { Name = SetAside.NameOf(prepared, id.Name) }, prepared);
                break;
            case Deed.Stop when id.Kind == ObjectKind.Instance:
                incus.Edit(id, o => o with { Status = "Stopped" });
                break;
            default:
                break;
        }
    }

    private static void Kill(MemoryIncus incus, RemovalRequest request, int after)
    {
        var changes = 0;
        incus.BeforeChange = (_, _) =>
        {
            if (changes++ >= after)
            {
                throw new InvalidOperationException("killed");
            }
        };
        try
        {
            incus.Destroy(request);
        }
        catch (InvalidOperationException)
        {
            // As it should; a short run has ended before.
        }

        incus.BeforeChange = (_, _) => { };
    }
}
