#!/bin/bash
# tingri.sh DATA [DIR]: the dual evaluation of one real county (540223) from open data: what the data allow, and
# what they lack. DATA is a folder with
#   dem/*.dt1 admin/xi1_cang2_ri4_ka1_ze2.geojson faults/*.geojson glaciers/*outlines.gpkg
#   water/gshhg_lakes_*.geojson water/wdbii_rivers_*.geojson climate/precip_*.tif people/geonames_cities_*.geojson
# DIR is the new workspace, out/tingri unless told. GUOTU names the program, LANGUAGE_OF_RESULTS zh or en.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=${GUOTU:-$here/build/release/guotu}
lang=${LANGUAGE_OF_RESULTS:-zh}
die() { printf 'tingri: %s\n' "$*" >&2; exit 2; }

(($# == 1 || $# == 2)) || die "expected DATA [DIR]"
data=$1 dir=${2:-$here/out/tingri}
[[ -x $program ]] || die "expected a program at $program, found none: ./run build makes it"
[[ -d $data/dem ]] || die "expected a folder $data/dem with SRTM tiles, found none"
[[ ! -e $dir/workspace.yaml ]] || die "$dir: expected no workspace yet; remove it, or name another folder"

TIMEFORMAT='   %R s'
began=$SECONDS refused=()
guotu() { "$program" --lang "$lang" "$@"; }
step() {
    printf '\n== %s\n' "$1" >&2
    shift
    time guotu "$@"
}
# What the data may not allow: a refusal of the input (status 3) is a result, anything else is a failure.
try() {
    local status=0
    step "$@" || status=$?
    case $status in
    0) ;;
    3) refused+=("$1") ;;
    *) die "$1: expected success or a refusal, found status $status" ;;
    esac
}

# Three seconds of arc in degrees; the heights keep their own grid, this serves models without one.
step "workspace" init "$dir" --title 定日县 --region 540223 --crs EPSG:4490 --cell 0.000833333333333
step "heights: four tiles become one raster, their voids are filled and counted" \
    -w "$dir" import dem "$data"/dem/*.dt1 --fill-voids --vintage 2000 --licence "SRTM, public domain"
step "the county" -w "$dir" import county "$data/admin/xi1_cang2_ri4_ka1_ze2.geojson" \
    --where "id = '540223'" --licence MIT
step "active faults" -w "$dir" import fault "$data"/faults/*.geojson --licence "ODC-By 1.0, HimaTibetMap"
step "glaciers" -w "$dir" import glacier "$data"/glaciers/*outlines.gpkg --licence "CC BY 4.0, RGI 6.0"
step "lakes" -w "$dir" import water "$data"/water/gshhg_lakes_*.geojson --licence "LGPL, GSHHG"
step "rivers" -w "$dir" import river "$data"/water/wdbii_rivers_*.geojson --licence "LGPL, GSHHG"
step "precipitation" -w "$dir" import precipitation "$data"/climate/precip_*.tif \
    --licence "public domain, CFSv2; too coarse and too wet here: it shows the way, not the truth"
# Towns of Xizang alone. They are no central cities: the nearest of those lies outside the heights.
step "towns" -w "$dir" import town "$data"/people/geonames_cities_*.geojson \
    --where "country = 'CN' AND admin1 = '14'" --licence "CC BY 4.0, GeoNames"

step "terrain" -w "$dir" run terrain
# Each rule set has its own datasets: the operative guide plain, the others under a prefix.
try "the whole evaluation, the guide in force" -w "$dir" evaluate all --rules mnr-2020-01
try "the whole evaluation, high country" -w "$dir" evaluate all --rules plateau --prefix plateau_
try "the whole evaluation, five grades of the draft" -w "$dir" evaluate all --rules mnr-2019-07 --prefix d2019_

step "areas by county" -w "$dir" areas d2019_urban_grade --by county
step "why one place got its grade" -w "$dir" explain d2019_urban_zone --at 87.0,28.6
step "what follows from less rain and from limits of altitude" -w "$dir" scenario "$here/examples/tingri-scenarios.yaml"

try "carrying capacity" -w "$dir" capacity
try "what pasture carries" -w "$dir" livestock
try "ecological network" -w "$dir" network --memory 1024
step "towns as the standard's polygon layer" -w "$dir" polygons d2019_urban_zone --by county

printf '\n== done in %d s\n' $((SECONDS - began)) >&2
((${#refused[@]} == 0)) || printf 'refused for want of input: %s\n' "${refused[@]}"
printf 'workspace  %s\n' "$dir"
printf 'report     %s\n' "$dir"/out/*.html
