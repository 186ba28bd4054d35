#!/bin/bash
# run.sh: one job (bench.yaml) done by Guotu, by hand, by GDAL and by GRASS on the same input, beside plain copying; the
# operators that see much of a raster beside GRASS (operators.sh); the whole evaluation (whole.sh); and
# layers of parcels beside GEOS, PostGIS and GRASS (vector.sh). Called by
# ./run bench. Ends with tables in Markdown; nothing is asserted but that the results of the job are equal.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1

usage() {
    cat <<'TEXT'
./run bench [OPTION...]
  --cells N        cells of the raster, a square (400000000)
  --part N         cells of the part that GRASS does, and of the operators (25000000, at most --cells)
  --only WHAT      job, operators, whole or vector; may be given several times (all of them)
  --memory MB      whole: for steps that see the whole raster (1024)
  --threads N      whole (2)
  --parcels N      vector: parcels that are read, measured and checked (1000000)
  --overlay N      vector: parcels of each of two layers (200000)
  --rounds N       times that each thing is done; the median counts (3)
  --dir FOLDER     where to make a temporary folder (build/bench)
  --skip-gdal, --skip-grass
  --write          put the tables into docs/benchmarks.md
TEXT
}

say() { printf '\n== %s\n' "$*" >&2; }
die() { printf 'bench: %s\n' "$*" >&2; exit 1; }

cells=400000000 part=25000000 rounds=3 dir=build/bench gdal=1 grass=1 write='' only=() memory=1024
parcels=1000000 overlay=200000
threads=2 # beside 1
while (($#)); do
    case $1 in
    --cells) cells=${2:?}; shift ;;
    --part) part=${2:?}; shift ;;
    --rounds) rounds=${2:?}; shift ;;
    --dir) dir=${2:?}; shift ;;
    --only) only+=("${2:?}"); shift ;;
    --memory) memory=${2:?}; shift ;;
    --parcels) parcels=${2:?}; shift ;;
    --overlay) overlay=${2:?}; shift ;;
    --threads) whole_threads=${2:?}; shift ;;
    --skip-gdal) gdal='' ;;
    --skip-grass) grass='' ;;
    --write) write=1 ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; die "unknown option $1" ;;
    esac
    shift
