# shellcheck shell=sh
# state <service> <revision> <port>
# Prints the service's process, the revision that this was started with, a hash of its files and of who may read them, and
# who listens on the port: one line each, the last any number.
process=$(systemctl show --property=MainPID --value "$1.service")
echo "$process"
tr '\0' '\n' 2>/dev/null <"/proc/$process/environ" | grep --fixed-strings --line-regexp --max-count=1 "$2" || echo another
set -- "/etc/$1.env" "/etc/systemd/system/$1.service" "/etc/$1.nft" "$3"
{ cat "$1" "$2" "$3"; stat --format='%U %G %a' "$1" "$2" "$3"; } 2>/dev/null | sha256sum | cut -d ' ' -f 1
ss --no-header --listening --numeric --tcp --processes "sport = :$4"
