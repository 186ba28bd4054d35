#!/usr/bin/env python3
"""run.py --program GUOTU [--dev GUOTU] [--slow] [--filter PART]: runs the demonstration and the example on a real
county, and compares what they give with other ways of computing it: numpy in double, gdaldem, closed formulas. The
real data are looked for in ../shared/data/tibet beside the repo, or in $GUOTU_TIBET."""
import argparse
import csv
import functools
import html.parser
import io
import json
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import traceback

import numpy
from osgeo import gdal, ogr, osr

gdal.UseExceptions()
ogr.UseExceptions()
osr.UseExceptions()
ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("GUOTU_TIBET", ROOT.parent / "shared/data/tibet"))
SETS = ("mnr-2020-01", "mnr-2019-07", "plateau")
PREFIX = {"mnr-2020-01": "", "mnr-2019-07": "d2019_", "plateau": "plateau_"}
FUNCTIONS = ("ecology", "agriculture", "urban", "problems", "potential", "agreement")
CHECKS = []


class Failure(Exception):
    pass


class Skip(Exception):
    pass


def check(function):
    CHECKS.append(function)
    return function


def expect(condition, text):
    if not condition:
        raise Failure(text)


class Bench:
    """Where things are, and what was made once for all checks."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder

    def run(self, *words, status=0, env=None):
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              env={**os.environ, "GUOTU": str(self.program), **(env or {})}, timeout=600, cwd=ROOT)
        expect(done.returncode == status,
               f"{' '.join(map(str, words))}: expected status {status}, found {done.returncode}: {done.stderr[-600:]}")
        return done

    def guotu(self, workspace, *words):
        return self.run(self.program, "-w", workspace, *words)

    def json(self, workspace, *words):
        return json.loads(self.guotu(workspace, *words, "--json").stdout)

    @functools.cached_property
    def demo(self):
        place = self.folder / "demo"
        self.run("tools/demo.sh", self.program, place, "--cells", 200000)
        return place

    @functools.cached_property
    def tingri(self):
        if not (DATA / "dem").is_dir():
            raise Skip(f"no real data at {DATA}")
        place = self.folder / "tingri"
        self.log = self.run("examples/tingri.sh", DATA, place)
        return place

    def raster(self, workspace, dataset):
        """Cells as stored, NaN where there is no data, and the geotransform."""
        path = self.folder / f"{workspace.name}-{dataset}.tif"
        if not path.exists():
            self.guotu(workspace, "export", dataset, path)
        return read(path)

    def hashes(self, workspace):
        return {row["id"]: row["hash"] for row in self.json(workspace, "catalog")["datasets"]}


# ---- The demonstration -----------------------------------------------------------------------------------------------


@check
def demo_makes_all_results(bench):
    made = bench.hashes(bench.demo)
    expected = ["agriculture_reason", "agriculture_zone", "urban_reason", "urban_zone", "slope_deg", "relief_m", "dem"]
    expected += [f"d2019_{function}_{what}" for function in ("urban", "agriculture") for what in ("land", "grade", "zone")]
    for prefix in ("", "d2019_"):
        expected += [prefix + name for name in ("ecology_zone", "ecology_service", "problems_zone", "potential_agriculture",
                                                "potential_urban", "agreement_cropland", "agreement_town")]
    expected += ["livestock_zone", "livestock_forage", "network_core", "network_corridor", "st_heat_sum",
                 "st_temperature_07", "today_urban_zone", "drier_agriculture_zone", "stbhzyxpjjg", "nyscsyxpjjg",
                 "czjssyxpjjg"]
    for dataset in expected:
        expect(dataset in made, f"expected the dataset {dataset}, found {sorted(made)}")


# Inputs that are a result of somebody else's: where they are missing the evaluation computes them.
ALTERNATIVES = {"soil_environment", "salinity", "weather_hazard", "water_use", "air_capacity", "water_capacity", "comfort",
                "location", "ecology_core", "given_core"}


@check
def demo_runs_all_factors(bench):
    """No result lacks a factor for want of an input, but those that are computed instead."""
    for row in bench.json(bench.demo, "catalog")["datasets"]:
        lineage = bench.json(bench.demo, "info", row["id"])["lineage"] if "zone" in row["id"] else {}
        lineage = json.loads(lineage) if isinstance(lineage, str) else lineage
        gone = {left["input"] for left in lineage.get("left_out", [])}
        expect(gone <= ALTERNATIVES, f"{row['id']}: expected all factors, found no {sorted(gone - ALTERNATIVES)}")


@check
def demo_results_have_all_classes(bench):
    """The county is made to show every class; a class that is gone hides a fault of the sample or of the rules."""
    expected = {"ecology_zone": {1, 2, 3}, "ecology_service": {1, 3, 5}, "agriculture_zone": {1, 3}, "urban_zone": {1, 3},
                "d2019_ecology_zone": {1, 2, 3}, "d2019_ecology_sensitivity": {1, 3, 5},
                "d2019_agriculture_zone": {2, 3}, "d2019_urban_zone": {1, 2, 3},
                "d2019_urban_grade": {1, 2, 3, 4, 5}, "d2019_agriculture_grade": {3, 4, 5}}
    for dataset, classes in expected.items():
        found = {row["class"] for row in bench.json(bench.demo, "areas", dataset)["classes"] if row["cells"] > 0}
        expect(found >= classes, f"{dataset}: expected the classes {classes}, found {found}")


@check
def demo_again_is_the_same(bench):
    first = bench.hashes(bench.demo)
    bench.run("tools/demo.sh", bench.program, bench.demo, "--cells", 200000)
    expect(bench.hashes(bench.demo) == first, "the second demonstration has other datasets than the first")


@check
def demo_can_be_replayed(bench):
    for dataset in ("dem", "silt", "county", "temperature_07", "land_cover", "station_daily", "ecology_zone", "slope_deg", "agriculture_reason", "d2019_urban_zone"):
        expect(bench.json(bench.demo, "replay", dataset)["identical"] is True, f"{dataset}: replayed to other cells")


@check
def demo_leaves_other_folders_alone(bench):
    other = bench.folder / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine")
    said = bench.run("tools/demo.sh", bench.program, other, status=2).stderr
    expect("expected" in said and (other / "thesis.txt").read_text() == "mine", "the folder was touched")
    bench.run("tools/demo.sh", "/nowhere/guotu", status=2)
    bench.run("tools/demo.sh", bench.program, other, "--colour", status=2)


def tables_of_areas(workspace):
    """The tables that `evaluate` writes; those of capacity, livestock, network and scenarios have columns of their own."""
    for path in sorted((workspace / "out").glob("*.csv")):
        if not re.search("capacity-|livestock-|network|scenarios-", path.name):
            yield path


@check
def demo_says_everywhere_that_it_is_synthetic(bench):
    for row in bench.json(bench.demo, "catalog")["datasets"]:
        expect(row["synthetic"] is True, f"{row['id']}: expected to be marked as synthetic")
    for path in reports(bench.demo):
        expect(path.read_text().count("合成数据") > 2, f"{path.name}: expected to say that it is synthetic")
    for path in tables_of_areas(bench.demo):
        for row in read_csv(path):
            expect("合成数据" in row["备注"], f"{path.name}: a row does not say that it is synthetic")
    expect("合成数据" in bench.guotu(bench.demo, "areas", "urban_zone", "--lang", "zh").stdout, "areas does not say it")


@check
def demo_reports_are_documents(bench):
    found = {path.name: path for path in reports(bench.demo)}
    for rules, prefix in zip(SETS, ("", "d2019_")):
        for function in ("ecology", "agriculture", "urban"):
            name = f"{prefix}{function}-{rules}.html"
            expect(name in found, f"expected the report {name}, found {sorted(found)}")
            check_report(found[name])
    check_scenarios(bench.demo / "out/scenarios-mnr-2020-01.html", ("现状", "升温2℃、降水增加一成", "无改动"))


# ---- Polygons as they are published ----------------------------------------------------------------------------------

A, F = 6378137.0, 1 / 298.257222101


def ring_m2(points):
    """The ground inside a ring whose edges are straight in degrees: Gauss's quadrature of the area from the equator."""
    e2 = F * (2 - F)
    nodes, weights = numpy.polynomial.legendre.leggauss(8)
    xy = numpy.radians(numpy.asarray(points)[:, :2])
    step, middle = numpy.diff(xy, axis=0), (xy[:-1] + xy[1:]) / 2
    sine = numpy.sin(middle[:, 1, None] + step[:, 1, None] / 2 * nodes)
    band = A * A * (1 - e2) / 2 * (sine / (1 - e2 * sine ** 2) + numpy.arctanh(math.sqrt(e2) * sine) / math.sqrt(e2))
    return abs(float(((band * weights).sum(axis=1) / 2 * step[:, 0]).sum()))


