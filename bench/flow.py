#!/usr/bin/python3
"""flow.py slope FILE SIDE: heights of a rough slope without hollows and level ground, as flat f32 cells.
flow.py compare FOLDER SIDE: filled heights and cells that drain through each, of Guotu and of GRASS, cell by cell. Over
level ground the programs' ways differ, so cells into which such ground drains are also told apart."""
import os
import sys

import numpy as np


def slope(path, side):
    y, x = np.mgrid[0:side, 0:side]
    noise = np.random.default_rng(1).random((side, side)) * 4
    (3.0 * x + 2.0 * y + noise).astype(np.float32).tofile(path)


WAYS = (-1, 0), (0, -1), (0, 1), (1, 0), (-1, -1), (-1, 1), (1, -1), (1, 1)
# What the programs call these ways.
CODES = {"terraflow": (64, 16, 1, 4, 32, 128, 8, 2), "watershed": (2, 4, 8, 6, 3, 1, 5, 7)}


def neighbours(v, dy, dx, beyond):
    return np.pad(v, 1, constant_values=beyond)[1 + dy:v.shape[0] + 1 + dy, 1 + dx:v.shape[1] + 1 + dx]


def steepest(z):
    """For each cell how steep its steepest way down is, which of WAYS that is, and the flat index of the cell there."""
    fall, way, to = np.zeros_like(z, np.float64), np.zeros_like(z, int), np.arange(z.size).reshape(z.shape)
    for k, (dy, dx) in enumerate(WAYS):
        steep = (z - neighbours(z.astype(np.float64), dy, dx, np.inf)) / np.hypot(dx, dy)
        better = steep > fall
        fall[better] = steep[better]
        way[better] = k
        to[better] = (np.arange(z.size).reshape(z.shape) + dy * z.shape[1] + dx)[better]
    return fall, way, to


def plain_flow(z):
    """Cells that drain through each over falling ground, and whether no level ground can drain into it."""
    fall, _, to = steepest(z)
    level = fall == 0
    reached = level.copy()
    for dy, dx in WAYS:
        reached |= neighbours(level, dy, dx, False) & (neighbours(z, dy, dx, np.nan) == z)
    reached, way, cells = reached.ravel().tolist(), to.ravel().tolist(), [1] * z.size
    for cell in np.argsort(-z, axis=None, kind="stable").tolist():
        if way[cell] != cell:
            cells[way[cell]] += cells[cell]
            reached[way[cell]] |= reached[cell]
    return np.array(cells).reshape(z.shape), ~np.array(reached).reshape(z.shape)


def compare(folder, side):
    def load(name):
        return np.fromfile(f"{folder}/{name}.raw", np.float32).reshape(side, side)

    inner = (slice(1, -1), slice(1, -1))
    filled, dem, ours = load("filled"), load("dem"), load("cells")
    plain, falling = plain_flow(filled)
    print(f"raised cells: {np.count_nonzero(filled > dem)}; no level ground drains into {falling.mean():.1%} of all")
    print(f"there {np.count_nonzero(falling & (ours != plain))} drained cells differ from plain sums down the steepest way")
    if os.path.exists(f"{folder}/grass-filled.raw"):
        print(f"filled heights differ from r.terraflow's in {np.count_nonzero(filled != load('grass-filled'))} cells")
    fall, way, _ = steepest(filled)
    falls = fall[inner] > 0
    for name, codes in CODES.items():
        if not os.path.exists(f"{folder}/grass-{name}.raw"):
            print(f"r.{name} failed")
            continue
        ways = np.abs(load(f"grass-{name}-way")) == np.array(codes)[way]
        equal = ours == np.abs(load(f"grass-{name}"))
        print(f"r.{name}, where the ground falls, edge excepted: {ways[inner][falls].mean():.3%} of the ways down are"
              f" the steepest; drained cells equal in {equal[inner][falling[inner]].mean():.2%} of the cells into which"
              f" no level ground drains, {equal.mean():.2%} of all")


if __name__ == "__main__":
    {"slope": slope, "compare": compare}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
