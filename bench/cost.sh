#!/bin/bash
# cost.sh PROGRAM [SIDE]: the cost distance (bench-cost) beside r.cost on the same cells, and the two results
# compared cell by cell. Skipped where GRASS is not installed.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/side.sh"
program=$(realpath "$1") side=${2:-2000}
command -v grass >/dev/null || { echo "skipped: grass is not installed"; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "bench-cost, $side x $side, one thread:"
"$program" "$side" 1 1 4096 "$work" | tee "$work/ours"

cat >"$work/job" <<'JOB'
set -euo pipefail
cd "$1"
for name in cost target; do
    r.in.bin -f input=$name.raw output=$name north=$(($2 * 30)) south=0 east=$(($2 * 30)) west=0 rows="$2" cols="$2" --quiet
done
g.region raster=cost
r.mapcalc expression="metre = cost * 30" --quiet # r.cost takes costs of a cell
/usr/bin/time -q -f '%e %U %S' -o usage r.cost input=metre start_raster=target output=sums memory=4096 --quiet
r.out.bin -f input=sums output=grass.raw bytes=8 null=-1 --quiet
JOB
in_grass "$work/job" "$work" "$side"
theirs=$(processor_of "$work/usage")
echo "r.cost, processor $theirs s"
same=$(/usr/bin/python3 - "$work" <<'PY'
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
)
echo "$same"
row "\`cost_distance\`" "$((side * side))" "$(awk '{ print $1 }' "$work/ours")" 3 r.cost "$((side * side))" "$theirs" \
    "$(tr '\n' ';' <<<"$same" | sed 's/;/; /; s/;$//')"
