#!/bin/bash
# docs.sh PROGRAM: makes the pages of the operations anew, and manual pages and completion under build/share.
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")/.."
share=build/share

"$program" ops --docs docs
"$program" ops --man "$share/man/man1"
mkdir -p "$share/bash-completion/completions"
"$program" ops --completion bash >"$share/bash-completion/completions/guotu"
echo "$share/bash-completion/completions/guotu"
