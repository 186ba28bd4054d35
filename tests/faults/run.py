#!/usr/bin/env python3
"""run.py --program GUOTU [--dev GUOTU] [--slow] [--filter PART]: crashes, full disks and short writes at the
operations on files of an import, a run and an evaluation of the shipped program. Afterwards the workspace is the old
one or the new one, datasets, report and table alike, and the same command done again gives the new one. --slow tries
every fault at every operation, and crashes of the sanitized program too."""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FAULTS = ("crash", "full", "short")
AREA = ('{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"990101","name":"甲"},'
        '"geometry":{"type":"Polygon","coordinates":[[[108.0,29.7],[108.1,29.7],[108.1,29.8],[108.0,29.8],[108.0,29.7]]]}}]}')

# What is done to a workspace that has had it done before, so that something older is there to be lost.
JOBS = {
    "import of a raster": ["import", "dem", "{extra}/dem.tif", "--fill-voids"],
    "import of a layer": ["import", "county", "{extra}/area.geojson"],
    "run": ["run", "terrain", "--set", "relief.window=5"],
    "evaluation": ["evaluate", "urban", "--set", "rules.urb.unfit.slope_deg=20"],
    "removal": ["remove", "county"],
}


class Bench:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.extra = folder / "extra"
        self.base = folder / "base"
        self.extra.mkdir()
        (self.extra / "area.geojson").write_text(AREA, encoding="utf-8")
        self.guotu(None, "sample", self.base, "--cells", "2500")
        self.guotu(self.base, "export", "dem", self.extra / "dem.tif")
        self.guotu(self.base, "run", "terrain")
        self.guotu(self.base, "evaluate", "urban")

    def guotu(self, workspace, *words, fault=None, must=True):
        env = {key: os.environ[key] for key in ("PATH", "HOME", "TMPDIR", "GUOTU_RULES", "ASAN_OPTIONS") if key in os.environ}
        env |= {"SOURCE_DATE_EPOCH": "1700000000", "LC_ALL": "C.UTF-8", **({"GUOTU_FAULT": fault} if fault else {})}
        command = [self.program, *(["-w", workspace] if workspace else []), *words]
        done = subprocess.run([str(w) for w in command], capture_output=True, text=True, env=env, timeout=120)
        if must and done.returncode:
            raise AssertionError(f"{' '.join(map(str, words))}: status {done.returncode}: {done.stderr[-400:]}")
        return done

    def words(self, job):
        return [w.format(extra=self.extra) for w in JOBS[job]]

    def copy(self, name):
        to = self.folder / name
        shutil.copytree(self.base, to)
        return to

    def state(self, workspace):
        """What a reader sees: every dataset with version and fingerprint, and the files of out/."""
        catalog = json.loads(self.guotu(workspace, "catalog", "--json").stdout)
        datasets = tuple((d["id"], d["version"], d["hash"]) for d in catalog["datasets"])
        out = workspace / "out"
        files = tuple((f.name, hashlib.sha256(f.read_bytes()).hexdigest())
                      for f in sorted(out.iterdir()) if not f.name.startswith(".")) if out.is_dir() else ()
        return datasets, files

    def strays(self, workspace):
        """Rasters and temporary files that nothing names."""
        catalog = json.loads(self.guotu(workspace, "catalog", "--json").stdout)
        known = {d["id"] for d in catalog["datasets"]}
        found = [f.name for f in (workspace / "raster").iterdir() if f.name.split("@")[0] not in known]
        return found + [str(f) for f in workspace.rglob("*.tmp")]


def count(bench, job):
    workspace = bench.copy(f"count-{abs(hash(job))}")
    told = bench.folder / f"ops-{abs(hash(job))}"
    bench.guotu(workspace, *bench.words(job), fault=f"count:{told}")
    return int(told.read_text()), bench.state(workspace)


def one(bench, job, fault, at, old, new):
    workspace = bench.copy(f"{fault}-{abs(hash(job))}-{at}")
    try:
        done = bench.guotu(workspace, *bench.words(job), fault=f"{fault}:{at}", must=False)
        where = f"{job}, {fault} at operation {at} (status {done.returncode})"
        if done.returncode not in ((137,) if fault == "crash" else (0, 3)):
            return f"{where}: {done.stderr[-300:]}"
        seen = bench.state(workspace)
        finished = None
        if seen not in (old, new):
            # Datasets are published and their documents noted, but not renamed yet: the next writer does that.
            bench.guotu(workspace, "run", "terrain", "--output", "hillshade", "--prefix", "next_")
            finished = bench.state(workspace)
            kept = tuple(d for d in finished[0] if not d[0].startswith("next_"))
            if seen[0] != new[0] or (kept, finished[1]) != new:
                return f"{where}: a mix of the old and the new: {sorted(set(seen[0]) ^ set(old[0]))}, {seen[1]}"
        if done.returncode == 0 and (seen if finished is None else (kept, finished[1])) != new:
            return f"{where}: said done, but the new state is not there"
        if seen == old:
            bench.guotu(workspace, *bench.words(job))
            if bench.state(workspace) != new:
                return f"{where}: done again, it gives something else"
        bench.guotu(workspace, "run", "terrain", "--output", "hillshade", "--prefix", "next_")
        strays = bench.strays(workspace)
        return f"{where}: left behind {strays}" if strays else None
    except (AssertionError, subprocess.TimeoutExpired) as fault_found:
        return f"{job}, {fault} at operation {at}: {fault_found}"
    finally:
        shutil.rmtree(workspace, ignore_errors=True)


def run(program, job_filter, slow):
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        bench = Bench(program, pathlib.Path(folder))
        old = bench.state(bench.base)
        for job in JOBS:
            if job_filter not in job:
                continue
            ops, new = count(bench, job)
            if new == old:
                print(f"failed {job}: it changes nothing, so it tests nothing")
                failed += 1
                continue
            # Crashes everywhere; refused writes at each fourth operation and at the last ones, or everywhere.
            tries = [(fault, at) for fault in FAULTS for at in range(1, ops + 1)
                     if fault == "crash" or slow or at % 4 == 0 or at > ops - 8]
            for text in pool.map(lambda t: one(bench, job, t[0], t[1], old, new), tries):
                passed += text is None
                failed += text is not None
                if text:
                    print(f"failed {text}", flush=True)
    return passed, failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--dev", type=pathlib.Path)
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--filter", default="")
    args = parser.parse_args()
    passed, failed = run(args.program.resolve(), args.filter, args.slow)
    if args.slow and args.dev:
        more = run(args.dev.resolve(), args.filter, False)
        passed, failed = passed + more[0], failed + more[1]
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
