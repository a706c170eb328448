using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Embedded;

/// <summary>
/// However an embedded Incus ends, nothing of it stays. Each test has its own process, mount and network namespaces for
/// machine: there "before" and "after" can be compared whole, whatever else happens on the real one, and everything can be
/// killed. Hierarchies that no namespace divides (cgroups, loop devices) are searched for its name and its folder.
/// </summary>
[Category("Incus")]
public sealed class LeftoverTests
{
    private const string Machine = """
        [ $$ -eq 1 ] || { echo "this kills everything, so it must be alone" >&2; exit 1; }
        embedded=$1 home=$2
        roots=${XDG_CACHE_HOME:-$HOME/.cache}/incus-infra/roots
        export XDG_CACHE_HOME=$home/cache
        dir=$home/i
        name=embedded-incus-$(sha256sum <<<"$dir" | cut -c1-8)
        listing() {
          ps -eo args=
          ip -oneline link; ip -oneline address; ip route show table all
          nft list ruleset
          cut -d ' ' -f 4- /proc/self/mountinfo
          cat /proc/sys/net/ipv4/ip_forward /proc/sys/fs/inotify/max_user_instances
          losetup --list --noheadings --output BACK-FILE | grep -F "$name" || :
          find /sys/fs/cgroup -ignore_readdir_race -name "$name"
          find "$home" -not -path "$home/cache/incus-infra/images*" -not -path "$home/before" -not -path "$home/after"
        }
        start() {
          "$embedded" start "$@" "$dir"
          "$embedded" images "$dir" busybox
          client launch --quiet busybox c
          # The comparison would be worth nothing if it did not see what runs.
          listing >"$home/after"
          if cmp --quiet "$home/before" "$home/after"; then exit 1; fi
        }
        client() { INCUS_SOCKET=$dir/incus/unix.socket INCUS_CONF=$dir/client incus "$@"; }
        # What the machine has is what this test started, as it is the first process of its own namespace.
        kill_everything() {
          local process alive=yes
          while [ -n "$alive" ]; do
            alive=
            for process in /proc/[2-9]* /proc/1[0-9]*; do
              if kill -9 "${process#/proc/}" 2>/dev/null; then alive=yes; fi
            done
            sleep 0.02
          done
        }
        mkdir -p "$home/cache/incus-infra/embedded"
        ln -s "$roots" "$home/cache/incus-infra/roots"
        touch "$home/before" "$home/after"
        listing >"$home/before"

        """;

    private const string Compare = """

        listing >"$home/after"
        diff "$home/before" "$home/after"
        """;

    [TestCase("""
        start --release 7.0; "$embedded" stop "$dir"
        """, TestName = "After_stop_nothing_is_left_of_another_release")]
    [TestCase("""
        start --release 7.0; client pause c; kill_everything; "$embedded" reap
        """, TestName = "After_kill_of_everything_reap_leaves_nothing_of_another_release")]
    public void Nothing_is_left_of_another_release(string life)
    {
        // Makes its root, for which a machine in namespaces has no network.
        EmbeddedIncus.StartRelease(IncusRelease.Lts7).Dispose();

        Nothing_is_left(life);
    }

    [TestCase("""
        start; "$embedded" stop "$dir"
        """, TestName = "After_stop_nothing_is_left")]
    [TestCase("""
        start
        kill -9 "$(pgrep --oldest --exact incusd)"
        client admin waitready # Incus 6.0.4 once took more than three minutes.
        [ "$(client list --format csv --columns s)" = RUNNING ]
        "$embedded" stop "$dir"
        """, TestName = "A_killed_daemon_comes_back_to_its_running_containers_and_stops_without_a_trace")]
    [TestCase("""
        exec 3< <(exec sleep 1000); sleeper=$!
        timeout 600 "$embedded" start "$dir" <&3 3<&-
        exec 3<&-; kill "$sleeper"; wait "$sleeper" || :
        "$embedded" stop "$dir"
        """, TestName = "It_starts_where_the_standard_input_stays_open_and_leaves_nothing")]
    [TestCase("""
        start; kill_everything; "$embedded" stop "$dir"
        """, TestName = "After_kill_of_everything_stop_leaves_nothing")]
    [TestCase("""
        start; client pause c; "$embedded" stop "$dir"
        """, TestName = "With_a_paused_container_stop_leaves_nothing")]
    [TestCase("""
        start; kill_everything; "$embedded" reap
        """, TestName = "After_kill_of_everything_reap_leaves_nothing")]
    [TestCase("""
        start; kill_everything; start; "$embedded" stop "$dir"
        """, TestName = "After_kill_of_everything_it_starts_anew_in_the_same_folder")]
    [TestCase("""
        sleep 1000 & owner=$!
        start --owner "$owner"
        "$embedded" reap; client list >/dev/null
        kill -9 "$owner"; wait "$owner" || :
        "$embedded" reap
        """, TestName = "Reap_spares_one_whose_owner_lives_and_removes_one_whose_owner_is_gone")]
    [TestCase("""
        for after in 0.02 0.05 0.1 0.2 0.3 0.4 0.6 0.9; do
          "$embedded" start "$dir" & sleep "$after"
          kill_everything; wait
          "$embedded" stop "$dir"
          rm -rf "$dir"
        done
        """, TestName = "A_start_killed_at_any_point_leaves_nothing_after_stop")]
    [TestCase("""
        start; kill_everything
        mkdir --parents "$dir/incus/disks"
        truncate --size=1M "$dir/incus/disks/half.img"
        losetup --find "$dir/incus/disks/half.img"
        "$embedded" stop "$dir"
        """, TestName = "A_loop_device_whose_maker_was_killed_before_it_would_go_by_itself_is_released")]
    [TestCase("""
        stuck=$home/stuck
        mkdir --parents "$stuck/incus"
        mount -t tmpfs stuck "$stuck/incus"
        touch "$stuck/.embedded-incus"
        printf '%s\n- -\n' "$stuck" >"$home/cache/incus-infra/embedded/embedded-incus-$(sha256sum <<<"$stuck" | cut -c1-8)"
        start
        umount "$stuck/incus"
        "$embedded" stop "$dir"
        "$embedded" reap
        """, TestName = "One_that_cannot_be_removed_hinders_no_other_and_is_removed_when_it_can")]
    [TestCase("""
        mkdir "$dir"; touch "$dir/precious"
        ! "$embedded" start "$dir"; "$embedded" stop "$dir"
        rm "$dir/precious"; rmdir "$dir"
        """, TestName = "A_folder_with_something_in_it_is_not_taken_and_not_removed")]
    public void Nothing_is_left(string life)
    {
        var home = Directory.CreateTempSubdirectory("incus-").FullName;
        var script = Tool.Script("embedded-incus");
        try
        {
            Tool.Run(
                new Dictionary<string, string?>(),
                "unshare", "--pid", "--mount", "--net", "--fork", "--kill-child", "--mount-proc",
                "bash", "-euo", "pipefail", "-c", Machine + life + Compare, "machine", script, home);
        }
        finally
        {
            // A test that failed halfway is no reason to leave anything either.
            Tool.Run(new Dictionary<string, string?> { ["XDG_CACHE_HOME"] = Path.Join(home, "cache") }, script, "reap");
            Directory.Delete(home, recursive: true);
        }
    }
}
