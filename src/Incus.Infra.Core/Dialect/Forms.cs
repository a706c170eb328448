using System.Text.RegularExpressions;

namespace Incus.Infra.Core.Dialect;

/// <summary>The forms of names and values. Each pattern is also valid in JSON Schema (ECMA 262).</summary>
internal static partial class Forms
{
    private const string Octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";

    private const string PortNumber =
        "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";

    public static readonly TextShape Text = new();

    public static readonly TextShape NonEmpty = new(NonEmptyPattern(), "text that is not empty");

    public static readonly TextShape DomainName = new(DomainNamePattern(),
        "1 to 63 lower-case letters, digits and hyphens, without a hyphen at either end");

    public static readonly TextShape MachineName = new(MachineNamePattern(),
        "1 to 63 lower-case letters, digits and hyphens, starting with a letter and not ending with a hyphen");

    public static readonly TextShape FormerMachine = new(FormerMachinePattern(),
        "the name of a machine, such as web, or for one of another domain that and a slash before it, such as lab/web");

    // Incus 6.0 takes them with any end, 7.0 does not.
    public static readonly TextShape ObjectName = new(ObjectNamePattern(),
        "1 to 63 letters, digits, hyphens, underscores and dots, starting and ending with a letter or digit");

    // With a prefix it is the name of a device, which Incus has of 64 characters at most.
    public static readonly TextShape FolderName = new(FolderNamePattern(),
        "1 to 60 letters, digits, hyphens, underscores and dots, starting and ending with a letter or digit");

    // Of what Apply does not make.
    public static readonly TextShape Name = new(NamePattern(),
        "1 to 63 letters, digits, hyphens, underscores and dots, starting with a letter or digit");

    public static readonly TextShape ConfigKey = new(ConfigKeyPattern(),
        "an Incus key: letters, digits, dots, hyphens, underscores and slashes");

    public static readonly TextShape VariableName = new(VariableNamePattern(),
        "an Ansible variable name: letters, digits and underscores, not starting with a digit");

    public static readonly TextShape RoleName = new(RoleNamePattern(),
        "a role name such as web_server, namespace.role or namespace.collection.role");

    public static readonly TextShape Line = new(LinePattern(), "one line of text");

    public static readonly TextShape Word = new(WordPattern(),
        "text without spaces that does not start with a hyphen");

    public static readonly TextShape EnvironmentName = new(VariableNamePattern(),
        "the name of an environment variable: letters, digits and underscores, not starting with a digit");

    public static readonly TextShape ProjectPath = new(ProjectPathPattern(),
        "a path inside the project folder, such as scripts/setup.sh, without '..'");

    public static readonly TextShape CsvPath = new(CsvPathPattern(),
        "a CSV file inside the project folder, such as students.csv, without '..'");

    public static readonly TextShape SshKey = new(SshKeyPattern(),
        "a public key such as 'ssh-ed25519 AAAA… alice', or a file of them inside the project folder, such as keys/alice.pub");

    public static readonly TextShape UserName = new(UserNamePattern(),
        "a user name: 1 to 32 lower-case letters, digits, hyphens and underscores, starting with a letter or underscore");

    public static readonly TextShape FilePath = new(FilePathPattern(),
        "the absolute path of a file, such as /etc/motd, without '//', '/./' and '/../'");

    public static readonly TextShape FileMode = new(FileModePattern(), "an octal mode in quotes, such as \"0644\"");

    public static readonly TextShape ServiceName = new(ServiceNamePattern(),
        "a unit of systemd such as nginx or backup.timer; nginx stands for nginx.service");

    public static readonly TextShape AptPackage = new(AptPackagePattern(),
        "a Debian package such as nginx, or with its version nginx=1.26.3-3");

    public static readonly TextShape PythonPackage = new(PythonPackagePattern(),
        "a Python requirement such as flask or flask>=3.0 (PEP 508)");

    public static readonly TextShape Url = new(UrlPattern(), "a URL such as https://example.org/simple, without spaces");

    public static readonly TextShape UrlOrPath = new(UrlOrPathPattern(),
        "an absolute path such as /srv/wheels, or a URL, without spaces");

    public static readonly TextShape Ipv4 = new(Ipv4Pattern(), "an IPv4 address such as 10.100.3.7");

    public static readonly TextShape Base = new(BasePattern(), "the first two octets in quotes, such as \"10.100\"");

