#!/usr/bin/python3
"""vector.py FOLDER: the tables of vector.sh, in Markdown, from what it left in the folder."""
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])


def words(name, kind="out"):
    path = folder / f"{name}.{kind}"
    return path.read_text().split() if path.exists() else []


def ours(name):
    """Seconds of the work, features, result; the process's peak in MB."""
    out, usage = words(name), words(name, "usage")
    return (float(out[0]), int(out[2]), float(out[3]), int(usage[3]) / 1024) if len(out) == 4 and usage else None


def theirs(name):
    out = words(name)
    return (float(out[0]), out[1:]) if out and "stopped:" not in out else None


def row(*cells):
    print("| " + " | ".join(cells) + " |")


def seconds(v):
    return f"{v[0]:.2f}" if v else "more than 1800"


def main():
    row("what", "1 thread, s", "2 threads, s", "peak MB", "result")
    row("---", "---:", "---:", "---:", "---")
    for name, title, result in (
            ("read", "reading the shapes", lambda v: f"{v[1] / v[0] / 1e6:.2f} M features/s"),
            ("areas", "areas, series of trapezoids", lambda v: f"{v[2]:.4f} m2"),
            ("geodesic", "areas, geodesic", lambda v: f"{v[2]:.4f} m2"),
            ("coverage", "check of shapes and coverage", lambda v: f"{v[2]:.0f} flaws")):
        one, two = ours(f"{name}-1"), ours(f"{name}-2")
        if one and two:
            row(f"{title}, {one[1]} parcels", seconds(one), seconds(two), f"{max(one[3], two[3]):.0f}", result(one))
    fields = ours("fields")
    if fields:
        row(f"reading all, {fields[1]} parcels with their fields", seconds(fields), "", f"{fields[3]:.0f}",
            f"{fields[1] / fields[0] / 1e6:.2f} M features/s")
    for name, title in (("pg-areas", "PostGIS: areas by `geography`"), ("pg-overlaps", "PostGIS: overlaps by `ST_Relate`")):
        one, two = theirs(f"{name}-1"), theirs(f"{name}-2")
        row(title, seconds(one), seconds(two), "", " ".join(one[1]) if one else "")
    gaps = theirs("pg-gaps")
    row("PostGIS: gaps by `ST_Union`", seconds(gaps), "", "", " ".join(gaps[1]) if gaps else "")
    grass, one, two = words("grass", "usage"), ours("part-1"), ours("part-2")
    if grass and one:
        row(f"check of shapes and coverage, {one[1]} parcels", seconds(one), seconds(two), f"{max(one[3], two[3]):.0f}",
            f"{one[2]:.0f} flaws")
        row(f"GRASS: `v.in.ogr`, which builds the topology, {one[1]} parcels", f"{float(grass[0]):.2f}", "", f"{int(grass[3]) / 1024:.0f}", "")
    qgis, usage = theirs("qgis"), words("qgis", "usage")
    if qgis and one:
        row(f"QGIS: topology checker, overlaps and gaps, {one[1]} parcels", seconds(qgis), "",
            f"{int(usage[3]) / 1024:.0f}" if usage else "", f"{qgis[1][0]} flaws")
    print()
    row("areas that two layers share", "1 thread, s", "2 threads, s", "times ours", "m2")
    row("---", "---:", "---:", "---:", "---")
    mine = [ours(f"overlay-{t}") for t in (1, 2)]
    row("Guotu, on the ellipsoid", seconds(mine[0]), seconds(mine[1]), "", f"{mine[0][2]:.4f}")
    plane = [ours(f"plane-{t}") for t in (1, 2)]
    row("Guotu, plane", seconds(plane[0]), seconds(plane[1]), "", f"{plane[0][2]:.4f}")
    for name, title, get in (("geos", "GEOS, plane", ours), ("pg-overlay", "PostGIS, plane", theirs)):
        v = [get(f"{name}-{t}") for t in (1, 2)]
        if not all(v):
            continue
        m2 = v[0][2] if get is ours else float(v[0][1][1])
        off = abs(m2 / plane[0][2] - 1)
        times = ", ".join(f"{x[0] / y[0]:.1f}" for x, y in zip(v, mine))
        row(title, seconds(v[0]), seconds(v[1]), times, f"{m2:.4f}, {off:.1e} off")


if __name__ == "__main__":
    main()
