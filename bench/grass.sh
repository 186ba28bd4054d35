#!/bin/bash
# grass.sh FOLDER ROUNDS THREADS: the benchmark's job by GRASS, inside a session of its own (see run.sh). Writes
# FOLDER/times, a line "module seconds processor-seconds kB" a module and round, and the grades as FOLDER/grass.raw.
set -euo pipefail
folder=$1 rounds=$2 threads=$3

timed() {
    local name=$1 start=$EPOCHREALTIME
    shift
    /usr/bin/time -q -f '%M %U %S' -o "$folder/usage" "$@" --quiet --overwrite
    awk -v n="grass-$name" -v a="$start" -v b="$EPOCHREALTIME" \
        '{ printf "%s %.3f %.3f %d\n", n, b - a, $2 + $3, $1 }' "$folder/usage" >>"$folder/times"
}

r.external -o input="$folder/dem.raw" output=first --quiet
g.region raster=first
for ((round = 0; round < rounds; round++)); do
    sync -f "$folder"
    cat "$folder"/*.raw >/dev/null
    timed in.dem r.in.gdal -o input="$folder/dem.raw" output=dem
    timed in.zone r.in.gdal -o input="$folder/zone.raw" output=zone
    timed slope r.slope.aspect elevation=dem slope=slope nprocs="$threads"
    timed range r.neighbors input=dem output=relief method=range size=11 nprocs="$threads"
    # Row by row of the matrix: 1 1 2 3, 1 2 2 3, 2 3 3 4, 3 4 4 5, 5 5 5 5.
    timed calc r.mapcalc expression="grade = eval(s = (slope > 2) + (slope > 6) + (slope > 15), \
        if(slope > 25, 5, if(s == 0, if(relief > 200, 3, if(relief > 100, 2, 1)), \
        s + (relief > 50) + (relief > 200))))"
    timed stats r.stats -cn input=zone,grade output="$folder/grass.counts"
done
mapset=$(g.gisenv get=GISDBASE)/$(g.gisenv get=LOCATION_NAME)/$(g.gisenv get=MAPSET)
du -sm "$mapset" | cut -f1 >"$folder/mb"
r.null map=grade null=0 --quiet
r.out.bin input=grade output="$folder/grass.raw" bytes=1 --quiet
