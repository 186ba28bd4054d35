#!/bin/bash
# operators.sh FOLDER SIDE: the operators that see much or all of a raster, beside those of GRASS on the same cells with
# the results compared, and on larger rasters alone. Prints a table in Markdown. FOLDER holds a release build.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=$(cd "${1:?expected the folder of a build}" && pwd) side=${2:?expected cells a side}
kept=$(mktemp -d)
trap 'rm -rf "$kept"' EXIT
export BENCH_ROWS=$kept/rows
. "$here/side.sh"
: >"$BENCH_ROWS"

# The comparison of flow with plain sums is Python's, cell by cell.
beside=$((side < 1000 ? side : 1000))
{
    "$here/flow.sh" "$bin" "$beside"
    "$bin/bench-flow" "$side" 4000 1 "$kept" | tee "$kept/flow"
    row "\`flow\` with filling, fractal" "$((side * side))" "$(sed -n 's/^flow, .*processor \([0-9.]*\) s.*/\1/p' "$kept/flow")" 5
    "$here/clump.sh" "$bin" "$side"
    "$here/cost.sh" "$bin/bench-cost" "$side"
    "$here/window.sh" "$bin" "$side" 21
    "$bin/bench-patch" pattern $((2 * side)) | tee "$kept/pattern"
} >&2
while read -r _ scene _ _ busy _ _ _ _ _ bytes _; do
    row "\`pattern\`, $scene" $((4 * side * side)) "$busy" "" "" "" "" \
        "$bytes bytes a cell besides the input; aim: 8, $(awk -v b="$bytes" 'BEGIN { print b <= 8 ? "met" : "**not met**" }')"
done <"$kept/pattern"

printf '| operator | cells | M cells/s | aim | met | GRASS | M cells/s | results |\n|---|---:|---:|---:|---|---|---:|---|\n'
awk -F'|' '
    function speed(cells, s) { return s > 0 ? sprintf("%.1f", cells / s / 1e6) : "" }
    {
        ours = speed($2, $3)
        met = $4 == "" ? "" : ours + 0 >= $4 ? "yes" : "**no**"
        printf "| %s | %d | %s | %s | %s | %s | %s | %s |\n", $1, $2, ours, $4, met, $5 == "" ? "" : "`" $5 "`", speed($6, $7), $8
    }' "$BENCH_ROWS"
