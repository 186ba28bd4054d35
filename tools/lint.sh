#!/bin/bash
# lint.sh [NAME]: all checks of the sources, or one; each counts as a test.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
export LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1

checks=(layers:tools/layers.py banned:tools/banned.py sizes:tools/sizes.py format:tools/format.sh
    headers:tools/headers.sh links:tools/links.py selftest:tools/selftest.sh)
passed=0 failed=0
for check in "${checks[@]}"; do
    name=${check%%:*} program=${check#*:}
    [[ -z ${1:-} || $name == "$1" ]] || continue
    if "$program"; then
        echo "ok $name"
        ((++passed))
    else
        echo "failed $name ($program)"
        ((++failed))
    fi
done
echo "$passed passed, $failed failed, 0 skipped"
((failed == 0))
