using System.Globalization;
using System.Text.RegularExpressions;

namespace Incus.Infra.Core.Dialect;

/// <summary>
/// What Incus takes as the value of an option (source: shared/validate, shared/units and internal/instance of Incus). What
/// one of 6.0 and 7.0 takes is not refused, but for what the language has nowhere: leading zeros and plus signs, and in config
/// other booleans than true and false.
/// </summary>
/// <param name="Expected">The form as it completes "… must be".</param>
/// <param name="Fits">Whether a value that is not empty has the form.</param>
internal sealed partial record ValueForm(string Expected, Func<string, bool> Fits)
{
    public static readonly ValueForm Text = new("text", _ => true);

    public static readonly ValueForm Line = new("text on one line", value => !value.Contains('\n', StringComparison.Ordinal));

    public static readonly ValueForm Boolean = OneOf("true", "false");

    public static readonly ValueForm AnyBoolean = new("true or false", IsBoolean);

    public static readonly ValueForm Autostart = OneOf("true", "false", "last-state");

    public static readonly ValueForm Integer = Number(long.MinValue, long.MaxValue) with { Expected = "a whole number" };

    public static readonly ValueForm Unsigned = Number(0, uint.MaxValue);

    public static readonly ValueForm Priority = Number(0, 10);

    public static readonly ValueForm OomPriority = Number(-1000, 1000);

    public static readonly ValueForm Size = new("a size such as 512MiB or 10GiB", value => Bytes(value) is not null);

    public static readonly ValueForm Memory = new(
        "a size such as 512MiB or 8GiB, or a share of the host's memory such as 50%",
        value => (value.EndsWith('%') ? Whole(value[..^1]) : Bytes(value)) is not (null or 0));

    public static readonly ValueForm SizeOrBoolean = new(
        "true, false, or a size such as 512MiB or 1GiB",
        value => IsBoolean(value) || Bytes(value) is not null);

    public static readonly ValueForm Cpus = new(
        "a number of CPUs from 1, or CPUs such as 0-3 or 0,2", value => IsCpuSet(value) || CpuTopology().IsMatch(value));

    public static readonly ValueForm CpuNodes = new(
        "NUMA nodes such as 0-1, or balanced", value => value is "0" or "balanced" || IsCpuSet(value));

    public static readonly ValueForm CpuAllowance = new("a share such as 50%, or a time such as 25ms/100ms", CpuTime().IsMatch);

    public static readonly ValueForm Expiry = new(
        "a duration such as 30d or '1w 2d', in M minutes, H hours, d days, w weeks, m months or y years", IsExpiry);

    public static readonly ValueForm HardwareAddress = new("a hardware address such as 10:66:6a:00:00:01", Mac().IsMatch);

    public static readonly ValueForm Address = new(
        "an IPv4 address such as 10.100.3.7, or none", value => value == "none" || Forms.Ipv4.Accepts(value));

    public static readonly ValueForm ProxyEnd = new(
        "such as tcp:0.0.0.0:80, udp:127.0.0.1:53 or unix:/run/app.sock", value => ProxyAddress.Parse(value) is not null);

    public static readonly ValueForm BitRate = new(
        "a rate in bit per second such as 10Mbit or 1Gbit", value => Bits(value) is not null);

    public static readonly ValueForm DiskRate = new(
        "a rate in bytes per second such as 30MB, or a number of requests such as 200iops",
        value => value.Split(',').All(IsDiskRate));

    public static readonly ValueForm FileMode = new("an octal file mode such as 0660", OctalNumber().IsMatch);

    public static readonly ValueForm DeviceId = new("four hexadecimal digits in lower case, such as 10de", FourDigits().IsMatch);

    public static readonly ValueForm PciAddress = new("a PCI address such as 0000:01:00.0", PciPlace().IsMatch);

    public static readonly ValueForm Byte = Number(0, byte.MaxValue);

    public static readonly ValueForm Mtu = Number(1280, 16384);

    public static readonly ValueForm Vlan = new(
        "a whole number from 0 to 4094, or none", value => value == "none" || Whole(value) is >= 0 and <= 4094);

    public static readonly ValueForm InterfaceName = new(
        "2 to 15 letters, digits, hyphens, underscores and dots", Interface().IsMatch);

    public static readonly ValueForm WorldWideName = new("a hexadecimal number such as 0x5000c500a1b2c3d4", Wwn().IsMatch);

    private static readonly Dictionary<string, long> Units = new(StringComparer.Ordinal)
    {
        [""] = 1,
        ["B"] = 1,
        [" bytes"] = 1,
        ["kB"] = 1000,
        ["MB"] = 1000_000,
        ["GB"] = 1000_000_000,
        ["TB"] = 1000_000_000_000,
        ["PB"] = 1000_000_000_000_000,
        ["EB"] = 1000_000_000_000_000_000,
        ["KiB"] = 1L << 10,
        ["MiB"] = 1L << 20,
        ["GiB"] = 1L << 30,
        ["TiB"] = 1L << 40,
        ["PiB"] = 1L << 50,
        ["EiB"] = 1L << 60,
    };