def polygons_of(shape):
    if shape.GetGeometryName() == "POLYGON":
        return [shape.Clone()] if shape.Area() > 0 else []
    parts = [shape.GetGeometryRef(i) for i in range(shape.GetGeometryCount())]
    return [polygon for part in parts if part.GetDimension() == 2 for polygon in polygons_of(part)]


def holes_m2(polygon):
    return [ring_m2(polygon.GetGeometryRef(i).GetPoints()) for i in range(1, polygon.GetGeometryCount())]


def ground_m2(shape):
    return sum(ring_m2(part.GetGeometryRef(0).GetPoints()) - sum(holes_m2(part)) for part in polygons_of(shape))


def county_layer(bench, name, thin=0.0):
    """The county polygons of all prefectures as one layer XZQX; thin: each simplified on its own, in degrees."""
    path, shapes = bench.folder / name, []
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(4490)
    source = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    layer = source.CreateLayer("XZQX", reference, ogr.wkbMultiPolygon)
    for field in ("BSM", "XZQDM", "XZQMC"):
        layer.CreateField(ogr.FieldDefn(field, ogr.OFTString))
    for file in sorted((DATA / "admin").glob("*.geojson")):
        for told in json.loads(file.read_text())["features"]:
            shape = ogr.ForceToMultiPolygon(ogr.CreateGeometryFromJson(json.dumps(told["geometry"])))
            shape = shape.SimplifyPreserveTopology(thin) if thin else shape
            feature = ogr.Feature(layer.GetLayerDefn())
            feature["BSM"] = feature["XZQDM"] = str(told["id"])
            feature["XZQMC"] = told["properties"]["name"]
            feature.SetGeometry(ogr.ForceToMultiPolygon(shape))
            layer.CreateFeature(feature)
            shapes.append(shape if shape.IsValid() else shape.MakeValid())
    feature = layer = source = None
    return path, shapes


