namespace Incus.Infra.Core.Diagnostics;

/// <summary>INFRA2301 to INFRA2336: instances, profiles, devices and volumes.</summary>
internal static partial class RuleDiagnostics
{
    public static Diagnostic UnknownProfile(SourceLocation at, string owner, string name, string domain, string? nearest) =>
        Error("INFRA2301", at,
            $"{Excerpt.Of(owner)}: profile '{Excerpt.Of(name)}' is not defined in domain '{Excerpt.Of(domain)}'. "
            + DidYouMean(nearest, "Define it under the domain's profiles."));

    /// <summary>A privileged container: root inside is root on the host.</summary>
    public static Diagnostic Privileged(SourceLocation at, string owner) =>
        Error("INFRA2302", at,
            $"{Excerpt.Of(owner)}: security.privileged makes root in the container root on the host. "
            + "Use type: vm, or security.nesting with the security.syscalls.intercept keys.");

    /// <summary>A device, or an option of one, that only the other type of instance has.</summary>
    public static Diagnostic DeviceOfOtherType(
        SourceLocation at, string machine, string device, string what, bool isVirtualMachine) =>
        Error("INFRA2680", at,
            $"Machine '{Excerpt.Of(machine)}': {what} of device '{Excerpt.Of(device)}' is for "
            + (isVirtualMachine
                ? "containers, but this is a virtual machine. Remove it."
                : "virtual machines, but this is a container. Remove it, or use type: vm."));

    public static Diagnostic KeyOfOtherType(SourceLocation at, string owner, string key, bool isVirtualMachine) =>
        Error("INFRA2303", at, isVirtualMachine
            ? $"{Excerpt.Of(owner)}: '{Excerpt.Of(key)}' is for containers, but this is a virtual machine. Remove it."
            : $"{Excerpt.Of(owner)}: '{Excerpt.Of(key)}' is for virtual machines, but this is a container. "
                + "Remove it, or use type: vm.");

    /// <summary>A key that Incus does not have (warning: a newer Incus may).</summary>
    public static Diagnostic UnknownConfigKey(SourceLocation at, string owner, string key, string? nearest) =>
        Warning("INFRA2304", at,
            $"{Excerpt.Of(owner)}: Incus has no instance option '{Excerpt.Of(key)}' and would reject it. "
            + DidYouMean(nearest, "Remove it, or prefix it with 'user.' if it is your own."));

    public static Diagnostic WrongConfigValue(
        SourceLocation at, string owner, string key, string expected, string value, string? meant) =>
        Error("INFRA2305", at,
            $"{Excerpt.Of(owner)}: '{Excerpt.Of(key)}' must be {expected}, but is '{Excerpt.Of(value)}'."
            + (meant is null ? "" : $" Did you mean '{Excerpt.Of(meant)}'?"));

    /// <summary>A size without a unit that is meant in another one than bytes (warning).</summary>
    public static Diagnostic SizeInBytes(SourceLocation at, string owner, string key, string value) =>
        Warning("INFRA2363", at,
            $"{Excerpt.Of(owner)}: '{Excerpt.Of(key)}' is {Excerpt.Of(value)} bytes, as it has no unit. "
            + $"Write it, such as {Excerpt.Of(value)}MiB or {Excerpt.Of(value)}GiB, or {Excerpt.Of(value)}B if bytes are meant.");

    /// <summary>A key that Incus writes itself.</summary>
    public static Diagnostic InternalKey(SourceLocation at, string owner, string key) =>
        Error("INFRA2306", at, $"{Excerpt.Of(owner)}: '{Excerpt.Of(key)}' is managed by Incus itself. Remove it.");

    public static Diagnostic DeviceWithoutType(SourceLocation at, string owner, string device) =>
        Error("INFRA2307", at, $"{Excerpt.Of(owner)}: device '{Excerpt.Of(device)}' has no type. Add one, such as type: disk.");

    public static Diagnostic UnknownDeviceType(
        SourceLocation at, string owner, string device, string type, IEnumerable<string> known, string? nearest) =>
        Error("INFRA2308", at,
            $"{Excerpt.Of(owner)}: device '{Excerpt.Of(device)}' has type '{Excerpt.Of(type)}', which Incus does not know. "
            + DidYouMean(nearest, $"Use {string.Join(", ", known)}."));

    /// <summary>A volume whose device would replace another device.</summary>
    public static Diagnostic VolumeNamedLikeDevice(SourceLocation at, string owner, string name, int? line) =>
        Error("INFRA2311", at,
            $"{Excerpt.Of(owner)}: volume '{Excerpt.Of(name)}' has the name of "
            + (line is null
                ? "the device that every machine has for its root disk or network. Rename it."
                : $"a device of the machine or of its profiles (line {line}). Rename one of them."));

