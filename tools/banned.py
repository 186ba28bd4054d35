#!/usr/bin/python3
"""banned.py [ROOT]: fails where src/ uses what the house style bans. What must stay for a reason is listed in
tools/banned.allow: path, word, reason."""
import re

from sources import blank, c_files, finish, line_of, root

# (what is found in code, why it is banned); the group is the word for banned.allow.
CALLS = [
    (r"\b(v?sprintf|strcpy|stpcpy|strcat|strncpy|strncat|strtok|gets|v?[fs]?scanf)\s*\(", "is banned: no bound or no error"),
    (r"\b(ato[ifl]|atoll)\s*\(", "is banned: use gt_parse_int or gt_parse_num"),
    (r"\b(alloca|system|popen|tmpnam|mktemp|tempnam)\s*\(", "is banned"),
    (r"\b(s?rand|random|drand48|setlocale|strtod|strtof|localtime|gmtime|ctime|asctime)\s*\(", "is banned: global or locale state"),
]
# Files are changed through io.h (module base) only, where faults can be simulated.
WRITES = re.compile(r"\b(rename|renameat|unlink|unlinkat|rmdir|mkdir|mkdirat|remove|truncate|ftruncate|creat|pwrite|fsync|fdatasync|mkstemp)\s*\(")
OPENS = re.compile(r"\b(fopen|fdopen|freopen)\s*\([^;]*?,\s*\"([wa]|r\+)|\b(open|openat)\s*\([^;]*O_(CREAT|WRONLY|RDWR)")
NOTES = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
# Only names of tables and columns are put into SQL, and only through gt_db_name, which quotes them.
SQL = re.compile(r'((?:"(?:[^"\\]|\\.)*"\s*)+)')
SQL_VERB = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|PRAGMA|ATTACH)\b")


def load_allowed(base):
    path = base / "tools/banned.allow"
    lines = path.read_text().splitlines() if path.is_file() else []
    rows = [line.split(None, 2) for line in lines if line.strip() and not line.startswith("#")]
    return {(row[0], row[1]): row[2] for row in rows if len(row) == 3}, [row for row in rows if len(row) != 3]


def arguments(code, at):
    """The arguments from the offset to the end of the call that it is in."""
    depth, parts, start = 0, [], at
    for i in range(at, len(code)):
        depth += (code[i] in "([{") - (code[i] in ")]}")
        if depth < 0 or (depth == 0 and code[i] == ","):
            parts.append(code[start:i].strip())
            start = i + 1
        if depth < 0:
            break
    return [part for part in parts if part]


def sql_from_values(text):
    """Yields (offset, verb) of SQL that other things than quoted names are printed into."""
    code = blank(text, strings=False)
    quoted = set(re.findall(r"\b(\w+) = gt_db_name\(", code))
    for match in SQL.finditer(code):
        sql = re.sub(r'"\s*"', "", match.group(1))
        verb = SQL_VERB.match(sql.strip().strip('"'))
        if not verb or not re.search(r"%[^% ]*[a-zA-Z]", sql.replace("%%", "")):
            continue
        given = arguments(code, match.end())
        if not given or not all(arg.startswith("gt_db_name(") or arg in quoted for arg in given):
            yield match.start(), verb.group(1)


def findings(path, text):
    """Yields (offset, word, why) for one file."""
    code = blank(text)
    for pattern, why in CALLS:
        for match in re.finditer(pattern, code):
            yield match.start(), match.group(1), why
    if not path.startswith("src/base/"):
        for match in WRITES.finditer(code):
            yield match.start(), match.group(1), "changes files outside the I/O layer"
        for match in OPENS.finditer(blank(text, strings=False)):
            yield match.start(), match.group(1) or match.group(3), "changes files outside the I/O layer"
    for match in NOTES.finditer(text):
        yield match.start(), match.group(1), "belongs in the issue tracker"
    for at, verb in sql_from_values(text):
        yield at, verb, "SQL is built from text: bind the value, or pass the name through gt_db_name"


def main():
    base = root()
    allowed, malformed = load_allowed(base)
    problems = [f"tools/banned.allow:1: expected path, word and reason, found {' '.join(row)}" for row in malformed]
    used = set()
    for full in c_files(base, "src", "include"):
        path, text = str(full.relative_to(base)), full.read_text()
        for at, word, why in findings(path, text):
            if (path, word) in allowed:
                used.add((path, word))
            else:
                problems.append(f"{path}:{line_of(text, at)}: {word} {why}")
    problems += [f"tools/banned.allow:1: {path} {word} allows nothing" for path, word in allowed if (path, word) not in used]
    finish(problems)


if __name__ == "__main__":
    main()
