#!/bin/bash
# headers.sh [ROOT]: each public header compiles alone with both compilers, says on its first line what it is,
# and has a guard.
set -uo pipefail
cd "${1:-$(dirname "$0")/..}" || exit 2
status=0
for header in include/guotu/*.h; do
    name=${header##*/}
    if ! head -n 1 "$header" | grep -q "^/\* $name: "; then
        echo "$header:1: expected \"/* $name: what it is\""
        status=1
    fi
    grep -q '^#ifndef GUOTU_' "$header" || { echo "$header:1: expected a guard GUOTU_..."; status=1; }
    for compiler in gcc clang-14; do
        "$compiler" -std=gnu17 -pedantic -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wundef -Werror \
            -Iinclude -fsyntax-only -x c "$header" || status=1
    done
done
exit $status
