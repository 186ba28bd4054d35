#!/usr/bin/env python3
"""run.py --program GUOTU [--dev GUOTU [--slow]] [--filter PART]: runs the cases in tests/cli/*.yaml, each in a
folder of its own, and the checks in checks.py. Every JSON answer is compared with its schema in docs/schemas.

A case:
  name      what is claimed
  workspace init's options as text; a workspace `ws` is made with them. Without it there is none
  files     texts by name, written into the case's folder
  inputs    a folder of make_inputs.py, such as hostile: its files are put into the case's folder. No other case has them
  prepare   commands on ws that must end with 0, as text
  steps     each with
    args      the arguments; `ws` and files of make_inputs.py are in the case's folder
    exit      the exit status, 0 unless told
    stdout, stderr   patterns that must be found; with `!` before them, that must not
    json      values in the answer by path: outputs[0].id, count(outputs)
    env       variables set besides
    unchanged true: the workspace is as it was before the step
    exists, absent   files
"""
import argparse
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import traceback

import jsonschema
import yaml

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SCHEMAS = ROOT / "docs/schemas"
FOLDERS = {"hostile"}  # of inputs that cases ask for by name


class Failure(Exception):
    pass


def expect(condition, text):
    if not condition:
        raise Failure(text)


# ---- Answers and their schemas ----------------------------------------------------------------------


class Schemas:
    def __init__(self):
        self.documents = {path.name: json.loads(path.read_text()) for path in SCHEMAS.glob("*.json")}
        self.checked = set()

    def check(self, name, answer):
        schema = self.documents.get(f"{name}.json")
        expect(schema, f"expected docs/schemas/{name}.json, found none")
        resolver = jsonschema.RefResolver(f"{SCHEMAS.as_uri()}/{name}.json", schema, store={
            f"{SCHEMAS.as_uri()}/{other}": document for other, document in self.documents.items()})
        validator = jsonschema.Draft7Validator(schema, resolver=resolver)
        problem = jsonschema.exceptions.best_match(validator.iter_errors(answer))
        place = "" if problem is None else "/".join(str(part) for part in problem.absolute_path)
        expect(problem is None, f"answer does not follow {name}.json at {place}: {problem and problem.message[:300]}")
        self.checked.add(name)


def once(pairs):
    keys = [key for key, _ in pairs]
    expect(len(keys) == len(set(keys)), f"a member is there twice: {keys}")
    return dict(pairs)


def at_path(answer, path):
    """The value at outputs[0].id or, for count(outputs), its length."""
    count = re.fullmatch(r"count\((.*)\)", path)
    if count:
        return len(at_path(answer, count.group(1)))
    for part in re.findall(r"[^.\[\]]+", path):
        answer = answer[int(part) if part.isdigit() and isinstance(answer, list) else part]
    return answer


# ---- One case ---------------------------------------------------------------------------------------


class Case:
    """A folder with the inputs, in which the program is run."""

    def __init__(self, runner, name, program):
        self.runner, self.name, self.program = runner, name, program
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="case-", dir=runner.scratch))
        self.take(runner.inputs)

    def take(self, folder):
        for path in folder.iterdir():
            if not path.is_dir():
                shutil.copyfile(path, self.folder / path.name)
            elif path.name not in FOLDERS:
                shutil.copytree(path, self.folder / path.name)

    def environment(self, extra=None):
        kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "TMPDIR", "GUOTU_RULES")}
        leaks = f"suppressions={HERE}/leaks.txt:print_suppressions=0"
        return {**kept, "LC_ALL": "C", "LSAN_OPTIONS": leaks, **(extra or {})}

    def start(self, *args, env=None, **options):
        return subprocess.Popen([self.program, *args], cwd=self.folder, env=self.environment(env), stdin=subprocess.DEVNULL,
                                stdout=options.pop("stdout", subprocess.PIPE), stderr=options.pop("stderr", subprocess.PIPE), **options)

    def run(self, *args, status=0, env=None, timeout=120, **options):
        """Runs the program and expects its exit status; gives its answer with .out, .err, .json."""
        process = self.start(*args, env=env, **options)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Failure(f"guotu {' '.join(args)}: expected an end within {timeout} s")
        answer = Answer(args, process.returncode, (out or b"").decode(), (err or b"").decode())
        answer.check(status)
        if "--json" in args and "--help" not in args:
            self.runner.check_json(answer)
        return answer

    def workspace_state(self, name="ws"):
        """The catalog as it is printed, and every file's content but the databases'."""
        folder = self.folder / name
        if not folder.is_dir():
            return None
        catalog = self.start("-w", name, "catalog", "--json").communicate()[0]
        files = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix not in (".db", ".gpkg") and not path.name.startswith((".", "state.db", "plan.gpkg")):
                files[str(path.relative_to(folder))] = hashlib.blake2b(path.read_bytes()).hexdigest()
        return catalog, files

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class Answer:
    def __init__(self, args, status, out, err):
        self.args, self.status, self.out, self.err, self.json = list(args), status, out, err, None

    def check(self, status):
        text = f"guotu {' '.join(self.args)}: expected exit status {status}, found {self.status}; stderr: {self.err[-600:]}"
        expect(self.status == status, text)
        if self.status >= 2:
            lines = [line for line in self.err.splitlines() if "warning: " not in line]
            expect(lines and lines[-1].startswith("guotu: "), f"expected a sentence on stderr, found {self.err!r}")
            expect(len(lines) == 1, f"expected one sentence on stderr, found {self.err!r}")