    private static readonly Dictionary<string, long> BitUnits = new(StringComparer.Ordinal)
    {
        [""] = 1,
        ["bit"] = 1,
        ["kbit"] = 1000,
        ["Mbit"] = 1000_000,
        ["Gbit"] = 1000_000_000,
        ["Tbit"] = 1000_000_000_000,
        ["Pbit"] = 1000_000_000_000_000,
        ["Ebit"] = 1000_000_000_000_000_000,
        ["Kibit"] = 1L << 10,
        ["Mibit"] = 1L << 20,
        ["Gibit"] = 1L << 30,
        ["Tibit"] = 1L << 40,
        ["Pibit"] = 1L << 50,
        ["Eibit"] = 1L << 60,
    };

    /// <summary>Whether a value is a size of less than a mebibyte only because its unit was forgotten.</summary>
    public bool LacksUnit(string value) =>
        (this == Size || this == Memory) && value.All(char.IsAsciiDigit) && Whole(value) is > 0 and < 1 << 20;

    /// <summary>
    /// What a value that does not fit was probably meant to be, or null: without blanks, and with the unit as Incus writes it,
    /// where <c>G</c> is that of other tools for <c>GiB</c>.
    /// </summary>
    public string? Meant(string value)
    {
        var text = value.Replace(" ", "", StringComparison.Ordinal);
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        return Units.Keys.Concat(BitUnits.Keys)
            .Where(unit => unit.Equals(text[digits..], StringComparison.OrdinalIgnoreCase)
                || unit.Equals(text[digits..] + "iB", StringComparison.OrdinalIgnoreCase))
            .Select(unit => text[..digits] + unit)
            .Prepend(text)
            .FirstOrDefault(Fits);
    }

    public static ValueForm OneOf(params string[] words) =>
        new($"{string.Join(", ", words[..^1])} or {words[^1]}", words.Contains);

    private static ValueForm Number(long minimum, long maximum) => new(
        $"a whole number from {minimum} to {maximum}",
        value => !OtherNotation().IsMatch(value) && Whole(value) is { } number && number >= minimum && number <= maximum);

    private static long? Whole(string value) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static long? Bytes(string value) => Scaled(value, Units);

    private static long? Bits(string value) => Scaled(value, BitUnits);

    private static bool IsDiskRate(string value) =>
        value.EndsWith("iops", StringComparison.Ordinal) ? Whole(value[..^4]) is not null : Bytes(value) is not null;

    private static long? Scaled(string value, Dictionary<string, long> units)
    {
        var digits = value.TakeWhile(char.IsAsciiDigit).Count();
        return units.TryGetValue(value[digits..], out var unit) && Whole(value[..digits]) is { } number
            && (Int128)number * unit <= long.MaxValue
            ? number * unit
            : null;
    }

    private static bool IsBoolean(string value) => IncusBoolean.IsTrue(value) || IncusBoolean.IsFalse(value);

    // One number is how many CPUs; with a comma or hyphen it is which ones, each at most once.
    private static bool IsCpuSet(string value)
    {
        if (!CpuList().IsMatch(value))
        {
            return false;
        }

        var ranges = value.Split(',').Select(part => part.Split('-')).ToList();
        if (ranges.Exists(r => r.Length > 2 || r.Any(end => Whole(end) is null)))
        {
            return false;
        }

        var sets = ranges.Select(r => (First: Whole(r[0]), Last: Whole(r[^1]))).Where(r => r.First <= r.Last).Order().ToList();
        return value.Contains(',', StringComparison.Ordinal) || value.Contains('-', StringComparison.Ordinal)
            ? !sets.Zip(sets.Skip(1)).Any(pair => pair.Second.First <= pair.First.Last)
            : Whole(value) > 0;
    }

    private static bool IsExpiry(string value)
    {
        var parts = value.Trim().Split(' ');
        return parts.All(p => ExpiryPart().IsMatch(p) && Whole(p[..^1]) is not null)
            && parts.Where(p => Whole(p[..^1]) > 0).GroupBy(p => p[^1]).All(unit => unit.Count() == 1);
    }

    [GeneratedRegex(@"^(\+|-?0[0-9])")]
    private static partial Regex OtherNotation();

    [GeneratedRegex(@"^[0-9]+([,-][0-9]+)?(,[0-9]+([,-][0-9]+)*)?\z")]
    private static partial Regex CpuList();

    [GeneratedRegex(@"^ *(sockets|cores|threads) *= *[1-9][0-9]{0,8} *(, *(sockets|cores|threads) *= *[1-9][0-9]{0,8} *){0,2}\z")]
    private static partial Regex CpuTopology();

    [GeneratedRegex(@"^([+-]?[0-9]{1,18}%|[+-]?[0-9]{1,18}(ms)?/[+-]?[0-9]{1,18}(ms)?)\z")]
    private static partial Regex CpuTime();

    [GeneratedRegex(@"^[0-9]+[SMHdwmy]\z")]
    private static partial Regex ExpiryPart();

    [GeneratedRegex(@"^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}\z")]
    private static partial Regex Mac();

    [GeneratedRegex(@"^[0-7]{1,10}\z")]
    private static partial Regex OctalNumber();

    [GeneratedRegex(@"^[0-9a-f]{4}\z")]
    private static partial Regex FourDigits();

    [GeneratedRegex(@"^([0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-9a-fA-F]\z")]
    private static partial Regex PciPlace();

    [GeneratedRegex(@"^[-_a-zA-Z0-9.]{2,15}\z")]
    private static partial Regex Interface();

    [GeneratedRegex(@"^0x[0-9a-fA-F]{1,16}\z")]
    private static partial Regex Wwn();
}
