# shellcheck shell=sh
# For a machine of which nothing is known but that it has a shell and apt.

# install_python <seconds to wait for other programs that install packages>
install_python() {
  command -v dpkg >/dev/null || {
    [ ! -x /usr/bin/python3 ] || exit 0
    echo "This machine has neither Python nor apt: take an image of Debian or Ubuntu, or one with /usr/bin/python3." >&2
    exit 1
  }
  export DEBIAN_FRONTEND=noninteractive
  # What an interrupted run left half done; quick when there is nothing.
  if [ -n "$(dpkg --audit)" ]; then
    flock --timeout "$1" /var/lib/dpkg/lock-frontend true
    dpkg --configure -a && apt-get --option DPkg::Lock::Timeout="$1" --fix-broken --yes install || exit 1
    echo changed
  fi
  # python3-apt is what Ansible installs packages with.
  dpkg-query --show --showformat='${db:Status-Status}' python3 python3-apt 2>/dev/null | grep -qx installedinstalled && exit 0
  flock --timeout "$1" /var/lib/apt/lists/lock true
  apt-get --quiet update && apt-get --quiet --option DPkg::Lock::Timeout="$1" --yes --no-install-recommends install python3 python3-apt || exit 1
  echo changed
}
