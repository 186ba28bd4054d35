# side.sh: what the scripts that put an operator beside GRASS share; read by them, with $work their folder.

# in_grass SCRIPT ARGUMENT...: in a session of its own
in_grass() {
    TMPDIR=$work grass --tmp-location EPSG:4538 --exec bash "$@" >"$work/log" 2>&1 || {
        tail -n 20 "$work/log" >&2
        exit 1
    }
}

# Processor's seconds of a file "clock user system" by time.
processor_of() { awk '{ printf "%.2f", $2 + $3 }' "$1"; }

# row WHAT CELLS SECONDS AIM THEIRS THEIR-CELLS THEIR-SECONDS SAME: a line of the table that ./run bench prints (SECONDS of
# the processor, AIM in M cells/s), kept in the file that BENCH_ROWS names
row() {
    [[ -z ${BENCH_ROWS:-} ]] || (IFS='|'; echo "$*" >>"$BENCH_ROWS")
}
