# shellcheck shell=sh
# install-beside <folder> <mirror> <suite> <components> <package>...
# Unpacks packages with all that they depend on, C library included, into a folder of their own. The apt and dpkg of the
# machine are asked for nothing but their mirror and their keys, and do not know of it.
set -eu
folder=$1 mirror=$2 suite=$3 components=$4
shift 4

fail() { echo "$*" >&2; exit 1; }

[ "$(dpkg --print-architecture)" = amd64 ] ||
  fail "llama.cpp is put beside the machine's own libraries on amd64 only; take an image whose own sources have it."
if [ -z "$mirror" ]; then
  # shellcheck disable=SC2016 # apt expands these.
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1)
  [ -n "$mirror" ] || fail "This machine has no source of Debian; set llama_server_mirror to the URL of a mirror."
fi

mkdir -p "$(dirname "$folder")"
work=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/root"
: >"$work/status"
cat >"$work/sources" <<EOS
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite $components
EOS

private_apt() {
  apt-get --quiet --quiet --yes --no-install-recommends --option APT::Sandbox::User=root \
    --option Acquire::Languages=none --option Dir::Cache="$work" --option Dir::State::Lists="$work/lists" \
    --option Dir::State::Status="$work/status" --option Dir::Etc::SourceList="$work/sources" \
    --option Dir::Etc::SourceParts=/dev/null --option Dir::Etc::Preferences=/dev/null \
    --option Dir::Etc::PreferencesParts=/dev/null --option APT::Update::Error-Mode=any "$@" >&2
}
if ! private_apt update || ! private_apt --download-only install "$@"; then
  fail "Could not get $* from $suite of $mirror. Set llama_server_mirror to one that can be reached and has them."
fi

for package in "$work"/archives/*.deb; do dpkg-deb --extract "$package" "$work/root"; done
# The name is there when all of it is.
mv -T "$work/root" "$folder"