def topology_of(bench, path, *words):
    done = subprocess.run([str(bench.program), "check", str(path), "--profile", "province", "--region", "54", "--json",
                           *map(str, words)], capture_output=True, text=True, timeout=600, cwd=ROOT)
    expect(done.returncode == 1, f"check of {path.name}: expected status 1, found {done.returncode}: {done.stderr[-600:]}")
    found = {}
    for finding in json.loads(done.stdout)["findings"]:
        found.setdefault(finding["rule"].removeprefix("topology."), []).append(finding["value"])
    return found


@check
def counties_as_published_have_points_twice_and_spikes(bench):
    if not (DATA / "admin").is_dir():
        raise Skip(f"no real data at {DATA}")
    path, shapes = county_layer(bench, "counties.gpkg")
    found = topology_of(bench, path, "--fix", bench.folder / "mended")
    counts = {rule: len(values) for rule, values in found.items()}
    expect(counts == {"duplicate_point": 6522, "spike": 16, "self_touching": 2}, f"found {counts}")
    after = topology_of(bench, bench.folder / "mended")
    # One county's border runs over itself: it is left as it is, with its doubled points.
    counts = {rule: len(values) for rule, values in after.items()}
    expect(counts == {"self_touching": 2, "duplicate_point": 54}, f"after mending: {counts}")


