#!/bin/bash
# vector.sh BIN PARCELS OVERLAY FOLDER: layers of parcels of the fictional county, read, measured, overlaid and checked
# by Guotu, GEOS, PostGIS, GRASS and, where it is there, QGIS's topology checker. Each of PARCELS and OVERLAY is a number
# of parcels. BIN is the folder of a release build. Prints tables in Markdown.
set -euo pipefail
bin=$(realpath "${1:?expected the folder of a build}") parcels=${2:?} side=${3:?} folder=$(realpath "${4:?}")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export GUOTU_RULES=$here/../rules
cd "$folder"
say() { printf '%s\n' "$*" >&2; }

county() { # NAME PARCELS SEED
    [[ -d $1 ]] || { say "sample with $2 parcels"; "$bin/guotu" -q sample "$1" --cells 20000 --parcels "$2" --seed "$3" >/dev/null; }
}
county all "$parcels" 1
county one "$side" 1
county two "$side" 2

# run NAME COMMAND...: clock, processor and peak of a process into NAME.usage, its first line into NAME.out
run() {
    local name=$1
    shift
    say "$name"
    /usr/bin/time -q -f '%e %U %S %M' -o "$name.usage" "$@" >"$name.out" 2>"$name.err" || { tail -n 5 "$name.err" >&2; return 1; }
    say "  $(head -n 1 "$name.out") | $(<"$name.usage")"
}
# ---- Guotu and GEOS ---------------------------------------------------------------------------------------------

ours() { # NAME WHAT THREADS WORKSPACE ID...
    local name=$1
    shift
    run "$name" "$bin/bench-vector" "$@"
}
for t in 1 2; do
    ours "read-$t" read "$t" all dltb
    ours "areas-$t" areas "$t" all dltb
    ours "geodesic-$t" geodesic "$t" all dltb
    ours "coverage-$t" coverage "$t" all dltb
    ours "overlay-$t" overlay "$t" one dltb two dltb
    ours "plane-$t" plane "$t" one dltb two dltb
    ours "geos-$t" geos "$t" one dltb two dltb
done
ours fields fields 1 all dltb

# ---- PostGIS ----------------------------------------------------------------------------------------------------

cat >pg.sh <<'PG'
set -euo pipefail
load() { # WORKSPACE ID TABLE
    local place
    place=$(sqlite3 "$1/state.db" "select place from dataset where id = '$2' order by version desc limit 1")
    ogr2ogr -q -f PostgreSQL PG: "$1/plan.gpkg" "$place" -nln "$3" -select BSM -lco GEOMETRY_NAME=geom -lco FID=fid --config PG_USE_COPY YES
    psql -q -c "alter table $3 set (parallel_workers = 8)" -c "analyze $3"
}
query() { # NAME THREADS SQL
    local start=$EPOCHREALTIME answer
    answer=$(psql -q -t -A -F ' ' -c "set max_parallel_workers_per_gather = $(($2 - 1))" -c 'set parallel_setup_cost = 0' \
        -c 'set parallel_tuple_cost = 0' -c 'set statement_timeout = 1800000' -c "$3" 2>"$1.err") || answer="stopped: $(head -n 1 "$1.err")"
    echo "$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f", b - a }') $answer" >"$1.out"
    echo "$1: $(<"$1.out")" >&2
}
load one dltb one
load two dltb two
load all dltb whole
for t in 1 2; do
    query "pg-overlay-$t" $t 'select count(*), sum(st_area(st_intersection(a.geom, b.geom))) from one a join two b on a.geom && b.geom'
    query "pg-areas-$t" $t 'select count(*), sum(st_area(st_transform(geom, 4490)::geography)) from whole'
    query "pg-overlaps-$t" $t "select count(*) from whole a join whole b on a.fid < b.fid and a.geom && b.geom where st_relate(a.geom, b.geom, '2********')"
done
query pg-gaps 1 'select count(*), sum(st_numinteriorrings(g)) from (select (st_dump(st_union(geom))).geom g from whole) u'
PG
"$here/postgis.sh" "$folder" bash pg.sh

# ---- GRASS: importing builds the topology and tells overlaps ------------------------------------------------------

if command -v grass >/dev/null; then
    place=$(sqlite3 one/state.db "select place from dataset where id = 'dltb' order by version desc limit 1")
    run grass timeout 1800 grass --tmp-location EPSG:4524 --exec v.in.ogr input=one/plan.gpkg layer="$place" output=parcels \
        snap=1e-4 -o --quiet || true
    for t in 1 2; do ours "part-$t" coverage "$t" one dltb; done
fi

# ---- QGIS's topology checker, where QGIS is: it has a window only -------------------------------------------------

if command -v qgis >/dev/null && command -v xvfb-run >/dev/null; then
    place=$(sqlite3 one/state.db "select place from dataset where id = 'dltb' order by version desc limit 1")
    mkdir -p qgis/profiles/default/QGIS
    printf '[Plugins]\nlibtopolplugin=true\n' >qgis/profiles/default/QGIS/QGIS3.ini
    LAYER="$PWD/one/plan.gpkg|$place" ANSWER=$PWD/qgis.answer run qgis timeout 1800 xvfb-run -a qgis --nologo \
        --noversioncheck --profiles-path "$PWD/qgis" --code "$here/qgis_topology.py" || true
    [[ ! -f qgis.answer ]] || mv qgis.answer qgis.out
fi
/usr/bin/python3 "$here/vector.py" .