    /// <summary>Two mounts on the same path.</summary>
    public static Diagnostic SamePath(SourceLocation at, string owner, string name, string path, string other, int line) =>
        Error("INFRA2312", at,
            $"{Excerpt.Of(owner)}: '{Excerpt.Of(name)}' and '{Excerpt.Of(other)}' (line {line}) "
            + $"are both mounted on {Excerpt.Of(path)}. Move one of them.");

    public static Diagnostic NoImage(SourceLocation at, string owner) =>
        Error("INFRA2313", at, $"{Excerpt.Of(owner)} has no image. Set its os_image, or global.default_os_image.");

    public static Diagnostic ProfileTwice(SourceLocation at, string owner, string name) =>
        Error("INFRA2314", at, $"{Excerpt.Of(owner)}: profile '{Excerpt.Of(name)}' is listed twice. Remove one.");

    /// <summary>A key of Incus that a field of the machine sets.</summary>
    public static Diagnostic KeyOwnedByField(SourceLocation at, string owner, string key, string field) =>
        Error("INFRA2315", at,
            $"{Excerpt.Of(owner)}: '{Excerpt.Of(key)}' is set by the field '{field}'. Use that field instead.");

    /// <summary>A variable that the build writes itself, or that controls how Ansible connects or what Apply may do.</summary>
    public static Diagnostic ReservedVariable(
        SourceLocation at, string owner, string name, IEnumerable<string> names, IEnumerable<string> prefixes) =>
        Error("INFRA2316", at,
            $"{Excerpt.Of(owner)}: variable '{Excerpt.Of(name)}' is reserved for the build or Ansible, "
            + $"as are {string.Join(", ", names)}, and all that start with {string.Join(", ", prefixes)}. Rename it.");

    /// <summary>A container in a domain that is not trusted (warning).</summary>
    public static Diagnostic UntrustedContainer(SourceLocation at, string owner, string level) =>
        Warning("INFRA2317", at,
            $"{Excerpt.Of(owner)} is a container in a domain of trust level '{Excerpt.Of(level)}': it shares the host's kernel. "
            + "Consider type: vm.");

    /// <summary>A snapshot setting in two places.</summary>
    public static Diagnostic SnapshotsTwice(SourceLocation at, string owner, string field) =>
        Error("INFRA2323", at,
            $"{Excerpt.Of(owner)} has both snapshots.{field} and snapshots_{field}. Keep one of them.");

    /// <summary>A schedule together with hooks, which it does not run (warning).</summary>
    public static Diagnostic ScheduleWithoutHooks(SourceLocation at, string owner) =>
        Warning("INFRA2324", at,
            $"{Excerpt.Of(owner)}: Incus's own schedule does not run pre and post. "
            + "Remove the schedule and run the target Snapshots from a timer.");

    /// <summary>A role without namespace that is in neither of the two places.</summary>
    public static Diagnostic UnknownRole(SourceLocation at, string owner, string role, string? nearest) =>
        Error("INFRA2318", at,
            $"{Excerpt.Of(owner)}: role '{Excerpt.Of(role)}' is neither in the folder roles of the project "
            + "nor in the collection incus.infra. "
            + DidYouMean(nearest, "Create its folder, or write namespace.collection.role for a role in another collection."));

    public static Diagnostic NoSuchFile(SourceLocation at, string owner, string path) =>
        Error("INFRA2319", at,
            $"{Excerpt.Of(owner)}: there is no file '{Excerpt.Of(path)}' in the project folder. Create it, or correct the path.");

    /// <summary>A file that a symbolic link takes out of the project.</summary>
    public static Diagnostic FileLeavesProject(SourceLocation at, string owner, string path) =>
        Error("INFRA2320", at,
            $"{Excerpt.Of(owner)}: '{Excerpt.Of(path)}' leaves the project folder through a symbolic link. "
            + "Put the file itself into the project.");

    /// <summary>Two steps of a machine that cannot be told apart.</summary>
    public static Diagnostic StepTwice(SourceLocation at, string owner, string name, int line) =>
        Error("INFRA2321", at,
            $"{Excerpt.Of(owner)}: a step on line {line} is also named '{Excerpt.Of(name)}'. Give each step its own name.");

    /// <summary>Two apt repositories of a machine that would be one file.</summary>
    public static Diagnostic RepositoryTwice(SourceLocation at, string owner, string name, int line) =>
        Error("INFRA2322", at,
            $"{Excerpt.Of(owner)}: the apt repository '{Excerpt.Of(name)}' is already on line {line}. "
            + "Remove one of them, or rename it.");

    /// <summary>Two volumes of a domain that would be one volume in Incus.</summary>
    public static Diagnostic VolumeNameTaken(
        SourceLocation at, string machine, string volume, string name, string holder, int line) =>
        Error("INFRA2325", at,
            $"Machine '{Excerpt.Of(machine)}': volume '{Excerpt.Of(volume)}' would be '{Excerpt.Of(name)}' in Incus, "
            + $"like a volume of '{Excerpt.Of(holder)}' (line {line}). Rename one of them.");

