#!/bin/bash
# whole.sh FOLDER CELLS MEMORY_MB THREADS DIR: the whole evaluation, ecology, agriculture and urban with all their factors,
# by two rule sets, on the fictional county with so many cells. FOLDER holds a release build. What was done stays in
# DIR/whole-CELLS, so that a run that was stopped goes on where it was; remove it when it is of no use any more. Prints
# tables in Markdown.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=$(cd "${1:?expected the folder of a build}" && pwd)
cells=${2:?expected a number of cells} memory=${3:?expected MB} threads=${4:?expected a number} dir=${5:?expected a folder}
export GUOTU_RULES=$here/../rules
mkdir -p "$dir/whole-$cells"
cd "$dir/whole-$cells"
say() { printf '%s\n' "$*" >&2; }

# timed NAME COMMAND...: its answer becomes NAME.json and "clock user system kB" NAME.usage, both only when it ended well
timed() {
    local name=$1
    shift
    say "$name"
    /usr/bin/time -q -f '%e %U %S %M' -o usage "$@" >answer 2>log || { tail -n 5 log >&2; exit 1; }
    mv answer "$name.json"
    mv usage "$name.usage"
    say "  $(awk '{ printf "%.0f s, processor %.0f s, %.0f MB", $1, $2 + $3, $4 / 1024 }' "$name.usage")"
}

if [[ ! -f sample.usage ]]; then
    rm -rf county ./*.json ./*.usage
    timed sample "$bin/guotu" sample county --cells "$cells" --threads "$threads" --json
fi
for rules in 2020-01 2019-07; do
    for function in ecology agriculture urban; do # the later two read what the first found
        name=$function-$rules
        [[ ! -f $name.usage ]] || continue
        "$bin/guotu" -w county plan "$name" --memory "$memory" --threads "$threads" --json >"$name.plan" 2>log ||
            { tail -n 5 log >&2; exit 1; }
        timed "$name" "$bin/guotu" -w county evaluate "$function" --rules "mnr-$rules" --memory "$memory" \
            --threads "$threads" --json
    done
done
/usr/bin/python3 "$here/whole.py" . "$memory" "$threads"