# ---- All of them ------------------------------------------------------------------------------------


class Runner:
    def __init__(self, program, checked):
        self.program = str(pathlib.Path(program).resolve())
        self.checked = str(pathlib.Path(checked).resolve()) if checked else None
        self.scratch = tempfile.mkdtemp(prefix="guotu-cli-")
        self.inputs = pathlib.Path(self.scratch) / "inputs"
        self.schemas = Schemas()
        subprocess.run([sys.executable, HERE / "make_inputs.py", self.inputs], check=True)
        listed = json.loads(subprocess.run([self.program, "ops", "--json"], capture_output=True, check=True).stdout)
        self.operations = [operation["name"] for operation in listed["operations"]]

    def check_json(self, answer):
        answer.json = json.loads(answer.out, object_pairs_hook=once)
        named = next((word for word in answer.args if word in self.operations), "version")
        self.schemas.check("error" if answer.status >= 2 else named, answer.json)

    def run_step(self, case, step):
        unknown = set(step) - {"args", "exit", "stdout", "stderr", "json", "env", "unchanged", "exists", "absent"}
        expect(not unknown, f"unknown keys in a step: {unknown}")
        before = case.workspace_state() if step.get("unchanged") else None
        answer = case.run(*[str(word) for word in step["args"]], status=step.get("exit", 0), env=step.get("env"))
        for stream in ("stdout", "stderr"):
            text = answer.out if stream == "stdout" else answer.err
            for pattern in step.get(stream, []):
                wanted = not pattern.startswith("!")
                found = re.search(pattern.lstrip("!"), text, re.M)
                expect(bool(found) == wanted, f"{stream}: expected {pattern!r}, found {text[-800:]!r}")
        for path, value in step.get("json", {}).items():
            found = at_path(answer.json, path)
            same = abs(found - value) < 1e-9 if isinstance(value, float) else found == value
            expect(same, f"{path}: expected {value!r}, found {found!r}")
        if step.get("unchanged"):
            expect(case.workspace_state() == before, "expected the workspace as it was before")
        for name in step.get("exists", []):
            expect((case.folder / name).exists(), f"expected the file {name}, found none")
        for name in step.get("absent", []):
            expect(not (case.folder / name).exists(), f"expected no file {name}, found one")

    def run_case(self, case, told):
        unknown = set(told) - {"name", "workspace", "inputs", "files", "prepare", "steps"}
        expect(not unknown, f"unknown keys in a case: {unknown}")
        if "inputs" in told:
            case.take(self.inputs / told["inputs"])
        for name, text in told.get("files", {}).items():
            (case.folder / name).write_text(text, encoding="utf-8")
        if "workspace" in told:
            case.run("init", "ws", "--title", "T", "--region", "540223", *told["workspace"].split())
        for line in told.get("prepare", []):
            case.run("-w", "ws", *line.split())
        for number, step in enumerate(told["steps"], 1):
            try:
                self.run_step(case, step)
            except Failure as failure:
                raise Failure(f"step {number}, {' '.join(str(word) for word in step['args'])}: {failure}")


def cases_of_files():
    for path in sorted(HERE.glob("*.yaml")):
        for told in yaml.safe_load(path.read_text()):
            yield f"{path.stem}: {told['name']}", told, None


def cases_of_checks():
    import checks
    for name, function in vars(checks).items():
        if name.startswith("check_"):
            yield f"checks: {name[len('check_'):].replace('_', ' ')}", None, function


def all_cases(runner):
    """Name, case or check, program: the program that is shipped, and once more the one with sanitizers."""
    files = list(cases_of_files())
    yield from ((*case, runner.program) for case in [*files, *cases_of_checks()])
    if runner.checked:
        yield from ((f"sanitized {name}", told, None, runner.checked) for name, told, _ in files)


def run_all(runner, chosen):
    passed = failed = skipped = 0
    for name, told, function, program in all_cases(runner):
        if chosen and chosen not in name:
            continue
        case = Case(runner, name, program)
        try:
            outcome = runner.run_case(case, told) if told else function(case)
            if isinstance(outcome, str):
                print(f"skipped {name}: {outcome}")
                skipped += 1
            else:
                passed += 1
        except Failure as failure:
            print(f"failed {name}: {failure}")
            failed += 1
        except Exception:
            print(f"failed {name}: {traceback.format_exc()}")
            failed += 1
        finally:
            case.remove()
    return passed, failed, skipped


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--dev")
    parser.add_argument("--slow", action="store_true", help="also run the cases with the program of --dev")
    parser.add_argument("--filter", default="")
    options = parser.parse_args()
    sys.path.insert(0, str(HERE))
    sys.modules["run"] = sys.modules["__main__"]
    runner = Runner(options.program, options.dev if options.slow else None)
    try:
        passed, failed, skipped = run_all(runner, options.filter)
        if not options.filter:
            missing = set(runner.operations) - runner.schemas.checked
            if missing:
                print(f"failed schemas: no case compares the answers of {', '.join(sorted(missing))}")
                failed += 1
    finally:
        shutil.rmtree(runner.scratch, ignore_errors=True)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
