#!/bin/bash
# clump.sh BIN [SIDE]: GRASS r.clump beside the step components on the same cells, blobs and salt and pepper: the
# numbers of patches must be equal. BIN: the folder with bench-patch. Says so and ends well where there is no GRASS.
set -euo pipefail
export LC_ALL=C.UTF-8
. "$(dirname "${BASH_SOURCE[0]}")/side.sh"
bin=${1:?expected the folder with bench-patch} side=${2:-2000}
command -v grass >/dev/null || { echo "clump.sh: skipped, there is no GRASS here"; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bin=$(cd "$bin" && pwd)

cat >"$work/job" <<'JOB'
set -euo pipefail
g.region n="$2" s=0 e="$2" w=0 rows="$2" cols="$2"
r.in.bin input="$1" output=cells bytes=1 north="$2" south=0 east="$2" west=0 rows="$2" cols="$2" anull=0 --quiet
/usr/bin/time -q -f '%e %U %S' -o "$3" r.clump -d input=cells output=clump --quiet
r.info -r clump | sed -n 's/^max=//p'
JOB

for scene in 1 2; do
    "$bin/bench-patch" number "$side" $scene "$work/cells.raw" | tee "$work/ours" >&2
    ours=$(awk '{ print $(NF - 1) }' "$work/ours")
    theirs=$(TMPDIR=$work grass --tmp-location XY --exec bash "$work/job" "$work/cells.raw" "$side" "$work/usage" \
        2>"$work/log" | tail -n 1) || { tail -n 5 "$work/log" >&2; exit 1; }
    busy=$(processor_of "$work/usage")
    echo "r.clump -d, processor $busy s" >&2
    [[ $ours == "$theirs" ]] || { echo "clump.sh: $ours patches here, $theirs by r.clump" >&2; exit 1; }
    echo "$side x $side: $ours patches, as by r.clump"
    row "\`components\`, $(awk '{ print $2 }' "$work/ours")" "$((side * side))" \
        "$(sed 's/.* s *\([0-9.]*\) s busy.*/\1/' "$work/ours")" 20 "r.clump -d" "$((side * side))" "$busy" "$ours patches by both"
done
