#!/bin/bash
# flow.sh FOLDER [SIDE]: filled hollows and flow of Guotu beside those of GRASS, on fractal heights and on a rough
# slope without hollows, with the times of both. FOLDER holds a release build. Skipped where GRASS is not installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
here=$PWD bin=$(cd "${1:?expected the folder of a build}" && pwd) side=${2:-1000}
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
timed() { /usr/bin/time -q -f "grass $1 %e s, %M kB" -a -o times "${@:2}" --quiet --overwrite; }
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
    "$bin/bench-flow" "$side" 4000 1 "$work/$kind" "$work/$kind/dem.raw"
    TMPDIR=$work grass --tmp-location EPSG:4538 --exec bash "$work/grass.sh" "$work/$kind" >"$work/log" 2>&1 ||
        { tail -n 20 "$work/log" >&2; exit 1; }
    cat "$work/$kind/times"
    "$here/flow.py" compare "$work/$kind" "$side"
done
