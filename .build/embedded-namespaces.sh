#!/usr/bin/env bash
# What the first process of an embedded Incus and that of a member of an embedded cluster share; sourced, with $name, $dir,
# $group, $incusd and $cgroup_fs set.
# shellcheck disable=SC2034,SC2154 # what one of them sets another one uses

# Reserved for tests within one network (RFC 2544), so neither infra.yml's networks nor a mirror are there. Every embedded
# Incus has the same, as nothing outside its own network namespace ever sees it. The third address answers DNS.
readonly uplink_subnet=198.19.255.0/24 uplink_dns=198.19.255.3

# The network between the members of a cluster is beside it; that of member mN ends with 10 + N.
readonly hub=198.19.254 hub_address=198.19.254.1

# Where incusd has its folder in here: the root of a container is nobody outside, and may enter neither a home nor a folder
# of mktemp's that could be above <dir>.
readonly data=/run/$name

# Makes a group of this name in each hierarchy, and this process its first.
join_cgroups() {
  local mount file new=$1
  while read -r mount; do
    mkdir -p "$mount/$new"
    # With cgroup v1 a new cpuset is empty, and an empty one takes no process.
    if [ -e "$mount/cpuset.cpus" ]; then
      for file in cpuset.cpus cpuset.mems; do cat "$mount/$file" >"$mount/$new/$file"; done
      echo 1 >"$mount/$new/cgroup.clone_children"
    fi
    echo $$ >"$mount/$new/cgroup.procs"
  done < <(findmnt --raw --noheadings --types cgroup,cgroup2 --output TARGET | sort -u)
}

# The hierarchies that the machine has, each from this cgroup down.
mount_cgroups() {
  local controllers
  if [ "$cgroup_fs" = cgroup2fs ]; then
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    # A group hands its controllers down only while no process is in it; LXC puts containers beside an init.scope.
    mkdir /sys/fs/cgroup/init.scope
    echo $$ >/sys/fs/cgroup/init.scope/cgroup.procs
    read -r controllers </sys/fs/cgroup/cgroup.controllers || :
    [ -z "$controllers" ] || echo "+${controllers// / +}" >/sys/fs/cgroup/cgroup.subtree_control
    return
  fi
  mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
  while IFS=: read -r _ controllers _; do
    case $controllers in
      '') mount_hierarchy unified cgroup2 rw ;;
      name=*) mount_hierarchy "${controllers#name=}" cgroup "none,$controllers" ;;
      *) mount_hierarchy "$controllers" cgroup "$controllers" ;;
    esac
  done </proc/self/cgroup
}

mount_hierarchy() {
  mkdir "/sys/fs/cgroup/$1"
  mount -t "$2" -o "$3" "$2" "/sys/fs/cgroup/$1"
}

# Nothing in /run of the machine's (sockets of its services) and not its Incus: the default socket is that of incusd in <folder>.
hide_the_machine() {
  local incus=$1 resolv_conf
  mount -t tmpfs -o mode=755 tmpfs /run
  resolv_conf=$(realpath --canonicalize-missing /etc/resolv.conf)
  case $resolv_conf in /run/*) install -D /dev/null "$resolv_conf" ;; esac
  echo "nameserver $uplink_dns" >"$dir/resolv.conf"
  mount --bind "$dir/resolv.conf" "$resolv_conf"
  mkdir "$data"
  mount --bind "$incus" "$data"
  if [ -d /var/lib/incus ]; then mount --bind "$incus" /var/lib/incus; fi
}

# As systemd does with its unit, an incusd that a signal ended is started again; its containers live on meanwhile. With `yes` it
# takes virtual machines on an emulated processor.
keep_incusd() {
  local emulates=$1 status command=("$incusd")
  # AppArmor's profiles belong to the whole kernel: they would outlive a killed Incus.
  export INCUS_DIR=$data INCUS_SECURITY_APPARMOR=false HOME=/root PATH=${incusd%/*}:/usr/sbin:/usr/bin:/sbin:/bin
  unset INCUS_SOCKET
  if [ "$emulates" = yes ]; then
    PATH=$here/emulation:$PATH
    command=("$here/emulation/vsock" "$incusd")
  fi
  while :; do
    status=0
    "${command[@]}" --group "$group" || status=$?
    echo "incusd ended with status $status"
    [ "$status" -gt 128 ] || exit "$status"
  done
}