@check
def counties_thinned_apart_overlap_as_geos_says(bench):
    if not (DATA / "admin").is_dir():
        raise Skip(f"no real data at {DATA}")
    path, shapes = county_layer(bench, "apart.gpkg", 0.003)
    found = topology_of(bench, path)
    pieces = [piece for i, one in enumerate(shapes) for other in shapes[:i] if one.Intersects(other)
              for piece in polygons_of(one.Intersection(other))]
    overlaps = [ground_m2(piece) for piece in pieces]
    whole = ogr.Geometry(ogr.wkbMultiPolygon)
    for shape in shapes:
        for polygon in polygons_of(shape):
            whole.AddGeometry(polygon)
    gaps = [hole for polygon in polygons_of(whole.UnionCascaded()) for hole in holes_m2(polygon) if hole > 1]
    for rule, expected in (("overlap", overlaps), ("gap", gaps)):
        values = found[rule]
        expect(len(values) == len(expected), f"{rule}: expected {len(expected)}, found {len(values)}")
        expect(math.isclose(sum(values), sum(expected), rel_tol=1e-9), f"{rule}: {sum(expected)} m2, {sum(values)} m2")
    print(f"   {len(overlaps)} overlaps of {sum(overlaps) / 1e6:.3f} km2, {len(gaps)} gaps of {sum(gaps) / 1e6:.3f} km2")


@check
def hollows_and_lakes_have_their_areas(bench):
    if not (DATA / "water").is_dir():
        raise Skip(f"no real data at {DATA}")
    work = bench.folder / "water"
    bench.run(bench.program, "init", work, "--title", "T", "--region", "540223", "--crs", "EPSG:4490", "--cell", "0.001")
    for role, file, repaired in (("zones", "overdeepenings_HMA_large.shp", 159), ("water", "gshhg_lakes_f_77-100E_26-37N.geojson", 0)):
        answer = bench.json(work, "import", role, DATA / "water" / file, "--repair")
        expect(answer["report"]["repaired"] == repaired, f"{file}: repaired {answer['report']['repaired']}")
        source = ogr.Open(str(DATA / "water" / file))
        expected = 0.0
        for feature in source.GetLayer(0):
            shape = feature.GetGeometryRef()
            shape = shape.Clone() if shape.IsValid() else shape.MakeValid()
            # The hollows' projection is Albers's, which keeps areas.
            expected += sum(p.Area() for p in polygons_of(shape)) if role == "zones" else ground_m2(shape)
        total = bench.json(work, "areas", role, "--method", "both")["total"]
        expect(math.isclose(total["area_m2"], expected, rel_tol=1e-9), f"{file}: expected {expected} m2, found {total}")
        expect(math.isclose(total["geodesic_m2"], expected, rel_tol=1e-7), f"{file}: expected {expected} m2, found {total}")


# ---- The real county -------------------------------------------------------------------------------------------------


@check
def tingri_voids_are_counted_and_filled(bench):
    lineage = bench.json(bench.tingri, "info", "dem")["lineage"]
    report = json.loads(lineage)["report"] if isinstance(lineage, str) else lineage["report"]
    expect(report["voids"] == voids_of_tiles(), f"expected {voids_of_tiles()} voids, found {report['voids']}")
    expect(report["filled"] == report["voids"] and report["left"] == 0, f"expected all voids filled, found {report}")
    expect(f"{report['voids']}" in bench.log.stdout, "the number of voids is not in the log")


@check
def tingri_slope_is_horn_in_double(bench):
    heights, transform = bench.raster(bench.tingri, "dem")
    slope, _ = bench.raster(bench.tingri, "slope_deg")
    rows = transform[3] + (numpy.arange(heights.shape[0]) + 0.5) * transform[5]
    east_m, north_m = degree_metres(rows)
    expected = horn(heights, east_m[1:-1, None] * transform[1], north_m[1:-1, None] * -transform[5])
    worst = numpy.abs(slope[1:-1, 1:-1] - expected).max()
    expect(worst <= 1e-5, f"expected slopes within 1e-5 degrees of Horn's, found {worst:.3g}")
    print(f"   slope: at most {worst:.2g} degrees from Horn in double, {expected.size} cells")


