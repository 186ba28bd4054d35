#!/usr/bin/python3
"""compare.py counts FILE: the counts of a `guotu run --json`, as bench-raw prints them.
compare.py cells FOLDER SIDE: how the grades of GRASS and of the pass differ, cell by cell, and why: how far from a
class's bound the cells are whose grades differ."""
import json
import sys

import numpy as np

SLOPES, RELIEFS, CELL = (2, 6, 15, 25), (50, 100, 200), 30


def counts(path):
    with open(path, encoding="utf-8") as f:
        document = json.load(f)
    tables = document.get("tables") or document["result"]["tables"]
    for row in tables[0]["rows"]:
        print(row["zone"], row["class"], row["count"])


def off_bound(value, bounds):
    return min(abs(value - b) for b in bounds)


def measure(dem, y, x):
    """Slope by Horn in double, in degrees, and the range of 11 x 11 cells."""
    a, b, c, d, _, f, g, h, i = dem[y - 1:y + 2, x - 1:x + 2].astype(np.float64).ravel()
    gx = ((c + 2 * f + i) - (a + 2 * d + g)) / (8 * CELL)
    gy = ((a + 2 * b + c) - (g + 2 * h + i)) / (8 * CELL)
    window = dem[max(y - 5, 0):y + 6, max(x - 5, 0):x + 6].astype(np.float64)
    return np.degrees(np.arctan(np.hypot(gx, gy))), window.max() - window.min()


def cells(folder, side):
    def load(name, dtype):
        return np.memmap(f"{folder}/{name}", dtype, "r", shape=(side, side))

    ours, theirs, dem = load("grade.raw", np.uint8), load("grass.raw", np.uint8), load("dem.raw", np.float32)
    where = np.argwhere(ours != theirs)
    explained, farthest = 0, 0.0
    for y, x in where[:100000]:
        slope, relief = measure(dem, y, x) if 0 < y < side - 1 and 0 < x < side - 1 else (0, 0)
        off = min(off_bound(slope, SLOPES), off_bound(relief, RELIEFS))
        explained += off < 1e-4
        farthest = max(farthest, off)
    print(f"Grades of GRASS and of the pass differ in {len(where)} of {side * side} cells", end="")
    if len(where):
        print(f"; {explained} of these lie within 1e-4 (degrees or m) of a class's bound, the farthest {farthest:.1e}"
              " off: GRASS decides on degrees rounded to 32 bits, the pass on the squared tangent", end="")
    print(".")


if __name__ == "__main__":
    if sys.argv[1] == "counts":
        counts(sys.argv[2])
    else:
        cells(sys.argv[2], int(sys.argv[3]))
