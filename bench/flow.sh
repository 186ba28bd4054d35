#!/bin/bash
# flow.sh FOLDER [SIDE]: filled hollows and flow of Guotu beside those of GRASS, on fractal heights and on a rough
# slope without hollows, with the times of both. FOLDER holds a release build. Skipped where GRASS is not installed.
set -euo pipefail
bin=$(cd "${1:?expected the folder of a build}" && pwd) side=${2:-1000}
cd "$(dirname "${BASH_SOURCE[0]}")"
. ./side.sh
here=$PWD
command -v grass >/dev/null || { echo "skipped: GRASS is not installed"; exit 0; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$bin/bench-make" "$work" "$side"
mkdir "$work/fractal" "$work/slope"
mv "$work/dem.raw" "$work/dem.hdr" "$work/fractal"
cp "$work/fractal/dem.hdr" "$work/slope"
./flow.py slope "$work/slope/dem.raw" "$side"

cat >"$work/grass.sh" <<'GRASS'
set -euo pipefail
cd "$1"
timed() { /usr/bin/time -q -f "grass $1 %e s, processor %U + %S s, %M kB" -a -o times "${@:2}" --quiet --overwrite; }
r.in.gdal -o input=dem.raw output=dem --quiet --overwrite
g.region raster=dem
# Some terrain makes it end with an assertion.
timed r.terraflow r.terraflow -s elevation=dem filled=filled \
    direction=terraflow-way accumulation=terraflow directory="$1" memory=2000 || true
timed r.watershed r.watershed -s -a elevation=dem accumulation=watershed drainage=watershed-way \
    memory=4000
for map in filled terraflow watershed terraflow-way watershed-way; do
    r.out.bin input=$map output=grass-$map.raw bytes=4 -f null=-1 --quiet || true
done
GRASS
for kind in fractal slope; do
    echo "== $kind, $side x $side"
    "$bin/bench-flow" "$side" 4000 1 "$work/$kind" "$work/$kind/dem.raw" | tee "$work/ours"
    in_grass "$work/grass.sh" "$work/$kind"
    cat "$work/$kind/times"
    "$here/flow.py" compare "$work/$kind" "$side" | tee "$work/same"
    row "\`flow\` with filling, $kind" "$((side * side))" "$(sed -n 's/^flow, .*processor \([0-9.]*\) s.*/\1/p' "$work/ours")" 5 \
        r.watershed "$((side * side))" "$(sed -n 's/^grass r.watershed .*processor \([0-9.]*\) + \([0-9.]*\) s.*/\1 \2/p' "$work/$kind/times" | awk '{ print $1 + $2 }')" \
        "$(grep -o 'drained cells equal in .*' "$work/same" | tail -n 1)"
done