@check
def tingri_slope_in_the_plane_is_gdaldems(bench):
    bench.raster(bench.tingri, "dem")
    plane, work = bench.folder / "plane.tif", bench.folder / "plane"
    gdal.Warp(str(plane), str(bench.folder / "tingri-dem.tif"), dstSRS="EPSG:4504", xRes=90, yRes=90,
              outputType=gdal.GDT_Float32, resampleAlg="bilinear", dstNodata=-9999)
    bench.run(bench.program, "init", work, "--title", "T", "--region", "540223", "--crs", "EPSG:4504", "--cell", "90")
    bench.guotu(work, "import", "dem", plane)
    bench.guotu(work, "run", "terrain", "--output", "slope_deg")
    theirs_path = bench.folder / "gdaldem.tif"
    gdal.DEMProcessing(str(theirs_path), str(plane), "slope", alg="Horn")
    theirs, _ = read(theirs_path)
    ours, transform = bench.raster(work, "slope_deg")
    expect(ours.shape == theirs.shape, f"expected {theirs.shape} cells, found {ours.shape}")
    inside = (slice(1, -1), slice(1, -1))
    off = numpy.abs(ours[inside] - theirs[inside])
    expect((numpy.isnan(ours[inside]) == numpy.isnan(theirs[inside])).all(), "other cells than gdaldem's have no data")
    worst = numpy.nanmax(off)
    expect(worst <= 1e-3, f"expected slopes within 1e-3 degrees of gdaldem's, found {worst:.3g}")
    heights, _ = bench.raster(work, "dem")
    exact = horn(heights, transform[1], -transform[5])
    worst = numpy.nanmax(numpy.abs(ours[inside] - exact))
    expect(worst <= 1e-5, f"in the plane: expected slopes within 1e-5 degrees of Horn's, found {worst:.3g}")


@check
def tingri_areas_balance(bench):
    for dataset in ("urban_zone", "agriculture_zone", "d2019_urban_grade", "d2019_agriculture_grade"):
        cells, transform = bench.raster(bench.tingri, dataset)
        row_m2 = cell_areas(cells.shape[0], transform)
        answer = bench.json(bench.tingri, "areas", dataset, "--by", "county")
        counted = 0
        for row in answer["classes"]:
            mask = cells == row["class"]
            expect(mask.sum() == row["cells"], f"{dataset} {row['class']}: expected {mask.sum()} cells, found {row}")
            expected = float((mask.sum(axis=1) * row_m2).sum())
            expect(math.isclose(expected, row["area_m2"], rel_tol=1e-9), f"{dataset}: expected {expected} m2, found {row}")
            expect(math.isclose(row["area_mu"] * 2000 / 3, row["area_m2"], rel_tol=1e-12), f"{dataset}: mu in {row}")
            counted += row["cells"]
        expect(counted == answer["total"]["cells"] == int((~numpy.isnan(cells)).sum()), f"{dataset}: cells do not balance")
        expect(math.isclose(sum(row["area_m2"] for row in answer["rows"]), answer["total"]["area_m2"], rel_tol=1e-12),
               f"{dataset}: areas do not balance")


@check
def tingri_evaluates_again_to_the_same(bench):
    before = bench.hashes(bench.tingri)
    for rules in SETS[:2]:
        prefix = ["--prefix", PREFIX[rules]] if PREFIX[rules] else []
        for function in ("urban", "agriculture"):
            answer = bench.json(bench.tingri, "evaluate", function, "--rules", rules, "--threads", "1", "--block", "300",
                                "--lang", "zh",
                                *prefix)
            check_answer(answer, function, rules)
            for row in answer["datasets"]:
                expect(row["hash"] == before[row["id"]], f"{row['id']}: other cells in one thread and small blocks")
    expect(bench.hashes(bench.tingri) == before, "a dataset changed")


@check
def tingri_explains_what_the_raster_has(bench):
    cells, transform = bench.raster(bench.tingri, "d2019_urban_zone")
    for lon, lat in ((87.0, 28.6), (86.6, 28.6), (87.2, 28.3)):
        col, row = int((lon - transform[0]) / transform[1]), int((lat - transform[3]) / transform[5])
        answer = bench.json(bench.tingri, "explain", "d2019_urban_zone", "--at", f"{lon},{lat}")
        value = answer["value"] if not isinstance(answer["value"], dict) else answer["value"]["code"]
        expect(value == cells[row, col], f"{lon},{lat}: expected {cells[row, col]}, found {value}")