    public static readonly TextShape Image = new(ImagePattern(), "an image such as images:debian/13, without spaces");

    public static readonly TextShape ClusterTarget = new(ClusterTargetPattern(),
        "a member of the cluster such as node2, or a group of members such as @gpu");

    public static readonly TextShape Interface = new(InterfacePattern(),
        "a network interface of the members such as eth1: at most 15 letters, digits, dots, hyphens and underscores");

    public static readonly TextShape Remote = new(RemotePattern(), "a remote of the incus client, such as lab");

    public static readonly TextShape Size = new(SizePattern(), "a size such as 500MiB or 10GiB");

    public static readonly TextShape Percentage = new(PercentagePattern(), "a percentage from 1% to 99%");

    public static readonly TextShape SizeOrPercentage = new(SizeOrPercentagePattern(),
        "a size such as 4GiB, or a percentage from 1% to 99%");

    public static readonly TextShape AbsolutePath = new(AbsolutePathPattern(),
        "an absolute path without '..', such as /srv/data");

    public static readonly TextShape PortName = new(PortNamePattern(),
        "1 to 31 lower-case letters, digits and hyphens, starting with a letter and not ending with a hyphen");

    public static readonly TextShape PortForward = new(PortForwardPattern(),
        "auto, auto:80 or 8080:80, optionally between an address of the host, as in 127.0.0.1:8080:80, and /udp");

    public static readonly TextShape HttpProbe = new(HttpProbePattern(),
        "a port of the machine and a path, such as ':80/' or ':8080/health'");

    public static readonly TextShape Seconds = new(SecondsPattern(), "1s to 3600s, or 1m to 60m");

    public static readonly TextShape Cron = new(CronPattern(),
        "five cron fields such as '0 3 * * *', or @hourly, @daily, @weekly, @monthly, @annually or @startup");

    public static readonly TextShape Expiry = new(ExpiryPattern(),
        "a duration of at most 99999w, in minutes, hours, days or weeks, such as 60m, 24h, 30d or 2w");

    public static readonly TextShape SnapshotPattern = new(SnapshotPatternPattern(),
        "a pattern such as 'auto-%d', with one %d at most, and without spaces and slashes outside {{ }}");

    // Not \S: .NET and ECMA 262 count different characters as white space.
    [GeneratedRegex(@"^[\s\S]*[^ \t\r\n][\s\S]*$")]
    private static partial Regex NonEmptyPattern();

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex DomainNamePattern();

    [GeneratedRegex(@"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex MachineNamePattern();

    [GeneratedRegex(@"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?/)?[a-z]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex FormerMachinePattern();

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$")]
    private static partial Regex ObjectNamePattern();

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9._-]{0,58}[A-Za-z0-9])?$")]
    private static partial Regex FolderNamePattern();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$")]
    private static partial Regex ConfigKeyPattern();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,199}$")]
    private static partial Regex VariableNamePattern();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_-]*|\.[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*)?$")]
    private static partial Regex RoleNamePattern();

    // Only blanks come before the first character that is none: any other beginning takes quadratic time to refuse a line.
    [GeneratedRegex(@"^ *[^\u0000-\u0020\u007f][^\u0000-\u001f\u007f]*$")]
    private static partial Regex LinePattern();

