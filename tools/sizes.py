#!/usr/bin/python3
"""sizes.py [ROOT]: fails for functions over 70 lines or 6 parameters and files over 800 lines. What has a reason is
listed in tools/sizes.allow: path, function (- for the file), reason."""
import re

from sources import blank, c_files, finish, line_of, root

MAX_LINES, MAX_FILE, MAX_PARAMETERS = 70, 800, 6

# clang-format puts both braces of a function, and only of a function, alone at the left margin.
BODY = re.compile(r"\)[^;{}()]*\n\{\n(.*?)^\}$", re.M | re.S)


def functions(code):
    """Yields (offset of the name, name, its parameters as written, end) of each function."""
    for match in BODY.finditer(code):
        depth, at = 0, match.start()
        while at >= 0:
            depth += (code[at] == ")") - (code[at] == "(")
            if depth == 0:
                break
            at -= 1
        name = re.search(r"\w+$", code[:at])
        if name:
            yield name.start(), name.group(0), code[at + 1:match.start()], match.end()


def load_allowed(base):
    path = base / "tools/sizes.allow"
    lines = path.read_text().splitlines() if path.is_file() else []
    rows = [line.split(None, 2) for line in lines if line.strip() and not line.startswith("#")]
    return {(row[0], row[1]) for row in rows if len(row) == 3}, [row for row in rows if len(row) != 3]


def count_parameters(text):
    """Commas outside inner parentheses."""
    depth = commas = 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        commas += letter == "," and depth == 0
    return 0 if text.strip() in ("", "void") else commas + 1


def findings(text):
    """Yields (line, function or -, what is wrong) for one file."""
    lines = text.count("\n")
    if lines > MAX_FILE:
        yield 1, "-", f"file has {lines} lines, expected at most {MAX_FILE}"
    code = blank(text)
    for start, name, parameters, end in functions(code):
        line = line_of(code, start)
        length = line_of(code, end) - line + 1
        if length > MAX_LINES:
            yield line, name, f"{name} has {length} lines, expected at most {MAX_LINES}"
        count = count_parameters(parameters)
        if count > MAX_PARAMETERS:
            yield line, name, f"{name} has {count} parameters, expected at most {MAX_PARAMETERS}"


def main():
    base = root()
    allowed, malformed = load_allowed(base)
    problems = [f"tools/sizes.allow:1: expected path, function and reason, found {' '.join(row)}" for row in malformed]
    used = set()
    for full in c_files(base, "src", "include", "tests/unit", "fuzz", "bench"):
        path = str(full.relative_to(base))
        for line, name, wrong in findings(full.read_text()):
            if (path, name) in allowed:
                used.add((path, name))
            else:
                problems.append(f"{path}:{line}: {wrong}")
    problems += [f"tools/sizes.allow:1: {path} {name} allows nothing" for path, name in sorted(allowed - used)]
    finish(problems)


if __name__ == "__main__":
    main()
