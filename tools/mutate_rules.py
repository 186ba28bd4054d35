#!/usr/bin/env python3
"""mutate_rules.py UNIT-RULES [--part TEXT] [--list]: changes each number and each closed end of the rule sets and models in
rules/ in turn (not of standard/, check/ and survey/), in a copy, and asks the gold tests (test_mutants.c) whether a line notices.
What none notices is named with its place, unless tools/mutate_rules.allow lists it: file, id (a step's name in models), reason.
The last line counts as a test's."""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
NUMBER = re.compile(r"(?<![\w.$@])-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])")
INTERVAL = re.compile(r'in: "([(\[])\s*([^,"]+?)\s*,\s*([^,"]+?)\s*([)\]])"')
# Keys of steps that hold no rule of their own: names, and what a grid or a picture is made with.
PLAIN = ("title", "zh", "en", "source", "note", "evidence", "unit", "step", "kind", "role", "table", "legend", "of",
         "without", "rows_title", "cols_title", "rows", "cols", "attribute", "azimuth", "altitude", "z", "model", "rules")


class Mutant:
    def __init__(self, path, line, kind, name, edits, what):
        self.path, self.line, self.kind, self.name, self.edits, self.what = path, line, kind, name, edits, what

    def text(self, number):
        edits = "\t".join(f"{at}:{length}:{text}" for at, length, text in sorted(self.edits))
        return f"{number}\t{self.path}\t{self.kind}\t{self.name}\t{edits}\n"


def other_number(text, up):
    """A number a little beside it: a thousandth of a per cent, so that a line at the end or just beside it must notice."""
    value = float(text)
    step = abs(value) * 1e-5 or 2e-3
    return repr(value + step if up else value - step)


def other_whole(text):
    return str(int(text) + 1)


class Source:
    """A file of rules with its lines' places in bytes."""

    def __init__(self, path):
        self.path = path
        self.lines = path.read_text().split("\n")
        self.at, place = [], 0
        for line in self.lines:
            self.at.append(place)
            place += len(line.encode()) + 1

    def byte(self, row, column):
        return self.at[row] + len(self.lines[row][:column].encode())

    def edit(self, row, start, end, text):
        return (self.byte(row, start), len(self.lines[row][start:end].encode()), text)


# ---- Intervals --------------------------------------------------------------------------------------


def interval_ends(source, rows):
    """Every finite end of the intervals in these rows: value as written, and (row, column of number, of bracket)."""
    ends = {}
    for row in rows:
        for match in INTERVAL.finditer(source.lines[row]):
            for number, bracket in ((2, 1), (3, 4)):
                text = match.group(number)
                if "inf" not in text:
                    ends.setdefault(text, []).append((row, match.span(number), match.span(bracket), match.group(bracket)))
    return ends


def mutants_of_intervals(source, rows, kind, name, relative):
    flipped = {"(": "[", "[": "(", ")": "]", "]": ")"}
    for text, places in interval_ends(source, rows).items():
        line = places[0][0] + 1
        edits = [source.edit(row, *bracket, flipped[sign]) for row, _, bracket, sign in places]
        yield Mutant(relative, line, kind, name, edits, f"the end at {text} open instead of closed")
        if text.startswith("$"):
            continue
        for up in (True, False):
            new = other_number(text, up)
            edits = [source.edit(row, *span, new) for row, span, _, _ in places]
            yield Mutant(relative, line, kind, name, edits, f"{new} instead of {text}")


# ---- Tables, matrices, numbers ----------------------------------------------------------------------


def single(source, relative, row, span, kind, name, new):
    old = source.lines[row][span[0]:span[1]]
    return Mutant(relative, row + 1, kind, name, [source.edit(row, *span, new)], f"{new} instead of {old}")


def mutants_of_row(source, relative, row, kind, name):
    line = source.lines[row]
    if kind == "table":
        for match in re.finditer(r"\b(?:class|other): (-?\d+)", line):
            yield single(source, relative, row, match.span(1), kind, name, other_whole(match.group(1)))
        listed = re.search(r"\bis: (\[[^\]]*\]|-?\d+)", line)
        for match in re.finditer(r"-?\d+", listed.group(1)) if listed else ():
            start = listed.start(1) + match.start()
            yield single(source, relative, row, (start, start + len(match.group())), kind, name, "997")
    elif kind == "number":
        match = re.search(r"\bvalue: (-?[\d.]+(?:[eE][-+]?\d+)?)(?=[\s,}]|$)", line)
        if match:
            yield single(source, relative, row, match.span(1), kind, name, other_number(match.group(1), True))
    elif re.match(r"\s*- \[", line):
        for match in re.finditer(r"-?\d+", line):
            yield single(source, relative, row, match.span(), kind, name, other_whole(match.group()))


def blocks_of(lines, parts):
    """(kind, id, first row, row behind the last) of every member of the maps that `parts` names."""
    part = name = first = None
    for row, line in enumerate([*lines, "end:"]):
        head = re.match(r"(\w+):", line)
        member = re.match(r"  ([\w.]+):", line)
        if (head or member) and name:
            yield parts[part], name, first, row
            name = None
        if head:
            part = head.group(1)
        elif member and part in parts:
            name, first = member.group(1), row