@check
def tingri_reports_name_what_decided(bench):
    found = [path for path in evaluations(bench.tingri) if path.name.startswith(("urban", "agric", "d2019_", "plateau_"))]
    expect(len(found) == 6, f"expected two functions by three rule sets, found {found}")
    for path in found:
        text = check_report(path)
        for word in ("定日县", "540223", "blake2b:", "未核实", "未参与"):
            expect(word in text, f"{path.name}: expected '{word}'")
        expect("合成数据" not in text, f"{path.name}: real data are called synthetic")
        rows = read_csv(path.with_suffix(".csv"))
        expect(all(row["未参与的因子"] for row in rows), f"{path.name}: a row does not name what is missing")


@check
def tingri_says_what_it_lacks(bench):
    said = bench.run("cat", bench.tingri / "out/capacity-mnr-2020-01.html").stdout
    for word in ("县级水资源与承载参数", "生成输入数据 agriculture_zone 时即缺少", "≥0℃活动积温"):
        expect(word in said, f"capacity: expected '{word}'")
    check_scenarios(bench.tingri / "out/scenarios-mnr-2020-01.html",
                    ("降水取一半", "生态保护重要性：缺少数据，跳过", "未经标准原文核实", "≥0℃活动积温"))
    for row in read_csv(bench.tingri / "out/scenarios-mnr-2020-01.csv"):
        expect(row["未参与的因子"], f"scenarios: a row does not name what is missing: {row}")
    log = bench.log.stdout + bench.log.stderr
    for word in ("what pasture carries", "ecological network"):
        expect(f"refused for want of input: {word}" in log, f"expected that {word} is refused")
    for word in ("跳过生态保护重要性", "跳过问题和风险", "跳过潜力分析", "跳过与现状的一致性", "输入“agriculture_zone”本身未计入"):
        expect(word in log, f"expected the warning '{word}'")
    lines = [line for line in log.split("== ") if line.startswith("what follows")][0].split("\n")
    warnings = [line for line in lines if "警告" in line]
    expect(len(warnings) == len(set(warnings)), "a warning is told twice")


def off_limit(values, limit, tolerance):
    """Cells whose side of a limit the rounding of stored values does not decide."""
    return numpy.abs(values - limit) > tolerance


@check
def tingri_classes_follow_the_rules(bench):
    """The rules of slope, altitude and precipitation once more, cell by cell in numpy."""
    slope, _ = bench.raster(bench.tingri, "slope_deg")
    heights, transform = bench.raster(bench.tingri, "dem")
    rain = bilinear(read(next((DATA / "climate").glob("precip_*.tif"))), transform, heights.shape)
    sure = off_limit(slope, 25, 1e-5)
    for prefix, limit in (("", 9000), ("plateau_", 5000), ("below4500_", 4500)):
        reason, _ = bench.raster(bench.tingri, f"{prefix}urban_reason")
        known = ~numpy.isnan(reason) & sure
        expect(((reason == 1) == (slope > 25))[known].all(), f"{prefix}urban_reason: slope")
        expect(((reason == 2) == ((slope <= 25) & (heights > limit)))[known].all(), f"{prefix}urban_reason: altitude")
        zone, _ = bench.raster(bench.tingri, f"{prefix}urban_zone")
        expect(((zone == 1) == (reason == 99))[known].all(), f"{prefix}urban_zone: not that of the reason")
    for prefix, scale in (("", 1), ("dry_", 0.5)):
        reason, _ = bench.raster(bench.tingri, f"{prefix}agriculture_reason")
        zone, _ = bench.raster(bench.tingri, f"{prefix}livestock_zone")
        clear = ~numpy.isnan(reason) & sure & off_limit(rain * scale, 200, 1e-3) & off_limit(rain * scale, 400, 1e-3)
        expect(((reason == 4) == ((slope <= 25) & (rain * scale < 200)))[clear].all(), f"{prefix}agriculture_reason: rain")
        land = clear & (reason != 8) & (reason != 9) & (slope <= 25)
        expect(((zone == 1) == (rain * scale < 400))[land].all(), f"{prefix}livestock_zone: pastoral region")


