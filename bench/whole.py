#!/usr/bin/python3
"""whole.py FOLDER MEMORY_MB THREADS: the tables of whole.sh from what it left in FOLDER."""
import json
import pathlib
import sys

folder, memory, threads = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]


def usage(name):
    clock, user, system, kb = map(float, (folder / f"{name}.usage").read_text().split())
    return clock, user + system, kb / 1024


def megabytes(root):
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) / 1e6


names = [f"{function}-{rules}" for rules in ("2020-01", "2019-07") for function in ("ecology", "agriculture", "urban")]
grid = json.loads((folder / f"{names[0]}.plan").read_text())["grid"]
n = grid["columns"] * grid["rows"]
print(f"{grid['columns']} x {grid['rows']} cells, threads: {threads}, memory of steps that see the whole raster: {memory} MB."
      f" Making the sample: {usage('sample')[1]:.0f} s of the processor, {usage('sample')[2]:.0f} MB; it and all results:"
      f" {megabytes(folder / 'county'):.0f} MB on the disk.\n")
print("| evaluation | s | processor s | passes | whole-raster steps | counts, maps, report | M cells/s and core | peak MB"
      " | temporary MB | missing |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
steps, most = [], 0
for name in names:
    clock, busy, peak = usage(name)
    answer = json.loads((folder / f"{name}.json").read_text())
    plan = json.loads((folder / f"{name}.plan").read_text())
    parts = answer["seconds"]
    passes = sum(part["processor"] for part in parts if part["step"] is None)
    whole = sum(part["processor"] for part in parts if part["step"])
    predicted = {step["step"]: step for part in plan["passes"] for step in part["then"]}
    steps += [(name, part["step"], part["processor"], predicted[part["step"]]) for part in parts if part["step"]]
    most = max(most, peak)
    print(f"| {name} | {clock:.1f} | {busy:.1f} | {passes:.1f} | {whole:.1f} | {busy - passes - whole:.1f} | {n / busy / 1e6:.2f}"
          f" | {peak:.0f} | {plan['io']['temporary'] / 1e6:.0f} | {len(answer['missing'])} |")
print("\n| step that sees the whole raster | kind | processor s | M cells/s | memory predicted, MB | disk, MB |\n"
      "|---|---|---:|---:|---:|---:|")
for name, step, seconds, known in steps:
    print(f"| {step} of {name} | `{known['kind']}` | {seconds:.1f} | {n / max(seconds, 1e-3) / 1e6:.1f}"
          f" | {known['memory'] / 1e6:.0f} | {known['disk'] / 1e6:.0f} |")
print("\n| aim | | met |\n|---|---:|---|")
limit = max(2000, memory + 500)
print(f"| greatest resident memory, MB: at most 2000 outside the steps that see the whole raster, {memory} within them |"
      f" {most:.0f} | {'yes' if most <= 2000 else 'by these steps' if most <= limit else '**no**'} |")
