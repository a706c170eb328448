# shellcheck shell=sh
# For a machine of which nothing is known but that it has a shell and the programs that every Debian has.

# within <seconds> <what it means when there was no success in time> <command>...
within() {
  seconds=$1 meaning=$2
  shift 2
  end=$(($(date +%s) + seconds))
  until "$@"; do
    [ "$(date +%s)" -lt "$end" ] || { echo "$meaning within $seconds seconds." >&2; exit 1; }
    sleep 0.5
  done
}

has_route() {
  awk 'NR > 1 && $1 != "lo" && $2 == "00000000" { found = 1 } END { exit !found }' /proc/net/route
}

# The hosts that apt asks: its proxy, or else those of its sources.
mirrors() {
  { apt-config dump 2>/dev/null | grep '^Acquire::https\{0,1\}::Proxy "http' ||
    cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null; } |
    sed -nE 's,^[^#]*https?://([^/@ ]*@)?(\[[^]]*\]|[^/:" ]*).*,\2,p' | tr -d '[]' | sort -u
}

finds_mirrors() {
  for mirror in $(mirrors); do
    getent ahosts "$mirror" >/dev/null || return 1 # hosts would look for the name of an address.
  done
}

# wait_for_network <machine> <seconds, 0 not to wait>
wait_for_network() {
  [ "$2" -gt 0 ] || return 0
  within "$2" "Machine '$1' got no address and no route" has_route
  within "$2" "Machine '$1' has an address, but its DNS did not find all of $(mirrors | xargs)" finds_mirrors
}

cloud_init=/run/cloud-init
cloud_init_log=/var/log/cloud-init-output.log

# What systemd says of the last of its services.
cloud_init_is() {
  systemctl show --property=ActiveState --property=Job cloud-final.service | grep -q "$1"
}

# fail_with_cloud_init_log <exit code> <what is wrong>
fail_with_cloud_init_log() {
  printf '%s\nThe end of %s:\n' "$2" "$cloud_init_log" >&2
  tail -n 15 "$cloud_init_log" 2>/dev/null | cut -c 1-110 >&2
  exit "$1"
}

# wait_for_cloud_init <machine> <seconds, 0 not to wait>; ends with 75 while cloud-init is at work.
wait_for_cloud_init() {
  # Its generator makes this file, long before there is a network.
  [ "$2" -gt 0 ] && [ -e "$cloud_init/enabled" ] || return 0
  end=$(($(date +%s) + $2))
  until [ -e "$cloud_init/result.json" ]; do
    # Installed since the machine was started, it runs with the next start.
    ! cloud_init_is '^ActiveState=inactive' || cloud_init_is '^Job=[1-9]' || return 0
    ! cloud_init_is '^ActiveState=failed' || fail_with_cloud_init_log 1 "cloud-init in machine '$1' ended without a result."
    [ "$(date +%s)" -lt "$end" ] || fail_with_cloud_init_log 75 "cloud-init in machine '$1' has not ended yet."
    sleep 0.5
  done
  tr -d ' \n' <"$cloud_init/result.json" | grep -q '"errors":\[\]' ||
    fail_with_cloud_init_log 1 "cloud-init in machine '$1' failed: $(tr -d '\n' <"$cloud_init/result.json" | cut -c 1-300)."
}

# apt and dpkg lock by fcntl, which flock(1) does not see; the kernel lists these locks by inode.
is_free() {
  [ ! -e "$1" ] || ! grep -q "POSIX .*:$(stat --format=%i "$1") " /proc/locks
}

# wait_for_lock <machine> <seconds> <file>
wait_for_lock() {
  within "$2" "In machine '$1' another program did not release $3" is_free "$3"
}

is_half_done() {
  [ -n "$(dpkg --audit)" ]
}

# install_python <machine> <seconds to wait for other programs that install packages>
install_python() {
  command -v dpkg >/dev/null || {
    [ ! -x /usr/bin/python3 ] || exit 0
    echo "Machine '$1' has neither Python nor apt: take an image of Debian or Ubuntu, or one with /usr/bin/python3." >&2
    exit 1
  }
  export DEBIAN_FRONTEND=noninteractive
  # Packages look half done also while a program is at work on them.
  ! is_half_done || wait_for_lock "$1" "$2" /var/lib/dpkg/lock-frontend
  if is_half_done; then
    dpkg --configure -a && apt-get --option DPkg::Lock::Timeout="$2" --fix-broken --yes install || exit 1
    echo changed
  fi
  # python3-apt is what Ansible installs packages with.
  dpkg-query --show --showformat='${db:Status-Status}' python3 python3-apt 2>/dev/null | grep -qx installedinstalled && exit 0
  # apt waits for dpkg's lock, but not for that of its lists.
  wait_for_lock "$1" "$2" /var/lib/apt/lists/lock
  apt-get --quiet update && apt-get --quiet --option DPkg::Lock::Timeout="$2" --yes --no-install-recommends install python3 python3-apt || exit 1
  echo changed
}
