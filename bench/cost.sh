#!/bin/bash
# cost.sh PROGRAM [SIDE]: the cost distance (bench-cost) beside r.cost on the same cells, and the two results
# compared cell by cell. Skipped where GRASS is not installed.
set -euo pipefail
program=$(realpath "$1") side=${2:-2000}
command -v grass >/dev/null || { echo "skipped: grass is not installed"; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "bench-cost, $side x $side, one thread:"
"$program" "$side" 1 1 4096 "$work"

# In a session of its own, where $work and $side are known.
in_grass() {
    local name
    for name in cost target; do
        r.in.bin -f input="$work/$name.raw" output=$name north=$((side * 30)) south=0 east=$((side * 30)) west=0 \
            rows="$side" cols="$side" --quiet
    done
    g.region raster=cost
    r.mapcalc expression="metre = cost * 30" --quiet # r.cost takes costs of a cell
    time r.cost input=metre start_raster=target output=sums memory=4096 --quiet
    r.out.bin -f input=sums output="$work/grass.raw" bytes=8 null=-1 --quiet
}
export -f in_grass
export work side
echo "r.cost:"
TMPDIR=$work grass --tmp-location EPSG:4538 --exec bash -c in_grass
/usr/bin/python3 - "$work" <<'PY'
import sys
import numpy
ours = numpy.fromfile(sys.argv[1] + "/sums.raw", "f4").astype("f8")
theirs = numpy.fromfile(sys.argv[1] + "/grass.raw", "f8")
theirs[theirs < 0] = numpy.nan
print("no-data in one of the two alone:", int((numpy.isnan(ours) != numpy.isnan(theirs)).sum()))
with numpy.errstate(invalid="ignore", divide="ignore"):
    off = numpy.abs(ours - theirs) / numpy.maximum(theirs, 1)
print("greatest difference, share of the cost: %.2e" % numpy.nanmax(off))
PY
