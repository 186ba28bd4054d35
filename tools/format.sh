#!/bin/bash
# format.sh [--fix] [ROOT]: the C sources are as clang-format 14 leaves them.
set -u
mode=(--dry-run -Werror)
[[ ${1:-} != --fix ]] || { mode=(-i); shift; }
cd "${1:-$(dirname "$0")/..}" || exit 2
command -v clang-format-14 >/dev/null || { echo "format.sh: expected clang-format-14, found none"; exit 2; }
find . \( -path ./build -o -path ./.git \) -prune -o -name '*.[ch]' -printf '%P\0' |
    xargs -0 -r clang-format-14 --style=file "${mode[@]}" 2>&1 |
    awk -F: '/ (error|warning): / && !seen[$1]++ { print $1 ":" $2 ": is not in house form: tools/format.sh --fix"; bad = 1 }
        END { exit bad }'
