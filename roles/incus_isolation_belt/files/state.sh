# shellcheck shell=sh
# state <table>
# Reads what nft shall do with that table, and does it in a network namespace that ends with it. Prints "same" if the table is
# afterwards as it is on the host, else "other"; where nft is; and "systemd" if that runs here: one line each.
PATH=$PATH:/usr/sbin:/sbin
[ "$(id -u)" -eq 0 ] || { echo 'Only root may change the rules of the host: the play needs become: true.' >&2; exit 1; }
nft=$(command -v nft) || { echo 'This host has no nft: install nftables.' >&2; exit 1; }
# shellcheck disable=SC2016 # for the inner shell
wanted=$(unshare --net sh -c '"$0" --file - && { "$0" list table inet "$1" 2>/dev/null || :; }' "$nft" "$1") || exit
if [ "$wanted" = "$("$nft" list table inet "$1" 2>/dev/null)" ]; then echo same; else echo other; fi
echo "$nft"
if [ -d /run/systemd/system ]; then echo systemd; else echo another; fi
