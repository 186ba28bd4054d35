#!/bin/bash
# postgis.sh FOLDER COMMAND...: runs the command while a PostgreSQL server with PostGIS, of this run alone, listens on a
# socket in FOLDER; PGHOST, PGUSER and PGDATABASE lead to it. Stopped and removed afterwards, whatever happens.
set -euo pipefail
folder=$(realpath "${1:?expected a folder}")/pg
shift
export PGHOST=$folder PGUSER=postgres PGDATABASE=bench

server=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[[ -n $server ]] || { echo "postgis.sh: expected PostgreSQL in /usr/lib/postgresql, found none" >&2; exit 1; }

# The server refuses to run as root.
as_owner() {
    if (($(id -u) == 0)); then runuser -u postgres -- "$@"; else "$@"; fi
}
cleanup() {
    as_owner "$server/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap cleanup EXIT

mkdir "$folder"
(($(id -u) != 0)) || chown postgres "$folder"
cd "$folder"
as_owner "$server/initdb" -D data -U postgres -A trust -E UTF8 --locale C.UTF-8 >log.init
# Durable or not makes no difference to what is measured; memory as a server of this size would have.
as_owner "$server/pg_ctl" -D data -w -l "$folder/log" -o "-k $folder -c listen_addresses='' -c fsync=off
    -c shared_buffers=2GB -c work_mem=256MB -c maintenance_work_mem=512MB -c max_parallel_workers=8 -c jit=off" start >/dev/null 2>&1
as_owner "$server/createdb" -h "$folder" -U postgres bench
psql -q -c 'create extension postgis' >/dev/null
cd - >/dev/null
"$@"