def bilinear(raster, transform, shape):
    """A coarse raster at the cell centres of a finer one, linear between its own centres."""
    cells, own = raster
    col = (transform[0] + (numpy.arange(shape[1]) + 0.5) * transform[1] - own[0]) / own[1] - 0.5
    row = (transform[3] + (numpy.arange(shape[0]) + 0.5) * transform[5] - own[3]) / own[5] - 0.5
    c, r = numpy.floor(col).astype(int), numpy.floor(row).astype(int)
    u, v = (col - c)[None, :], (row - r)[:, None]
    at = lambda dy, dx: cells[numpy.ix_(r + dy, c + dx)]
    return (1 - v) * ((1 - u) * at(0, 0) + u * at(0, 1)) + v * ((1 - u) * at(1, 0) + u * at(1, 1))


@check
def tingri_refuses_to_begin_twice(bench):
    said = bench.run("examples/tingri.sh", DATA, bench.tingri, status=2).stderr
    expect("expected no workspace yet" in said, f"found: {said}")
    bench.run("examples/tingri.sh", "/nowhere", status=2)
    bench.run("examples/tingri.sh", status=2)


# ---- Other ways to the same numbers ----------------------------------------------------------------------------------


def read(path):
    dataset = gdal.Open(str(path))
    band = dataset.GetRasterBand(1)
    cells = band.ReadAsArray().astype(float)
    if band.GetNoDataValue() is not None:
        cells[cells == band.GetNoDataValue()] = numpy.nan
    return cells, dataset.GetGeoTransform()


def voids_of_tiles():
    """Cells of the mosaic that no tile has a height for; tiles share their edges."""
    mosaic = gdal.BuildVRT("", [str(path) for path in sorted((DATA / "dem").glob("*.dt1"))])
    return int((mosaic.ReadAsArray() == mosaic.GetRasterBand(1).GetNoDataValue()).sum())


def degree_metres(lat_deg):
    """Metres of a degree of longitude and of latitude on CGCS2000, by the radii of curvature."""
    a, f = 6378137.0, 1 / 298.257222101
    e2, lat = f * (2 - f), numpy.radians(lat_deg)
    w2 = 1 - e2 * numpy.sin(lat) ** 2
    one = math.pi / 180
    return a / numpy.sqrt(w2) * numpy.cos(lat) * one, a * (1 - e2) / w2 ** 1.5 * one


def horn(z, dx, dy):
    """Horn (1981): slopes in degrees of the inner cells; NaN beside no-data."""
    west, east = z[:-2, :-2] + 2 * z[1:-1, :-2] + z[2:, :-2], z[:-2, 2:] + 2 * z[1:-1, 2:] + z[2:, 2:]
    north, south = z[:-2, :-2] + 2 * z[:-2, 1:-1] + z[:-2, 2:], z[2:, :-2] + 2 * z[2:, 1:-1] + z[2:, 2:]
    return numpy.degrees(numpy.arctan(numpy.hypot((east - west) / (8 * dx), (north - south) / (8 * dy))))


def cell_areas(rows, transform):
    """Area of a cell of each row on CGCS2000: the difference of the authalic integral at its two parallels."""
    a, f = 6378137.0, 1 / 298.257222101
    e2 = f * (2 - f)
    e, b2 = math.sqrt(e2), a * a * (1 - e2)
    sine = numpy.sin(numpy.radians(transform[3] + numpy.arange(rows + 1) * transform[5]))
    integral = sine / (1 - e2 * sine ** 2) + numpy.arctanh(e * sine) / e
    return b2 / 2 * (integral[:-1] - integral[1:]) * math.radians(transform[1])


# ---- Documents -------------------------------------------------------------------------------------------------------


