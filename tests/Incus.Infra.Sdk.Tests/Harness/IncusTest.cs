using Incus.Infra.Testing;

namespace Incus.Infra.Sdk.Tests.Harness;

/// <summary>A test with an Incus of its own, which is gone without a trace afterwards; the machine's is never touched.</summary>
[Category("Incus")]
internal abstract class IncusTest(params string[] images) : SdkTest
{
    protected EmbeddedIncus Incus { get; } = EmbeddedIncus.Start(images is [] ? ["busybox"] : images);

    [SetUp]
    public void UseIncus()
    {
        foreach (var (name, value) in Incus.Environment)
        {
            Sandbox.Set(name, value ?? "");
        }

        Project.Write("infra.yml", """
            project_name: lab
            global:
              base_subnet: "10.100"
              default_os_image: busybox
            domains:
              home:
                subnet_id: 0
                ephemeral: true
                profiles:
                  small: {config: {limits.memory: 64MiB}}
                machines:
                  web:
                    profiles: [default, small]
                    config: {user.note: "{{ no_template }}"}
                    storage_volumes: {data: {path: /data, size: 16MiB}}
              work:
                subnet_id: 1
                ephemeral: true
                machines:
                  dev: {}
              empty:
                subnet_id: 2
                ephemeral: true
            """);
    }

    [TearDown]
    public void StopIncus() => Stop(Incus);

    /// <summary>What the incus client prints as comma-separated values, sorted.</summary>
    protected List<string> List(params string[] arguments) =>
    [
        .. Sandbox.Run("incus", [.. arguments, "--format=csv"]).ShouldSucceed().Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Order(StringComparer.Ordinal),
    ];

    protected List<string> Instances() => List("list", "--all-projects", "--columns=ens");

    protected List<string> Projects() => [.. List("project", "list", "--columns=n").Select(name => name.Split(' ')[0])];
}
