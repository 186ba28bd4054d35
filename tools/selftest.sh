#!/bin/bash
# selftest.sh: each check of tools/ is seen to pass on a small clean tree and to fail on a planted fault, with
# the fault's place in what it prints.
set -uo pipefail
tools=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
bad=0

# A tree without faults.
clean_tree() {
    rm -rf "${tree:?}"/*
    mkdir -p "$tree"/{include/guotu,src/base,src/geo,src/rules,src/store,tests/unit/geo,tools,docs}
    cp "$tools/../.clang-format" "$tree/"
    cat >"$tree/include/guotu/base.h" <<'C'
/* base.h: a module. */
#ifndef GUOTU_BASE_H
#define GUOTU_BASE_H
int gt_base(int a);
#endif
C
    sed 's/base/geo/g; s/BASE/GEO/g' "$tree/include/guotu/base.h" >"$tree/include/guotu/geo.h"
    printf '#include "guotu/base.h"\n\nint gt_base(int a)\n{\n    return a; /* no sprintf( here */\n}\n' >"$tree/src/base/a.c"
    printf '#include "guotu/base.h"\n#include <proj.h>\n\n#include "geo_int.h"\n' >"$tree/src/geo/a.c"
    printf '/* clang-format off */\nchar *q = f(a, "DELETE FROM %%s "\n    "WHERE a = ?1", gt_db_name(x));\n' >"$tree/src/store/b.c"
    printf '/* clang-format off */\nMACRO(a, b, c, d, e, f, g)\nint f(int a);\n\nGT_PRINTF(5, 6)\nint f(int a)\n{\n}\n' >"$tree/src/store/c.c"
    printf '/* geo_int.h: private. */\n' >"$tree/src/geo/geo_int.h"
    printf '# A page\n\n[itself](#a-page), [code](../src/base/a.c)\n' >"$tree/docs/page.md"
}

expect_pass() {
    local check=$1 said
    if ! said=$("$tools/$check" "$tree" 2>&1); then
        echo "tools/selftest.sh: $check fails on a clean tree: $said"
        bad=1
    fi
}

# fault CHECK WHAT FILE TEXT: TEXT, added to FILE of a clean tree, must make CHECK fail and name the file.
fault() {
    local check=$1 what=$2 file=$3 text=$4 said
    clean_tree
    printf "%b" "$text" >>"$tree/$file"
    if said=$("$tools/$check" "$tree" 2>&1); then
        echo "tools/selftest.sh: $check does not see $what"
        bad=1
    elif [[ $said != *"$file:"* ]]; then
        echo "tools/selftest.sh: $check does not name $file for $what: $said"
        bad=1
    fi
}

clean_tree
for check in layers.py banned.py sizes.py format.sh headers.sh links.py; do
    expect_pass $check
done

fault layers.py "an include upwards" src/base/a.c '#include "guotu/geo.h"\n'
fault layers.py "an include sideways" src/rules/a.c '#include "guotu/geo.h"\n'
fault layers.py "an include upwards from a header" include/guotu/base.h '#include "guotu/geo.h"\n'
fault layers.py "an include upwards from a test" tests/unit/geo/t.c '#include "guotu/store.h"\n'
fault layers.py "another module's private header" src/store/a.c '#include "../geo/geo_int.h"\n'
fault layers.py "a library of another module" src/store/a.c '#include <proj.h>\n'
fault layers.py "an unknown library" src/base/a.c '#include <curl/curl.h>\n'
fault layers.py "an unknown module" src/base/a.c '#include "guotu/nothing.h"\n'

fault banned.py "sprintf" src/base/a.c 'void f(char *b) { sprintf(b, "x"); }\n'
fault banned.py "atoi" src/base/a.c 'int g = atoi ("1");\n'
fault banned.py "a note to do something" src/base/a.c '/* TODO: later */\n'
fault banned.py "SQL built from text" src/store/a.c 'char *q = f("SELECT a FROM b WHERE c = %s", x);\n'
fault banned.py "SQL with a name that is not quoted" src/store/a.c 'char *q = f(a, "DROP %s" ".%s", gt_db_name(x), y);\n'
fault banned.py "a file changed outside base/io" src/store/a.c 'int r = unlink("a");\n'
fault banned.py "a file opened for writing" src/store/a.c 'void *r = fopen("a", "wb");\n'
fault banned.py "a permission for nothing" tools/banned.allow 'src/base/a.c strcpy reason\n'

fault sizes.py "a long function" src/base/a.c "\nint gt_long(void)\n{\n$(printf '    gt_base(1);\\n%.0s' {1..70})}\n"
fault sizes.py "a long file" src/base/a.c "$(printf '/* a */\\n%.0s' {1..801})"
fault sizes.py "seven parameters" src/base/a.c '\nint gt_many(int a, int b, int c, int (*d)(int, int), int e, int f,\n    int g)\n{\n}\n'
fault sizes.py "a permission for nothing" tools/sizes.allow 'src/base/a.c gt_base reason\n'

fault format.sh "crooked form" src/base/a.c 'int   gt_x ;\n'
fault headers.sh "a header that does not compile alone" include/guotu/geo.h 'gt_unknown gt_f(void);\n'
fault headers.sh "a header that does not say what it is" include/guotu/new.h '#ifndef GUOTU_NEW_H\n#define GUOTU_NEW_H\n#endif\n'
fault links.py "a link to no file" docs/page.md '[x](nothing.md)\n'
fault links.py "a link to no heading" docs/page.md '[x](#nothing)\n'
fault links.py "a picture that is not there" docs/page.md '<img src="nothing.png">\n'

# The harness of the unit tests counts what passes, fails and is skipped, and goes on after a failure.
cat >"$tree/test_harness.c" <<'C'
#include "t.h"
T_TEST(fails) { T_EQ_INT(1, 2); T_OK(true); }
T_TEST(passes) { T_STATUS(GT_EIO, GT_EIO); T_NEAR(1.0, 1.1, 0.2); T_EQ_STR("a", "a"); T_OK(t_tmpdir()); }
T_TEST(skips) { T_SKIP("on purpose"); }
T_TEST(fails_by_text) { T_HAS("abc", "d"); }
C
if gcc -std=gnu17 -I"$tools/../include" -I"$tools/../tests/unit" "$tree/test_harness.c" "$tools/../tests/unit/t.c" \
    -o "$tree/harness" -lm; then
    said=$("$tree/harness") && { echo "tools/selftest.sh: the harness does not fail"; bad=1; }
    [[ ${said##*$'\n'} == "1 passed, 2 failed, 1 skipped" ]] || { echo "tests/unit/t.c: counts: $said"; bad=1; }
    [[ $said == *"test_harness.c:2: fails: 1 == 2: found 1, expected 2"* ]] || { echo "tests/unit/t.c: says: $said"; bad=1; }
    [[ $("$tree/harness" passes) == "1 passed, 0 failed, 0 skipped" ]] || { echo "tests/unit/t.c: filter"; bad=1; }
else
    bad=1
fi
exit $bad