done
((${#only[@]})) || only=(job operators whole vector)
wanted() { [[ " ${only[*]} " == *" $1 "* ]]; }
all_cells=$cells
root_of() { awk -v n="$1" 'BEGIN { print int(sqrt(n)) }'; }
side=$(root_of "$cells") part=$(root_of "$part")
((part <= side)) || part=$side
((cells = side * side, side >= 100)) || die "expected at least 10000 cells"

# ---- Programs and their folder ----------------------------------------------------------------------

[[ -f build/release/build.ninja ]] || cmake --preset release >&2
cmake --build --preset release --target guotu bench >&2
bin=$PWD/build/release here=$PWD/bench

mkdir -p "$dir"
work=$(mktemp -d "$dir/run-XXXXXX")
work=$(cd "$work" && pwd)
trap 'rm -rf "$work"' EXIT

# ---- Measuring --------------------------------------------------------------------------------------

# By name: median of the seconds by the clock and of the processor's, greatest peak of resident memory in kB.
# Before each round, fresh is removed and warm is read once: some systems page out what rested for a minute.
declare -A seconds busy peak
fresh=() warm=()
median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# measure NAME COMMAND...: what it prints goes to $work/NAME.out
measure() {
    local name=$1 round start
    shift
    : >"$work/times"
    : >"$work/busy"
    peak[$name]=0
    for ((round = 0; round < rounds; round++)); do
        ((${#fresh[@]} == 0)) || rm -rf "${fresh[@]}"
        sync -f "$work"
        ((${#warm[@]} == 0)) || cat "${warm[@]}" >/dev/null
        start=$EPOCHREALTIME
        /usr/bin/time -q -f '%M %U %S' -o "$work/usage" "$@" >"$work/$name.out" 2>"$work/$name.err" ||
            { cat "$work/$name.err" >&2; die "$name failed: $*"; }
        awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.3f\n", b - a }' >>"$work/times"
        local kb user system
        read -r kb user system <"$work/usage"
        echo "$user $system" | awk '{ print $1 + $2 }' >>"$work/busy"
        ((kb <= peak[$name])) || peak[$name]=$kb
    done
    seconds[$name]=$(median <"$work/times")
    busy[$name]=$(median <"$work/busy")
    printf '%-24s %8.3f s  %6d MB   (%s)\n' "$name" "${seconds[$name]}" $((peak[$name] / 1024)) "$(xargs <"$work/times")" >&2
}

# once NAME COMMAND...: for what may be done only one time
once() { local rounds=1; measure "$@"; }

# total NAME PART...: seconds added up, the greatest peak
total() {
    local name=$1 p
    shift
    seconds[$name]=0 busy[$name]=0 peak[$name]=0
    for p in "$@"; do
        seconds[$name]=$(awk -v a="${seconds[$name]}" -v b="${seconds[$p]}" 'BEGIN { print a + b }')
        busy[$name]=$(awk -v a="${busy[$name]}" -v b="${busy[$p]}" 'BEGIN { print a + b }')
        ((peak[$p] <= peak[$name])) || peak[$name]=${peak[$p]}
    done
}

# ---- The parts --------------------------------------------------------------------------------------

make_input() { # FOLDER SIDE
    mkdir "$1"
    "$bin/bench-make" "$1" "$2"
    sync -f "$work"
}

plain() {
    say "plain I/O: reading the input, copying as many bytes as the result has"
    head -c "$cells" "$work/in/dem.raw" >"$work/sized"
    warm=("$work/in/dem.raw" "$work/in/zone.raw")
    measure read cat "$work/in/dem.raw" "$work/in/zone.raw"
    fresh=("$work/copy") warm=("$work/sized")
    measure copy cp "$work/sized" "$work/copy"
    rm "$work/sized" "$work/copy"
    total plain read copy
}

pass_from_files() {
    say "the pass from uncompressed files"
    fresh=("$work/grade.raw") warm=("$work/in/dem.raw" "$work/in/zone.raw")
    local t
    for t in 1 $threads; do
        measure "raw-$t" "$bin/bench-raw" "$work/in" "$side" "$t" "$work/grade.raw"
    done
    rm "$work/grade.raw"
    cmp -s "$work/raw-1.out" "$work/raw-$threads.out" || die "1 and $threads threads give different counts"
}

workspace() {
    say "the program, from and into a workspace"
    local w=$work/ws t
    "$bin/guotu" init "$w" --title bench --region 540223 --crs EPSG:4538 --cell 30 >/dev/null
    fresh=()
    once import-dem "$bin/guotu" -w "$w" import dem "$work/in/dem.raw" --source-crs EPSG:4538
    once import-zone "$bin/guotu" -w "$w" import class_raster "$work/in/zone.raw" --source-crs EPSG:4538 --name zone
    stored=$(du -sm "$w/raster" | cut -f1)
    warm=("$w"/raster/*)
    for t in 1 $threads; do
        measure "decode-$t" "$bin/bench-decode" "$w" "$t" dem zone
        measure "run-$t" "$bin/guotu" -w "$w" run "$here/bench.yaml" --threads "$t" --json
        /usr/bin/python3 "$here/compare.py" counts "$work/run-$t.out" >"$work/run.counts"
        cmp -s "$work/raw-1.out" "$work/run.counts" || die "the workspace gives other counts than the files"
    done
    rm -rf "$w"
}

by_hand() {
    local t s=$side
    ((s <= 8000)) || s=8000
    say "the compiled pass against the kernel by hand, $s x $s cells in memory"
    hand_side=$s fresh=() warm=()
    for t in 1 $threads; do
        once "pass-$t" "$bin/bench-pass" "$s" "$rounds" "$t"
        seconds[compiled-$t]=$(cut -d' ' -f1 "$work/pass-$t.out" | median)
        seconds[hand-$t]=$(cut -d' ' -f2 "$work/pass-$t.out" | median)
        printf '%d threads: compiled %s s, by hand %s s\n' "$t" "${seconds[compiled-$t]}" "${seconds[hand-$t]}" >&2
    done
}

# GDAL has no range in a window of 11 x 11, so its 3 x 3 roughness stands in: less work than asked for.
with_gdal() {
    say "GDAL: gdaldem slope, gdaldem roughness (3x3), gdal_calc, counts by numpy"
    local g=$work/gdal t
    mkdir "$g"
    warm=("$work/in/dem.raw")
    fresh=("$g/slope.tif")
    measure gdal-slope gdaldem slope -q "$work/in/dem.raw" "$g/slope.tif"
    fresh=("$g/rough.tif")
    measure gdal-roughness gdaldem roughness -q "$work/in/dem.raw" "$g/rough.tif"
    fresh=("$g/grade.tif") warm=("$g/slope.tif" "$g/rough.tif")
    measure gdal-calc gdal_calc.py --quiet -A "$g/slope.tif" -B "$g/rough.tif" --outfile "$g/grade.tif" --type Byte \
        --NoDataValue 0 --calc "numpy.take(numpy.array([1,1,2,3,1,2,2,3,2,3,3,4,3,4,4,5,5,5,5,5],numpy.uint8),
            numpy.uint8(4)*((A>2).view(numpy.uint8)+(A>6)+(A>15)+(A>25))+(B>50)+(B>100)+(B>200))"
    fresh=() warm=("$g/grade.tif" "$work/in/zone.raw")
    measure gdal-counts /usr/bin/python3 "$here/zonal.py" "$g/grade.tif" "$work/in/zone.raw"
    gdal_mb=$(du -sm "$g" | cut -f1)
    rm -rf "${g:?}"/*
    # What decoding costs with the predictor that makes the smallest files (docs/decisions/004-codec.md).
    gdal_translate -q -co TILED=YES -co COMPRESS=ZSTD -co ZSTD_LEVEL=1 -co PREDICTOR=3 -co BIGTIFF=IF_SAFER \
        -co NUM_THREADS=ALL_CPUS "$work/in/dem.raw" "$g/float.tif"
    float_mb=$(du -sm "$g" | cut -f1)
    warm=("$g/float.tif")
    for t in 1 $threads; do
        measure "float-$t" /usr/bin/python3 "$here/decode.py" "$g/float.tif" "$t"
    done
    rm -rf "$g"
    total gdal gdal-slope gdal-roughness gdal-calc gdal-counts
}

with_grass() {
    say "GRASS on $part x $part cells: r.slope.aspect, r.neighbors (11x11), r.mapcalc, r.stats; and the pass on the same"
    make_input "$work/part" "$part"
    TMPDIR=$work grass --tmp-location EPSG:4538 --exec bash "$here/grass.sh" "$work/part" "$rounds" $threads >"$work/grass.log" 2>&1 ||
        { tail -n 20 "$work/grass.log" >&2; die "GRASS failed"; }
    local t name cpu kb modules=()
    while read -r name t cpu kb; do
        seconds[$name]=$t busy[$name]=$cpu peak[$name]=$kb
        modules+=("$name")
        printf '%-24s %8.3f s  %6d MB\n' "$name" "$t" $((kb / 1024)) >&2
    done < <(sort -k1,1 -k2,2n "$work/part/times" | awk -v n="$rounds" '
        $4 > kb[$1] { kb[$1] = $4 }
        ++seen[$1] == int((n + 1) / 2) { t[$1] = $2; cpu[$1] = $3 }
        END { for (k in t) print k, t[k], cpu[k], kb[k] }')
    total grass "${modules[@]}"
    grass_mb=$(<"$work/part/mb")
    fresh=("$work/part/grade.raw") warm=("$work/part/dem.raw" "$work/part/zone.raw")
    measure part "$bin/bench-raw" "$work/part" "$part" $threads "$work/part/grade.raw"
    difference=$(/usr/bin/python3 "$here/compare.py" cells "$work/part" "$part")
    echo "$difference" >&2
    rm -rf "$work/part"
}

# ---- The tables -------------------------------------------------------------------------------------

version_of() { dpkg-query -W -f='${Version}' "$1" 2>/dev/null || echo unknown; }

machine() {
    local model memory
    model=$(lscpu | sed -n 's/^Model name: *//p' | head -n 1)
    memory=$(awk '/^MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo)
    echo "$(date -u +%Y-%m-%d), guotu $(<VERSION) ($(git rev-parse --short HEAD 2>/dev/null || echo unknown)): $model, $(nproc) cores," \
        "$memory GB, Linux $(uname -r), $(gcc --version | head -n 1), GDAL $(version_of gdal-bin)," \
        "GRASS $(version_of grass-core). $side x $side cells, page cache warm, median of $rounds; load of the machine before" \
        "and after: $load, $(cut -d' ' -f1 /proc/loadavg)."
}

machine_short() {
    printf '%s, guotu %s (%s), load of the machine %s.\n\n' "$(date -u +%Y-%m-%d)" "$(<VERSION)" \
        "$(git rev-parse --short HEAD 2>/dev/null || echo unknown)" "$(cut -d' ' -f1 /proc/loadavg)"
}

# row WHAT NAME CELLS [MORE]
row() {
    [[ -n ${seconds[$2]:-} ]] || return 0
    awk -v what="$1" -v s="${seconds[$2]}" -v cpu="${busy[$2]:-}" -v kb="${peak[$2]:-0}" -v n="$3" -v more="${4:-}" 'BEGIN {
        printf "| %s | %.2f | %s | %.2f | %s | %s |\n", what, s, cpu == "" ? "" : sprintf("%.2f", cpu), s * 1e9 / n,
            kb ? sprintf("%.0f", kb / 1024) : "", more }'
}

# aim WHAT ABOVE BELOW SIGN WANTED: the seconds of ABOVE through those of BELOW; SIGN "": nothing is aimed at
aim() {
    [[ -n ${seconds[$2]:-} && -n ${seconds[$3]:-} ]] || return 0
    awk -v what="$1" -v a="${seconds[$2]}" -v b="${seconds[$3]}" -v ca="${busy[$2]:-}" -v cb="${busy[$3]:-}" \
        -v sign="$4" -v want="$5" 'BEGIN {
        r = a / b
        met = sign == ">=" ? r >= want : r <= want
        aim = sign == ">=" ? "at least " want : "at most " want
        cpu = (cb > 0) ? sprintf("%.2f", ca / cb) : ""
        verdict = sign == "" ? "" : met ? "yes" : "**no**"
        printf("| %s | %.2f | %s | %s | %s |\n", what, r, cpu, sign == "" ? "" : aim, verdict) }'
}

tables() {
    local t n module
    machine
    printf '\n| what | s | processor s | ns a cell | peak MB | |\n|---|---:|---:|---:|---:|---|\n'
    row "plain: \`cat\` input, \`cp\` result's bytes" plain "$cells"
    for t in 1 $threads; do
        row "pass, flat files, $t thread$([[ $t == 1 ]] || echo s)" "raw-$t" "$cells"
    done
    row "\`guotu import dem\`" import-dem "$cells" "both inputs are ${stored:-?} MB in the workspace"
    row "\`guotu import class_raster\`" import-zone "$cells"
    for t in 1 $threads; do
        row "decoding the workspace's input, $t thread$([[ $t == 1 ]] || echo s)" "decode-$t" "$cells"
        row "\`guotu run --threads $t\`" "run-$t" "$cells"
    done
    row "\`gdaldem slope\`" gdal-slope "$cells"
    row "\`gdaldem roughness\` (3x3 instead of 11x11)" gdal-roughness "$cells"
    row "\`gdal_calc.py\`: classes and matrix" gdal-calc "$cells"
    row "numpy: counts by zone" gdal-counts "$cells"
    row "GDAL together" gdal "$cells" "${gdal_mb:-?} MB of files between"
    for t in 1 $threads; do
        row "GDAL: decoding the terrain alone, floating-point predictor, $t thread$([[ $t == 1 ]] || echo s)" "float-$t" \
            "$cells" "${float_mb:-?} MB"
    done
    ((n = part * part))
    while read -r t module; do
        row "GRASS \`$module\`, $part x $part" "grass-$t" $n
    done <<<"in.dem r.in.gdal
in.zone r.in.gdal
slope r.slope.aspect
range r.neighbors
calc r.mapcalc
stats r.stats"
    row "GRASS together, $part x $part" grass $n "${grass_mb:-?} MB of files between"
    row "pass on that part, flat files, $threads threads" part $n
    ((n = hand_side * hand_side))
    for t in 1 $threads; do
        row "compiled pass in memory, $hand_side x $hand_side, $t thread$([[ $t == 1 ]] || echo s)" "compiled-$t" $n
        row "the same by hand" "hand-$t" $n
    done
    printf '\n| ratio | by the clock | of processor time | aim | met |\n|---|---:|---:|---:|---|\n'
    aim "GDAL / pass, flat files, $threads threads" gdal raw-$threads ">=" 15
    aim "GRASS / pass, the part, $threads threads" grass part ">=" 45
    aim "pass / plain copying, $threads threads" raw-$threads plain "<=" 6
    aim "\`guotu run\` / decoding, 1 thread" run-1 decode-1 "<=" 1.3
    aim "\`guotu run\` / decoding, $threads threads" run-$threads decode-$threads "<=" 1.3
    aim "\`guotu run\` / decoding with the floating-point predictor, $threads threads" run-$threads float-$threads "" 0
    aim "compiled / by hand, 1 thread" compiled-1 hand-1 "<=" 1.3
    aim "compiled / by hand, $threads threads" compiled-$threads hand-$threads "<=" 1.3
    aim_memory
    [[ -z ${difference:-} ]] || printf '\n%s\n' "$difference"
}

aim_memory() {
    local name most=0
    for name in raw-1 raw-$threads run-1 run-$threads; do
        ((${peak[$name]:-0} <= most)) || most=${peak[$name]}
    done
    awk -v kb="$most" 'BEGIN {
        printf "| greatest resident memory, GB | %.2f | | at most 0.5 | %s |\n", kb / 1e6, kb <= 5e5 ? "yes" : "**no**" }'
}

# Puts a table between the marks NAME:begin and NAME:end in docs/benchmarks.md.
write_docs() { # NAME FILE
    [[ -n $write ]] || return 0
    awk -v tables="$2" -v name="$1" '
        index($0, "<!-- " name ":begin -->") { print; print ""; while ((getline line < tables) > 0) print line; print ""; skip = 1 }
        index($0, "<!-- " name ":end -->") { skip = 0 }
        !skip' docs/benchmarks.md >"$work/docs"
    cat "$work/docs" >docs/benchmarks.md
}

job() {
    say "input: $side x $side cells in $work"
    make_input "$work/in" "$side"
    plain
    pass_from_files
    workspace
    [[ -z $gdal ]] || with_gdal
    [[ -z $grass ]] || with_grass
    rm -rf "$work/in"
    by_hand
    tables >"$work/job.md"
}

operators() {
    say "operators, $part x $part cells"
    machine_short >"$work/operators.md"
    TMPDIR=$work bench/operators.sh "$bin" "$part" >>"$work/operators.md"
}

whole() {
    say "the whole evaluation, $all_cells cells"
    machine_short >"$work/whole.md"
    bench/whole.sh "$bin" "$all_cells" "$memory" "${whole_threads:-$threads}" "$dir" >>"$work/whole.md"
}

vector() {
    say "layers of parcels: $parcels, and $overlay by $overlay"
    cmake --build --preset release --target bench-vector >&2
    machine_short >"$work/vector.md"
    mkdir -p "$dir/vector-$parcels"
    bench/vector.sh "$bin" "$parcels" "$overlay" "$dir/vector-$parcels" >>"$work/vector.md"
}

load=$(cut -d' ' -f1 /proc/loadavg)
for what in job operators whole vector; do
    ! wanted "$what" || "$what"
done
for what in job operators whole vector; do
    ! wanted "$what" || { echo; cat "$work/$what.md"; write_docs "bench-$what" "$work/$what.md"; }
done
