using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>What Incus rejects late, or silently accepts although wrong, in the configuration of instances.</summary>
internal static class InstanceRules
{
    // Keys that a field of the machine owns: two sources for one key would hide one of them.
    private static readonly Dictionary<string, string> OwnedByField = new(StringComparer.Ordinal)
    {
        ["boot.autostart"] = "boot_autostart",
        ["boot.autostart.priority"] = "boot_priority",
        ["snapshots.schedule"] = "snapshots_schedule",
        ["snapshots.expiry"] = "snapshots_expiry",
        ["snapshots.pattern"] = "snapshots",
        ["security.protection.delete"] = "ephemeral",
    };

    public static void Check(Infrastructure infra, DiagnosticBag diagnostics)
    {
        CheckImage("global", infra.Global.DefaultOsImage, diagnostics);
        foreach (var domain in infra.Domains)
        {
            foreach (var profile in domain.Profiles)
            {
                var owner = $"Profile '{profile.Name.Value}'";
                CheckConfig(owner, profile.Config, isVirtualMachine: null, diagnostics);
                DeviceRules.Check(owner, profile.Devices, isContainer: false, diagnostics);
                RootDiskRules.CheckName(owner, profile.Devices, diagnostics);
            }

            VolumeRules.Check(domain, diagnostics);

            var profiles = domain.Profiles.Select(p => p.Name.Value).Append("default").ToHashSet(StringComparer.Ordinal);
            var applied = new AppliedProfiles(domain);
            foreach (var machine in domain.Machines)
            {
                CheckMachine(infra, domain, machine, diagnostics);
                CheckMounts($"Machine '{machine.Name.Value}'", machine, applied, diagnostics);
                RootDiskRules.Check($"Machine '{machine.Name.Value}'", machine, applied, diagnostics);
                CheckProfiles(domain, profiles, machine, diagnostics);
                if (machine.Devices.Count + domain.Profiles.Count > 0)
                {
                    InstanceTypeRules.Check(machine, applied, diagnostics);
                }
            }
        }
    }

    private static void CheckMachine(Infrastructure infra, Domain domain, Machine machine, DiagnosticBag diagnostics)
    {
        var owner = $"Machine '{machine.Name.Value}'";
        CheckConfig(owner, machine.Config, machine.IsVirtualMachine, diagnostics);
        DeviceRules.Check(owner, machine.Devices, machine.IsVirtualMachine == false, diagnostics);
        RootDiskRules.CheckName(owner, machine.Devices, diagnostics);
        CheckVariables(owner, machine, diagnostics);
        CheckSnapshots(owner, domain, machine, diagnostics);
        if (machine is { State: InfraDialect.Stopped, BootAutostart: { Value: "true" } autostart })
        {
            diagnostics.Add(RuleDiagnostics.StoppedAutostarts(autostart.At, machine.Name.Value));
        }

        foreach (var (key, _) in machine.Config)
        {
            if (OwnedByField.TryGetValue(key.Value, out var field))
            {
                diagnostics.Add(RuleDiagnostics.KeyOwnedByField(key.At, owner, key.Value, field));
            }
        }

        CheckImage(owner, machine.OsImage, diagnostics);
        if (domain.Enabled && machine.OsImage is null && infra.Global.DefaultOsImage is null)
        {
            diagnostics.Add(RuleDiagnostics.NoImage(machine.Name.At, owner));
        }

        if (domain is { Enabled: true, TrustLevel.Value: "untrusted" or "disposable" } && machine.IsVirtualMachine == false)
        {
            diagnostics.Add(RuleDiagnostics.UntrustedContainer(machine.Name.At, owner, domain.TrustLevel.Value.Value));
        }
    }

    // The server may have an image by such a name; most often the remote was forgotten.
    internal static void CheckImage(string owner, Located<string>? image, DiagnosticBag diagnostics)
    {
        if (image is { } named && named.Value.Contains('/', StringComparison.Ordinal)
            && !named.Value.Contains(':', StringComparison.Ordinal))
        {
            diagnostics.Add(RuleDiagnostics.ImageWithoutRemote(named.At, owner, named.Value));
        }
    }

    private static void CheckConfig(
        string owner, IReadOnlyList<Setting> config, bool? isVirtualMachine, DiagnosticBag diagnostics)
    {
        foreach (var (key, value) in config)
        {
            if (IncusKeys.Internal.Any(prefix => key.Value.StartsWith(prefix, StringComparison.Ordinal)))
            {
                diagnostics.Add(RuleDiagnostics.InternalKey(key.At, owner, key.Value));
            }
            else if (key.Value.StartsWith(IncusKeys.Marks, StringComparison.Ordinal))
            {
                diagnostics.Add(RuleDiagnostics.ReservedKey(key.At, owner, key.Value));
            }
            else if (IncusKeys.Find(key.Value) is not { } known)
            {
                var nearest = diagnostics.IsFull ? null : Suggestion.For(key.Value, IncusKeys.Names);
                diagnostics.Add(RuleDiagnostics.UnknownConfigKey(key.At, owner, key.Value, nearest));
            }
            else
            {
                CheckKnown(owner, key, value, known, isVirtualMachine, diagnostics);
            }
        }
    }

