#!/usr/bin/python3
"""run.py: tests of the build and of ./run: what is linked, how fast a warm build and a start are, how results add up."""
import argparse
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TESTS = []


def test(function):
    TESTS.append(function)
    return function


def call(*command, **options):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)


def expect(condition, message):
    if not condition:
        raise AssertionError(message)


def best_times(runs, *command):
    """Seconds by the clock and of the processor, each of the fastest of some runs."""
    clock = processor = float("inf")
    for _ in range(runs):
        began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        done = call(*command)
        clock = min(clock, time.monotonic() - began)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor = min(processor, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        expect(done.returncode == 0, f"{command}: status {done.returncode}: {done.stderr}")
    return clock, processor


def repo_of_stubs(folder, files):
    """A folder with this repo's ./run, and other files of the given texts."""
    shutil.copy(ROOT / "run", folder / "run")
    shutil.copy(ROOT / "packages.txt", folder / "packages.txt")
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)


@test
def version_is_the_files(program):
    said = call(program, "--version").stdout
    expect((ROOT / "VERSION").read_text().strip() in said, f"expected the text of VERSION in {said!r}")


@test
def gdal_is_not_linked(program):
    needed = re.findall(r"NEEDED.*\[(.*)\]", call("readelf", "-d", program).stdout)
    expect(needed, "readelf names no libraries")
    expect(not [n for n in needed if "gdal" in n], f"GDAL must be opened at its first use, found {needed}")


@test
def start_is_quick(program):
    _, seconds = best_times(15, program, "help")  # by the processor: the clock depends on what else runs
    expect(seconds < 0.03, f"expected a start in 30 ms of the processor, found {1000 * seconds:.1f} ms")


@test
def release_is_hardened(program):
    dynamic, segments = call("readelf", "-d", program).stdout, call("readelf", "-lW", program).stdout
    expect("DYN (" in call("readelf", "-h", program).stdout, "expected a position-independent program")
    expect("BIND_NOW" in dynamic or "NOW" in dynamic, "expected symbols bound at the start")
    expect("GNU_RELRO" in segments, "expected read-only relocations")
    expect("TEXTREL" not in dynamic, "expected code that is not changed at the start")
    stack = re.search(r"GNU_STACK.*", segments)
    expect(stack and "RWE" not in stack.group(0), "expected a stack that is not executable")


@test
def warm_build_is_quick(program):
    expect(program.is_file(), "expected a built program")
    seconds, _ = best_times(3, ROOT / "run", "build")
    expect(seconds < 5, f"expected a warm build in 5 s, found {seconds:.1f} s")


@test
def help_names_every_command(_):
    usage = call(ROOT / "run", "help").stdout
    for command in "setup build test demo bench lint fuzz docs clean".split():
        expect(f"./run {command}" in usage, f"{command} is not in ./run help")
    expect(call(ROOT / "run", "nothing").returncode != 0, "an unknown command must fail")


@test
def packages_are_named_once_a_section(_):
    seen, section = set(), None
    for line in (ROOT / "packages.txt").read_text().splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("["):
            section = line
        elif line:
            expect(section in ("[build]", "[test]", "[bench]"), f"{line} is in no section")
            expect((section, line) not in seen, f"{line} is twice in {section}")
            seen.add((section, line))
    expect(len(seen) > 10, "packages.txt is empty")


@test
def setup_with_nothing_missing_leaves_the_network_alone(_):
    with tempfile.TemporaryDirectory() as name:
        trap = pathlib.Path(name) / "apt-get"
        trap.write_text("#!/bin/sh\necho called >&2\nexit 1\n")
        trap.chmod(0o755)
        done = call(ROOT / "run", "setup", "build", "test", env={**os.environ, "PATH": f"{name}:{os.environ['PATH']}"})
    expect(done.returncode == 0, f"expected no call of apt-get, found {done.stderr}")


def sum_of(lint):
    """Status and last line of ./run test lint with a lint of one's own."""
    with tempfile.TemporaryDirectory() as name:
        repo_of_stubs(pathlib.Path(name), {"tools/lint.sh": f"#!/bin/sh\n{lint}\n"})
        done = call(pathlib.Path(name) / "run", "test", "lint")
    return done.returncode, done.stdout.splitlines()[-1]


@test
def counts_are_summed(_):
    found = sum_of("echo 4 passed, 0 failed, 1 skipped")
    expect(found == (0, "4 passed, 0 failed, 1 skipped"), f"all passed: {found}")
    found = sum_of("echo 4 passed, 2 failed, 1 skipped; exit 1")
    expect(found == (1, "4 passed, 2 failed, 1 skipped"), f"some failed: {found}")


@test
def a_suite_that_breaks_has_failed(_):
    found = sum_of("echo dead; exit 3")
    expect(found == (1, "0 passed, 1 failed, 0 skipped"), f"without counts: {found}")
    found = sum_of("echo 4 passed, 0 failed, 0 skipped; exit 3")
    expect(found == (1, "4 passed, 1 failed, 0 skipped"), f"with a bad status: {found}")
    found = sum_of("echo 4 passed, 0 failed, 0 skipped; echo more")
    expect(found == (1, "0 passed, 1 failed, 0 skipped"), f"with more behind the counts: {found}")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--program", type=pathlib.Path, required=True)
    options.add_argument("--dev", type=pathlib.Path)
    options.add_argument("--slow", action="store_true")
    options.add_argument("--filter", default="")
    given = options.parse_args()
    failed = passed = 0
    for function in TESTS:
        if given.filter not in function.__name__:
            continue
        try:
            function(given.program.resolve())
            passed += 1
        except AssertionError as wrong:
            print(f"tests/build/run.py: {function.__name__}: {wrong}")
            failed += 1
    print(f"{passed} passed, {failed} failed, 0 skipped")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
