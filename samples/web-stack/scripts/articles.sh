#!/bin/sh
# Lets the machines of the domain read, and fills the shop; may run again at any time.
set -eu

cluster=$(echo /etc/postgresql/*/main)
echo "listen_addresses = '*'" >"$cluster/conf.d/shop.conf"
# No password: who may read is decided by the network of the domain, which is all that samenet covers.
grep -q '^host shop' "$cluster/pg_hba.conf" || echo 'host shop shop samenet trust' >>"$cluster/pg_hba.conf"
systemctl restart postgresql

database() { runuser --user postgres -- psql --quiet --set ON_ERROR_STOP=1 "$@"; }

[ -n "$(database --tuples-only --command "SELECT FROM pg_roles WHERE rolname = 'shop'")" ] ||
  database --command 'CREATE ROLE shop LOGIN'
[ -n "$(database --tuples-only --command "SELECT 1 FROM pg_database WHERE datname = 'shop'")" ] ||
  database --command 'CREATE DATABASE shop'
database --dbname shop <<'SQL'
CREATE TABLE IF NOT EXISTS article (name text PRIMARY KEY, price numeric(8, 2) NOT NULL);
INSERT INTO article VALUES ('A pot of honey', 7.50), ('A bee hotel', 24.00) ON CONFLICT DO NOTHING;
GRANT SELECT ON article TO shop;
SQL
