using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Incus.Execution;

/// <summary>
/// Makes an image from the machine that was made and provisioned for it. Only what is complete gets the mark of an image, and
/// only that the name: a run that is killed before leaves nothing that anybody would use.
/// </summary>
/// <param name="store">The server.</param>
internal sealed class ImageBuild(IIncusStore store)
{
    // What a machine has of its own and no other may have, and what only costs room. Debian makes keys of ssh when the server is
    // installed, and never again, so the first start of each machine makes them. Where lists of packages are gone, Ansible tells
    // by the time of their folder how old they are.
    private const string Anonymise = """
        set -e
        name=$1
        if command -v cloud-init > /dev/null; then cloud-init clean --logs; fi
        if command -v apt-get > /dev/null; then
          apt-get clean
          find /var/lib/apt/lists -mindepth 1 -delete
          touch -d @0 /var/lib/apt/lists
          rm -f /var/lib/apt/periodic/update-success-stamp
        fi
        if ls /etc/ssh/ssh_host_* > /dev/null 2>&1; then
          rm -f /etc/ssh/ssh_host_*
          if [ -d /run/systemd/system ]; then
            cat > /etc/systemd/system/infra-ssh-host-keys.service <<'UNIT'
        [Unit]
        Description=Host keys of ssh for a machine made from an image
        ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key
        Before=ssh.service ssh.socket sshd.service

        [Service]
        Type=oneshot
        ExecStart=/usr/bin/ssh-keygen -A

        [Install]
        WantedBy=multi-user.target
        UNIT
            systemctl enable infra-ssh-host-keys.service
          fi
        fi
        if [ -f /etc/hostname ] && [ "$(cat /etc/hostname)" = "$name" ]; then : > /etc/hostname; fi
        if [ -f /etc/hosts ]; then
          sed -i -e '/^# BEGIN base_system$/,/^# END base_system$/d' \
            -e '/^# === MANAGED BY infra.yml ===/,/^# === END MANAGED BY infra.yml ===/d' /etc/hosts
        fi
        rm -rf /var/lib/incus-infra /root/.ansible /var/log/journal/*
        rm -f /root/.bash_history /var/lib/systemd/random-seed /var/lib/dbus/machine-id
        if [ -f /etc/machine-id ]; then : > /etc/machine-id; fi
        sync
        """;

    /// <summary>Takes from the machine what is its own, stops it, and makes the image.</summary>
    /// <exception cref="ToolFaultException">INFRA4220 to INFRA4222.</exception>
    public async Task BuildAsync(PlannedAction action, CancellationToken ct)
    {
        var image = action.Image!;
        if (image is not { Builder: { } project, Inputs: { } inputs })
        {
            throw new ToolFaultException(ToolDiagnostics.ImageNotBuilt(image.Id));
        }

        var builder = ObjectId.Instance(project, image.Name);
        var live = await AnonymiseAsync(builder, image, ct);
        await store.ShutDownAsync(builder, ct);
        var mark = action.Ownership!.ToProperties().Where(p => !string.IsNullOrEmpty(p.Value))
            .Select(p => KeyValuePair.Create(p.Key.Key, p.Value!));
        // Such as the operating system, by which Incus knows what some machines need.
        var kept = (live.Config ?? [])
            .Where(c => c.Key is "image.os" or "image.release" or "image.variant" or "image.architecture")
            .Select(c => KeyValuePair.Create(c.Key["image.".Length..], c.Value));
        var description = KeyValuePair.Create("description", image.Description.Length == 0 ? image.Name : image.Description);
        await store.PublishAsync(
            builder,
            kept.Append(description).Concat(mark).Concat(ImageInputs.ToProperties(inputs)).ToDictionary(StringComparer.Ordinal),
            ct);
        await store.KeepImageAsync(image.Id, image.Description, image.Keep, ct);
    }

    private async Task<IncusObject> AnonymiseAsync(ObjectId builder, ImageSpec image, CancellationToken ct)
    {
        if (await store.FindAsync(builder, ct) is not { Value: { IsUp: true } live })
        {
            throw new ToolFaultException(ToolDiagnostics.BuilderNotRunning(image.Id, builder));
        }

        var outcome = await store.ExecuteAsync(builder, ["/bin/sh", "-c", Anonymise, "anonymise", image.Name], reads: true, ct);
        if (outcome.ExitCode != 0)
        {
            throw new ToolFaultException(ToolDiagnostics.NotAnonymous(image.Id, builder, outcome.Errors));
        }

        return live;
    }
}