def mutants_of_set(path, relative):
    source = Source(path)
    for kind, name, first, last in blocks_of(source.lines, {"classes": "table", "matrices": "matrix", "numbers": "number"}):
        rows = [row for row in range(first, last) if not re.match(r"\s*#", source.lines[row])]
        if kind == "table":
            yield from mutants_of_intervals(source, rows, kind, name, relative)
        for row in rows:
            if not re.match(r"\s+(title|source|note|rows|cols|rows_title|cols_title):", source.lines[row]):
                yield from mutants_of_row(source, relative, row, kind, name)


# ---- Models -----------------------------------------------------------------------------------------


def scopes(line, inherited):
    """The parts of a step's line that hold a rule: (start, end)."""
    spans, quoted = [], re.sub(r'"[^"]*"', lambda m: '"' + " " * (len(m.group()) - 2) + '"', line)
    keys = list(re.finditer(r"(?:^|[\s{,])([a-z_]+): ", quoted))
    if not keys:
        return [(0, len(line))] if inherited else []
    for i, key in enumerate(keys):
        end = keys[i + 1].start() if i + 1 < len(keys) else len(line)
        if key.group(1) not in PLAIN and "{zh" not in line[key.end():end]:
            spans.append((key.end(), end))
    return spans


def mutants_of_step(source, relative, model, rows):
    yield from mutants_of_intervals(source, rows, "model", model, relative)
    inherited = False
    for row in rows:
        line = source.lines[row]
        opened = re.match(r"\s+([a-z_]+):\s*(>-?)?\s*$", line)
        if opened:
            inherited = bool(opened.group(2)) and opened.group(1) not in PLAIN
            continue
        if re.match(r"\s+[a-z_]+:", line):
            inherited = False
        if re.match(r"\s+(- \{class: |legend:)", line):
            continue  # names of codes
        intervals = [match.span() for match in INTERVAL.finditer(line)]
        for start, end in scopes(line, inherited):
            for match in NUMBER.finditer(line, start, end):
                if any(a <= match.start() < b for a, b in intervals):
                    continue
                old = match.group()
                new = other_whole(old) if re.fullmatch(r"-?\d+", old) else other_number(old, True)
                yield single(source, relative, row, match.span(), "model", model, new)


def mutants_of_model(path, relative):
    source = Source(path)
    model = path.stem
    for _, step, first, last in blocks_of(source.lines, {"steps": "step"}):
        rows = [row for row in range(first, last) if not re.match(r"\s*#", source.lines[row])]
        for mutant in mutants_of_step(source, relative, model, rows):
            mutant.step = step
            yield mutant


# ---- All of them ------------------------------------------------------------------------------------


def all_mutants(rules):
    for path in sorted(rules.glob("*/*.yaml")):
        relative = str(path.relative_to(rules))
        if path.name == "set.yaml":
            continue
        named = re.search(r"^rules:", path.read_text(), re.M)
        if path.parent.name != "models":
            yield from mutants_of_set(path, relative)
        elif named:
            yield from mutants_of_model(path, relative)


def read_allowed():
    path = ROOT / "tools/mutate_rules.allow"
    lines = path.read_text().splitlines() if path.is_file() else []
    rows = [line.split(None, 2) for line in lines if line.strip() and not line.startswith("#")]
    return {(row[0], row[1]) for row in rows if len(row) == 3}


def id_of(mutant):
    return getattr(mutant, "step", mutant.name)


def run(program, mutants):
    """The numbers of the mutants that no gold line notices."""
    base = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=base) as folder:
        rules = pathlib.Path(folder) / "rules"
        shutil.copytree(ROOT / "rules", rules)
        listed = pathlib.Path(folder) / "mutants"
        listed.write_text("".join(mutant.text(number) for number, mutant in enumerate(mutants)))
        environment = {**os.environ, "GT_MUTANTS": str(listed), "GT_MUTANTS_RULES": str(rules)}
        done = subprocess.run([program, "test_mutants"], env=environment, capture_output=True, text=True)
    if not re.search(r"^\d+ passed, \d+ failed", done.stdout, re.M):
        sys.exit(f"mutate_rules.py: expected {program} to end well, found status {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}")
    alive = [int(number) for number in re.findall(r"^alive (\d+)$", done.stdout, re.M)]
    if "1 failed" in done.stdout and not alive:
        sys.exit(f"mutate_rules.py: {done.stdout[-800:]}")
    return alive


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--part", default="", help="only files whose name holds this")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    mutants = [mutant for mutant in all_mutants(ROOT / "rules") if options.part in mutant.path]
    if options.list:
        for mutant in mutants:
            print(f"rules/{mutant.path}:{mutant.line}: {id_of(mutant)}: {mutant.what}")
        return 0
    allowed = read_allowed()
    alive = run(str(pathlib.Path(options.program).resolve()), mutants)
    bad = [mutants[number] for number in alive if (mutants[number].path, id_of(mutants[number])) not in allowed]
    for mutant in bad:
        print(f"rules/{mutant.path}:{mutant.line}: no gold line notices in {id_of(mutant)}: {mutant.what}")
    print(f"{len(mutants) - len(bad)} passed, {len(bad)} failed, 0 skipped")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