    private static void CheckKnown(
        string owner, Located<string> key, Located<string> value, IncusKey known, bool? isVirtualMachine,
        DiagnosticBag diagnostics)
    {
        // An empty text is no value, as in Incus.
        if (value.Value.Length > 0 && !known.Form.Fits(value.Value))
        {
            diagnostics.Add(RuleDiagnostics.WrongConfigValue(
                value.At, owner, key.Value, known.Form.Expected, value.Value, known.Form.Meant(value.Value)));
        }

        if (known.Form.LacksUnit(value.Value))
        {
            diagnostics.Add(RuleDiagnostics.SizeInBytes(value.At, owner, key.Value, value.Value));
        }

        if ((known.Scope, isVirtualMachine) is (KeyScope.Container, true) or (KeyScope.VirtualMachine, false))
        {
            diagnostics.Add(RuleDiagnostics.KeyOfOtherType(key.At, owner, key.Value, isVirtualMachine == true));
        }

        if (key.Value == "security.privileged" && value.Value == "true" && isVirtualMachine != true)
        {
            diagnostics.Add(RuleDiagnostics.Privileged(key.At, owner));
        }
    }

    private static void CheckProfiles(
        Domain domain, HashSet<string> defined, Machine machine, DiagnosticBag diagnostics)
    {
        var owner = $"Machine '{machine.Name.Value}'";
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, at) in machine.Profiles ?? [])
        {
            if (!defined.Contains(name))
            {
                var nearest = diagnostics.IsFull ? null : Suggestion.For(name, defined);
                diagnostics.Add(RuleDiagnostics.UnknownProfile(at, owner, name, domain.Name.Value, nearest));
            }
            else if (!used.Add(name))
            {
                diagnostics.Add(RuleDiagnostics.ProfileTwice(at, owner, name));
            }
        }
    }

    private static void CheckMounts(string owner, Machine machine, AppliedProfiles profiles, DiagnosticBag diagnostics)
    {
        var devices = machine.StorageVolumes.Count > 0 ? profiles.DevicesOf(machine) : [];
        var paths = new Dictionary<string, (string Name, int Line)>(StringComparer.Ordinal);
        foreach (var device in machine.Devices)
        {
            if (device.Option("type")?.Value == "disk" && device.Option("path") is { } path)
            {
                Claim(device.Name.Value, path);
            }
        }

        foreach (var volume in machine.StorageVolumes)
        {
            var name = volume.Name.Value;
            if (devices.TryGetValue(name, out var device))
            {
                diagnostics.Add(RuleDiagnostics.VolumeNamedLikeDevice(volume.Name.At, owner, name, device.Value.Name.At.Line));
            }
            else if (name is GivenDevices.RootDisk or GivenDevices.Card)
            {
                diagnostics.Add(RuleDiagnostics.VolumeNamedLikeDevice(volume.Name.At, owner, name, line: null));
            }

            if (volume.Path.Value.Length > 0)
            {
                Claim(volume.Name.Value, volume.Path);
            }
        }

        void Claim(string name, Located<string> path)
        {
            // The root of a machine is refused in any case.
            var normal = FolderRules.Normal(path.Value);
            if (normal.Length > 0 && !paths.TryAdd(normal, (name, path.At.Line)))
            {
                diagnostics.Add(RuleDiagnostics.SamePath(path.At, owner, name, normal, paths[normal].Name, paths[normal].Line));
            }
        }
    }

    private static void CheckSnapshots(string owner, Domain domain, Machine machine, DiagnosticBag diagnostics)
    {
        if (machine is { Snapshots.Schedule: { } schedule, SnapshotsFields.Schedule: not null })
        {
            diagnostics.Add(RuleDiagnostics.SnapshotsTwice(schedule.At, owner, "schedule"));
        }

        if (machine is { Snapshots.Expiry: { } expiry, SnapshotsFields.Expiry: not null })
        {
            diagnostics.Add(RuleDiagnostics.SnapshotsTwice(expiry.At, owner, "expiry"));
        }

        if (machine.SnapshotsIn(domain) is { HasHooks: true, Schedule: { } scheduled })
        {
            diagnostics.Add(RuleDiagnostics.ScheduleWithoutHooks(scheduled.At, owner));
        }
    }

    // A variable that the build writes itself would be silently replaced, or would replace it.
    internal static void CheckVariables(string owner, Machine machine, DiagnosticBag diagnostics)
    {
        foreach (var (name, _) in machine.Vars)
        {
            if (ReservedVariables.Contains(name.Value))
            {
                diagnostics.Add(RuleDiagnostics.ReservedVariable(
                    name.At, owner, name.Value, ReservedVariables.Names, ReservedVariables.Prefixes));
            }
        }
    }
}
