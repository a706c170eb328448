# shellcheck shell=sh
# For a machine of which nothing is known but that it has a shell and the programs that every Debian has.

has_route() {
  awk 'NR > 1 && $1 != "lo" && $2 == "00000000" { found = 1 } END { exit !found }' /proc/net/route
}

# The hosts that apt asks: its proxy, or else those of its sources.
mirrors() {
  { apt-config dump 2>/dev/null | grep '^Acquire::https\{0,1\}::Proxy "http' ||
    cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null; } |
    sed -n 's,^[^#]*https\{0,1\}://\([^/: ]*@\)\{0,1\}\([^/:" ]*\).*,\2,p' | sort -u
}

finds_mirrors() {
  for mirror in $(mirrors); do
    getent hosts "$mirror" >/dev/null || return 1
  done
}

# within <seconds> <command> <what it means when there was no success in time>
within() {
  end=$(($(date +%s) + $1))
  until "$2"; do
    [ "$(date +%s)" -lt "$end" ] || { echo "$3 within $1 seconds." >&2; exit 1; }
    sleep 0.5
  done
}

# wait_for_network <machine> <seconds>
wait_for_network() {
  within "$2" has_route "Machine '$1' got no address and no route"
  within "$2" finds_mirrors "Machine '$1' has an address, but its DNS did not find all of $(mirrors | xargs)"
}