    public static Diagnostic VolumeNameTooLong(SourceLocation at, string machine, string volume, int length, int longest) =>
        Error("INFRA2326", at,
            $"Machine '{Excerpt.Of(machine)}': volume '{Excerpt.Of(volume)}': its name in Incus joins both names with a hyphen "
            + $"and has {length} characters, but Incus 7.0 allows {longest}. Shorten one of the names.");

    public static Diagnostic ReservedKey(SourceLocation at, string owner, string key) =>
        Error("INFRA2327", at,
            $"{Excerpt.Of(owner)}: '{Excerpt.Of(key)}' is reserved: Apply records under it what it created. "
            + "Use another name after 'user.'.");

    /// <summary>A device that has the name of the root disk but is something else.</summary>
    public static Diagnostic RootIsNoRootDisk(SourceLocation at, string owner) =>
        Error("INFRA2328", at,
            $"{Excerpt.Of(owner)}: 'root' is the root disk, with type disk, path / and no source. Rename this device.");

    public static Diagnostic DeviceIncomplete(SourceLocation at, string owner, string device, string type, string options) =>
        Error("INFRA2329", at,
            $"{Excerpt.Of(owner)}: device '{Excerpt.Of(device)}' of type {Excerpt.Of(type)} needs {Excerpt.Of(options)}. "
            + "Add it.");

    /// <summary>A second NIC of a machine on the same bridge.</summary>
    public static Diagnostic SecondCard(SourceLocation at, string machine, string card, string bridge, string other, int line) =>
        Error("INFRA2330", at,
            $"Machine '{Excerpt.Of(machine)}': '{Excerpt.Of(card)}' is a second NIC on {Excerpt.Of(bridge)} "
            + $"besides '{Excerpt.Of(other)}' (line {line}), but Incus allows one. "
            + "Every machine has 'eth0' on the bridge of its domain: write the options there, or choose another network.");

    /// <summary>An address of a NIC that differs from the machine's.</summary>
    public static Diagnostic AddressOfCard(
        SourceLocation at, string machine, string card, string address, string own, int? line) =>
        Error("INFRA2331", at,
            $"Machine '{Excerpt.Of(machine)}': '{Excerpt.Of(card)}' has the address {Excerpt.Of(address)}, "
            + $"but the machine has {Excerpt.Of(own)} "
            + (line is null ? "from the build" : $"(line {line})")
            + ". Write the address as the machine's ip, and remove ipv4.address here.");

    /// <summary>An address that another machine has on the same bridge.</summary>
    public static Diagnostic CardAddressTaken(
        SourceLocation at, string machine, string card, string address, string holder, int line) =>
        Error("INFRA2332", at,
            $"Machine '{Excerpt.Of(machine)}': the address {Excerpt.Of(address)} of '{Excerpt.Of(card)}' "
            + $"is already used by '{Excerpt.Of(holder)}' (line {line}). Give one of them another address.");

    /// <summary>A MAC address that another NIC on the same bridge has.</summary>
    public static Diagnostic HardwareAddressTaken(
        SourceLocation at, string machine, string card, string address, string holder, int line) =>
        Error("INFRA2333", at,
            $"Machine '{Excerpt.Of(machine)}': the MAC address {Excerpt.Of(address)} of '{Excerpt.Of(card)}' "
            + $"is already used by '{Excerpt.Of(holder)}' (line {line}). "
            + "Remove hwaddr from one of them, so that Incus chooses one.");

    /// <summary>Two proxies or ports that listen on the same port.</summary>
    public static Diagnostic PortTaken(
        SourceLocation at, string machine, string what, string listen, string holder, string other, int line) =>
        Error("INFRA2334", at,
            $"Machine '{Excerpt.Of(machine)}': {Excerpt.Of(what)} listens on {Excerpt.Of(listen)}, "
            + $"like {Excerpt.Of(other)} of '{Excerpt.Of(holder)}' (line {line}). Give one of them another port.");

    /// <summary>Two NICs of a machine that would be the same interface in it.</summary>
    public static Diagnostic InterfaceTwice(
        SourceLocation at, string machine, string card, string name, string other, int line) =>
        Error("INFRA2335", at,
            $"Machine '{Excerpt.Of(machine)}': '{Excerpt.Of(card)}' is named {Excerpt.Of(name)} in the machine, "
            + $"like '{Excerpt.Of(other)}' (line {line}). Give one of them another name.");

    /// <summary>Something else mounted in place of the root disk.</summary>
    public static Diagnostic SecondRootDisk(SourceLocation at, string owner, string name) =>
        Error("INFRA2336", at,
            $"{Excerpt.Of(owner)}: '{Excerpt.Of(name)}' is mounted on /, where the root disk is. "
            + "Write its options under the device 'root', or move it.");

    private static string DidYouMean(string? nearest, string otherwise) =>
        nearest is null ? otherwise : $"Did you mean '{Excerpt.Of(nearest)}'?";
}