class Document(html.parser.HTMLParser):
    VOID = {"meta", "img", "br", "hr", "link", "input"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.seen, self.text, self.pictures = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag == "img":
            self.pictures.append(dict(attrs))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        expect(self.open and self.open[-1] == tag, f"line {self.getpos()[0]}: </{tag}> does not end {self.open[-1:]}")
        self.open.pop()

    def handle_data(self, data):
        self.text.append(data)


def reports(workspace):
    return sorted((workspace / "out").glob("*.html"))


def evaluations(workspace):
    """The reports of single functions."""
    return [path for path in reports(workspace) if path.stem.split("-")[0].endswith(FUNCTIONS)]


def check_scenarios(path, words):
    source = path.read_text(encoding="utf-8")
    document = Document()
    document.feed(source)
    document.close()
    text = "".join(document.text)
    expect(document.open == [] and "http" not in re.sub('base64,[^"]*', "", source), f"{path.name}: head")
    expect(len(document.pictures) >= 8, f"{path.name}: expected maps, found {len(document.pictures)}")
    for word in words:
        expect(word in text, f"{path.name}: expected '{word}'")


def check_report(path):
    """Well-formed, self-contained, with its pictures and tables. Gives its text."""
    source = path.read_text(encoding="utf-8")
    document = Document()
    document.feed(source)
    document.close()
    expect(document.open == [], f"{path.name}: never closed: {document.open}")
    expect(source.startswith("<!DOCTYPE html>") and 'lang="zh-CN"' in source[:200], f"{path.name}: head")
    expect("script" not in document.seen and "link" not in document.seen, f"{path.name}: not self-contained")
    expect("http" not in re.sub('base64,[^"]*', "", source), f"{path.name}: points outside")
    expect(len(document.pictures) >= (1 if "problems" in path.name else 2), f"{path.name}: expected maps")
    for picture in document.pictures:
        expect(picture["src"].startswith("data:image/png;base64,iVBOR") and picture["alt"], f"{path.name}: picture")
    text = "".join(document.text)
    for word in ("评价概况", "分类面积", "分县（区）面积", "输入数据", "分级阈值", "方法说明", "km²", "亩", "占比",
                 next(rules for rules in SETS if rules in path.name)):
        expect(word in text, f"{path.name}: expected '{word}'")
    expect(document.seen.count("table") >= 6, f"{path.name}: expected tables, found {document.seen.count('table')}")
    return text


def read_csv(path):
    raw = path.read_bytes()
    expect(raw.startswith(b"\xef\xbb\xbf"), f"{path.name}: expected a byte order mark, for spreadsheets")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    expect(rows and None not in rows[0], f"{path.name}: rows of other lengths")
    return rows


def check_answer(answer, function, rules):
    for key in ("rules", "datasets", "used", "missing", "unverified", "areas", "by_county", "report", "warnings"):
        expect(key in answer, f"{function}: expected the member '{key}'")
    expect(answer["rules"] == rules and answer["function"] == function, f"{function}: {answer['rules']}")
    outputs = {"mnr-2020-01": ("zone", "reason"), "mnr-2019-07": ("land", "grade", "zone")}[rules]
    prefix = PREFIX[rules]
    ids = sorted(row["id"] for row in answer["datasets"])
    expected = [f"{prefix}{function}_{what}" for what in outputs]
    if (function, rules) == ("agriculture", "mnr-2020-01"):
        expected.append("livestock_zone")
    expect(ids == sorted(expected), f"{function}: {ids}")
    expect(answer["missing"] and all({"factor", "input", "title"} <= row.keys() for row in answer["missing"]), "missing")
    expect({"dem", "county"} <= {row["input"] for row in answer["used"]}, "used")
    expect(pathlib.Path(answer["report"]).is_file(), f"no report at {answer['report']}")
    for result in answer["areas"]:
        counties = [row for row in answer["by_county"] if row["dataset"] == result["dataset"]]
        for key in ("cells", "area_m2"):
            rows, total = sum(row[key] for row in result["rows"]), result["total"][key]
            expect(math.isclose(rows, total, rel_tol=1e-12), f"{result['dataset']}: classes do not sum up")
            expect(math.isclose(sum(row[key] for row in counties), total, rel_tol=1e-12),
                   f"{result['dataset']}: counties do not sum up")


# ---- Running ---------------------------------------------------------------------------------------------------------


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--dev", type=pathlib.Path)
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--filter", default="")
    options = parser.parse_args()
    passed = failed = skipped = 0
    folder = pathlib.Path(tempfile.mkdtemp(prefix="guotu-examples-"))
    bench = Bench(options.program.resolve(), folder)
    for function in CHECKS:
        if options.filter not in function.__name__:
            continue
        try:
            function(bench)
            passed += 1
        except Skip as why:
            print(f"skipped {function.__name__}: {why}")
            skipped += 1
        except Exception as problem:
            failed += 1
            print(f"failed {function.__name__}: {problem}")
            if not isinstance(problem, Failure):
                traceback.print_exc(file=sys.stdout)
    shutil.rmtree(folder, ignore_errors=True)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