    [GeneratedRegex(@"^[!-,.-~][!-~]{0,1023}$")]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"^(?![/~])(?!([\s\S]*/)?\.\.(/|$))[^\u0000-\u001f\u007f\\]{0,1023}[^\u0000-\u001f\u007f\\/]$")]
    private static partial Regex ProjectPathPattern();

    [GeneratedRegex(@"^(?![/~])(?!([\s\S]*/)?\.\.(/|$))[^\u0000-\u001f\u007f\\]{0,1023}[^\u0000-\u001f\u007f\\/]\.csv$")]
    private static partial Regex CsvPathPattern();

    [GeneratedRegex(@"^((ssh|ecdsa|sk)-[A-Za-z0-9@.-]+ [A-Za-z0-9+/=]+( [^\u0000-\u001f\u007f]*)?|"
        + @"(?!(ssh|ecdsa|sk)-[^ /]* )(?!.* (ssh|ecdsa|sk)-[^ /]* AAAA)(?![/~])(?!([\s\S]*/)?\.\.(/|$))"
        + @"[^\u0000-\u001f\u007f\\]{0,1023}[^\u0000-\u001f\u007f\\/])$")]
    private static partial Regex SshKeyPattern();

    [GeneratedRegex(@"^[a-z_][a-z0-9_-]{0,31}$")]
    private static partial Regex UserNamePattern();

    // No component of more than 255 bytes, which are at least as many characters.
    [GeneratedRegex(@"^(/(?!\.{1,2}(/|$))[^/\u0000-\u001f\u007f]{1,255}){1,64}$")]
    private static partial Regex FilePathPattern();

    [GeneratedRegex(@"^[0-7]{3,4}$")]
    private static partial Regex FileModePattern();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.:@-]{0,254}$")]
    private static partial Regex ServiceNamePattern();

    [GeneratedRegex(@"^[a-z0-9][a-z0-9+.-]+(:[a-z0-9-]+)?(=[A-Za-z0-9.+:~*-]+)?$")]
    private static partial Regex AptPackagePattern();

    // Does not begin with a hyphen: it would be an option of pip.
    [GeneratedRegex(@"^[A-Za-z0-9][^\u0000-\u001f\u007f]*$")]
    private static partial Regex PythonPackagePattern();

    [GeneratedRegex(@"^[a-z][a-z0-9+.-]*://[!-~]+$")]
    private static partial Regex UrlPattern();

    [GeneratedRegex(@"^(/(?!([!-~]*/)?\.\.(/|$))|[a-z][a-z0-9+.-]*://)[!-~]*$")]
    private static partial Regex UrlOrPathPattern();

    [GeneratedRegex(@"^((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\.(?!$)|$)){4}$")]
    private static partial Regex Ipv4Pattern();

    [GeneratedRegex(@"^(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])$")]
    private static partial Regex BasePattern();

    // Bounded, because global.default_os_image is written out for each machine.
    [GeneratedRegex(@"^[!-~]{1,255}$")]
    private static partial Regex ImagePattern();

    [GeneratedRegex(@"^@?[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
    private static partial Regex ClusterTargetPattern();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._-]{0,14}$")]
    private static partial Regex InterfacePattern();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
    private static partial Regex RemotePattern();

    [GeneratedRegex(@"^[1-9][0-9]{0,17}(B|kB|MB|GB|TB|PB|EB|KiB|MiB|GiB|TiB|PiB|EiB)?$")]
    private static partial Regex SizePattern();

    [GeneratedRegex(@"^[1-9][0-9]?%$")]
    private static partial Regex PercentagePattern();

    [GeneratedRegex(@"^([1-9][0-9]?%|[1-9][0-9]{0,17}(B|kB|MB|GB|TB|PB|EB|KiB|MiB|GiB|TiB|PiB|EiB))$")]
    private static partial Regex SizeOrPercentagePattern();

    [GeneratedRegex(@"^/(?!([\s\S]*/)?\.\.(/|$))[^\u0000-\u001f]*$")]
    private static partial Regex AbsolutePathPattern();

    [GeneratedRegex(@"^[a-z]([a-z0-9-]{0,29}[a-z0-9])?$")]
    private static partial Regex PortNamePattern();

    [GeneratedRegex($@"^(({Octet}\.){{3}}{Octet}:)?(auto(:{PortNumber})?|{PortNumber}:{PortNumber})(/(tcp|udp))?$")]
    private static partial Regex PortForwardPattern();

    [GeneratedRegex($@"^:{PortNumber}(/[!-~]{{0,1023}})$")]
    private static partial Regex HttpProbePattern();

    [GeneratedRegex(@"^(([1-9][0-9]{0,2}|[12][0-9]{3}|3[0-5][0-9]{2}|3600)s|([1-9]|[1-5][0-9]|60)m)$")]
    private static partial Regex SecondsPattern();

    [GeneratedRegex(@"^(@(hourly|daily|midnight|weekly|monthly|annually|yearly|startup|never)|"
        + @"[0-9A-Za-z*,/?#-]+([ \t]+[0-9A-Za-z*,/?#-]+){4})$")]
    private static partial Regex CronPattern();

    [GeneratedRegex(@"^(?![\s\S]*%d[\s\S]*%d)(?=[\s\S]{1,200}$)(\{\{[^{}\r\n]*\}\}|[!-.0-z|~])+$")]
    private static partial Regex SnapshotPatternPattern();

    // Longer, and the day would be after the year 9999.
    [GeneratedRegex(@"^([1-9][0-9]{0,5}[mhd]|[1-9][0-9]{0,4}w)$")]
    private static partial Regex ExpiryPattern();
}
