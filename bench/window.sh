#!/bin/bash
# window.sh FOLDER [SIDE [WINDOW]]: sums and means in a square window beside r.neighbors on the same heights, and the
# results compared cell by cell. FOLDER holds a release build. Skipped where GRASS is not installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=$(cd "${1:?expected the folder of a build}" && pwd) side=${2:-1000} window=${3:-21}
command -v grass >/dev/null || { echo "skipped: GRASS is not installed"; exit 0; }
. "$here/side.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$bin/bench-make" "$work" "$side"
"$bin/bench-window" "$side" "$window" "$work" | tee "$work/ours"

cat >"$work/job" <<'JOB'
set -euo pipefail
cd "$1"
r.in.gdal -o input=dem.raw output=dem --quiet
g.region raster=dem
for method in sum average; do
    /usr/bin/time -q -f '%e %U %S' -o "usage-$method" r.neighbors input=dem output=$method method=$method size="$2" --quiet
    r.out.bin -f input=$method output="grass-$method.raw" bytes=8 null=-1 --quiet
done
JOB
in_grass "$work/job" "$work" "$window"
for step in sum mean; do
    method=${step/mean/average}
    theirs=$(processor_of "$work/usage-$method")
    echo "r.neighbors method=$method, processor $theirs s"
    same=$(/usr/bin/python3 - "$work/$step.raw" "$work/grass-$method.raw" <<'PY'
import sys
import numpy
ours = numpy.fromfile(sys.argv[1], "f4").astype("f8")
theirs = numpy.fromfile(sys.argv[2], "f8")
print("greatest difference %.0e of the value" % numpy.max(numpy.abs(ours - theirs) / numpy.abs(theirs)))
PY
    )
    echo "$same"
    row "$step in $window x $window cells" "$((side * side))" "$(sed -n "s/^$step .*processor \([0-9.]*\) s.*/\1/p" "$work/ours")" \
        "" r.neighbors "$((side * side))" "$theirs" "$same"
done
