#!/bin/bash
# demo.sh [PROGRAM [DIR]] [--cells N] [--parcels N] [--seed N] [--lang zh|en]: all jobs on a fictional county, from nothing to
# reports. Running it again begins anew.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

program=build/release/guotu dir= cells=1000000 parcels=5000 seed=1 lang=zh
die() { printf 'demo: %s\n' "$*" >&2; exit 2; }
say() { printf '\n== %s\n' "$*" >&2; }

place=0
while (($#)); do
    case $1 in
    --cells | --parcels | --seed | --lang)
        (($# > 1)) || die "expected a value behind $1"
        declare "${1#--}=$2"
        shift
        ;;
    -*) die "expected --cells, --parcels, --seed or --lang, found $1" ;;
    *)
        ((++place <= 2)) || die "expected PROGRAM and DIR, found $1 besides"
        if ((place == 1)); then program=$1; else dir=$1; fi
        ;;
    esac
    shift
done
dir=${dir:-out/demo}
[[ -x $program ]] || die "expected a program at $program, found none: ./run build makes it"

# Only a workspace that a demonstration made is replaced.
if [[ -e $dir ]]; then
    grep -qs '^synthetic: true' "$dir/workspace.yaml" || [[ -d $dir && -z $(ls -A "$dir") ]] ||
        die "expected $dir to be absent or a fictional county's workspace, found something else"
    rm -rf "$dir"
fi
mkdir -p "$(dirname "$dir")"

guotu() { "$program" --lang "$lang" "$@"; }
began=$SECONDS

say "a fictional county, with every input of the evaluation, its land survey and its plan"
guotu -q sample "$dir" --cells "$cells" --seed "$seed" --parcels "$parcels"

say "quality check of its submission package, and of one with planted faults"
guotu check "$dir/submission"
guotu check "$dir/submission-faulty" --report "$dir/out/check" --fix "$dir/mended" >"$dir/out/check.txt" || (($? == 1))
tail -n 20 "$dir/out/check.txt"

say "what changed between two years of the survey"
guotu -w "$dir" diff dltb@2022 dltb@2023

say "the survey's classes by town; the present base of the plan"
guotu -w "$dir" areas dltb --by xzq --class DLBM | tail -n 12
guotu -w "$dir" convert dltb --approvals approvals | tail -n 12

say "terrain"
guotu -w "$dir" run terrain

say "climate from the stations' days, beside the county's own"
guotu -w "$dir" climate --prefix st_

for rules in mnr-2020-01 mnr-2019-07; do
    # The second set's results stand beside the first's, under a prefix: they are never mixed.
    prefix=()
    [[ $rules == mnr-2020-01 ]] || prefix=(--prefix "d${rules:4:4}_")
    for function in ecology agriculture urban problems potential agreement; do
        say "$function, $rules"
        guotu -w "$dir" evaluate "$function" --rules "$rules" "${prefix[@]}"
    done
    say "carrying capacity, $rules"
    guotu -w "$dir" capacity --rules "$rules" "${prefix[@]}"
done

say "pasture and livestock (rates that no source gives are made up)"
guotu -w "$dir" livestock --rules-file examples/pasture.yaml

say "ecological network"
guotu -w "$dir" network

say "scenarios beside each other"
guotu -w "$dir" scenario examples/scenarios.yaml

say "results as the standard's layers"
for result in ecology_zone agriculture_zone urban_zone; do
    guotu -w "$dir" polygons "$result" --by county
done

say "areas by part of the county"
guotu -w "$dir" areas d2019_urban_zone --by county

say "why one place got its class"
guotu -w "$dir" explain d2019_urban_zone --at 108.02,29.78

say "done in $((SECONDS - began)) s: synthetic data, not a real place"
cat <<TEXT
workspace  $dir
check      $dir/out/check/report.html: what was planted in submission-faulty/ (planted.json)
reports    $dir/out: $(find "$dir/out" -name '*.html' | wc -l) pages, such as ecology-mnr-2020-01.html, urban-mnr-2020-01.html,
           capacity-mnr-2020-01.html, scenarios-mnr-2020-01.html
tables     $dir/out: $(find "$dir/out" -name '*.csv' | wc -l) for spreadsheets
rasters    $dir/raster (GeoTIFF), layers in $dir/plan.gpkg
again      $program -w $dir catalog
TEXT
